"""Files that people send: nothing about them is trusted."""
