"""The authors' published weights, fetched and checked: ``python -m tools.fetch_weights``."""
