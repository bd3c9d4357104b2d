"""The console's pages, made from what the interface tells: same functions, same rights, no query of their own."""
