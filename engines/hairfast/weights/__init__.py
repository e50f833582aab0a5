"""From the authors' published files to networks."""
