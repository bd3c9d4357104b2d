"""The full-text case search."""
