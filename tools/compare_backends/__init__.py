"""Every way to run a graph, in one table: ``python -m tools.compare_backends``."""
