"""The demo: invented ledgers of twelve county systems, fed through the whole platform and accounted for."""
