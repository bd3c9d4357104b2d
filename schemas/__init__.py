"""Contracts: whatever crosses a process boundary."""
