"""One pure parser for each source format."""
