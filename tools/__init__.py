"""Command-line programs: `python -m tools.NAME --help`."""

# Before NumPy and OpenCV: it decides how many threads they use, in tools as in the server.
import engines  # noqa: F401
