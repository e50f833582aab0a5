"""The static graphs that run: each joins networks between two decisions of the host."""
