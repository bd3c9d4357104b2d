"""Events to decisions: registration, linking, cases and their accountable unit."""
