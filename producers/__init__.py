"""County systems to events: parse, validate, pseudonymise, publish."""
