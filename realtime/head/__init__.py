"""Geometry of one head: its regions, its grid, its outline, its lock from a keyframe to a frame."""
