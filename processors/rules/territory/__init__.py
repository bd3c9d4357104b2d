"""Where a matter is: names of divisions in a text, read with the dated register. Pure."""
