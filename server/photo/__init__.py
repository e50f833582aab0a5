"""Photos: the same hair on a still picture."""
