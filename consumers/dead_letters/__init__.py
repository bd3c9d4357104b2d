"""What could not be processed: known without its bytes, and sent back where it came from."""
