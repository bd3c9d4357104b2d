"""Words that the rules read texts with, and the sentences in which they explain themselves. Data only."""
