"""Alerts about cases, deadlines, places and feeds; never about persons."""
