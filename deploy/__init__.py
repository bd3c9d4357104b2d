"""The operator's package: command line, servers, topics, demo and benchmark."""
