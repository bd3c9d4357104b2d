"""The verbs of `petitions`, one module for each group."""
