"""Searches that officials keep: what is new since, matched when a case is indexed, swept every night."""
