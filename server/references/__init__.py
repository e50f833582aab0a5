"""Reference photos of the visitors' own: read once, kept sealed, looked up by looks."""
