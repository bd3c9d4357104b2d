"""The rulebook: pure functions without broker, clock, environment or randomness."""
