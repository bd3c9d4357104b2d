"""Numbers about cases, each with its definition and the search that gives its cases."""
