"""Several styles side by side on the live face."""
