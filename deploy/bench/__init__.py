"""The whole pipeline against bare bulk loading, measured in one run: absolute times are noise, ratios hold."""
