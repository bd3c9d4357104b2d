"""What officials did, from its topic to an index that their superiors search."""
