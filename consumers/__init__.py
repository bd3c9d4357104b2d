"""Decisions to read models: search, alerts, statistics."""
