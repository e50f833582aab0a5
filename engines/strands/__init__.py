"""Procedural 3-D hair: strands grown on the tracked head, shaded and rasterised on every frame."""
