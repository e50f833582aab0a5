"""What people sent never comes into the log."""

from __future__ import annotations

import logging
import sys

from server.quiet_log import QuietFormatter

SECRET = "candidate:1 1 udp 2130706431 192.0.2.77 50000 typ host"


def shown(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord(name, logging.ERROR, "/somewhere/ice.py", 321, message, args, info)
    return QuietFormatter("%(levelname)s %(name)s: %(message)s").format(record)


def test_own_messages_are_shown() -> None:
    assert shown("server.session_manager", "Session ended: %s (%d open)", "client", 2) == (
        "ERROR server.session_manager: Session ended: client (2 open)"
    )


def test_of_others_only_the_place_is_shown() -> None:
    for text in (
        shown("aioice.ice", f"Cannot reach {SECRET}"),
        shown("aiohttp.server", "from %s", "192.0.2.77"),
    ):
        assert "192.0.2" not in text
        assert "ice.py, line 321" in text


def test_of_exceptions_kind_and_code_are_shown_but_not_what_they_say() -> None:
    def parse(text: str) -> None:
        try:
            int(text)
        except ValueError as error:
            raise RuntimeError(f"No port in {text}") from error

    try:
        parse(SECRET)
    except RuntimeError:
        error = sys.exc_info()[1]
    text = shown("server.app", "A request failed", error=error)
    assert "192.0.2" not in text
    assert "builtins.ValueError" in text
    assert text.endswith("builtins.RuntimeError")
    assert "in parse" in text


def test_a_text_kept_by_another_handler_is_not_shown_either() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, "m", (), (ValueError, error, None))
    logging.Formatter().format(record)
    assert record.exc_text is not None
    assert "192.0.2" not in QuietFormatter().format(record)
    assert "192.0.2" in record.exc_text
