"""From pixels to a steady head pose: find the face, follow its landmarks, smooth, notice who is there."""
