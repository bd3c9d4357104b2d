"""Who may see what: roles, and the part of the index that each official may read. Pure but for the file of users."""
