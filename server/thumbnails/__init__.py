"""Every style on the user's own face, small."""
