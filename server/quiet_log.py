"""Logs that hold numbers and code, never what people sent."""

from __future__ import annotations

import logging
import traceback
import warnings

_OWN = frozenset({"__main__", "engines", "realtime", "run_server", "server"})


def configure_logging() -> None:
    """Log to standard error from ``INFO`` on, other packages from ``WARNING`` on.

    Python's warnings are left out: aiohttp's quote headers of uploads, and each new text is kept in memory.
    """
    warnings.simplefilter("ignore")
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _OWN:
        logging.getLogger(name).setLevel(logging.INFO)


class QuietFormatter(logging.Formatter):
    """Shows the project's own messages, of other packages only who spoke, of exceptions only their kind.

    Messages of aiortc, aioice, asyncio and aiohttp, and texts of exceptions, may hold session descriptions,
    addresses and file names.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, and of an exception its kind and the code it came through."""
        shown = logging.makeLogRecord(record.__dict__)
        if record.name.partition(".")[0] not in _OWN:
            shown.msg, shown.args = f"{record.module}.py, line {record.lineno}", ()
        shown.exc_text = shown.stack_info = None
        return super().format(shown)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Kinds and places, outermost last, without their texts."""
        error = ei[1] if isinstance(ei, tuple) else None
        lines: list[str] = []
        while isinstance(error, BaseException):
            frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            lines.insert(0, f"{frames}\n{kind}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
