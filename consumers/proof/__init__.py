"""Proof of completeness: what was received against what became of it."""
