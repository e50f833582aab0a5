"""Video files: the same hair on every frame, the sound kept."""
