"""Data of linking: how common terms are, and what each kind of evidence counts."""
