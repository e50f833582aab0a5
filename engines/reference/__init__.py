"""A reference of one's own: the hair of a photo, as colours and as a textured shell."""
