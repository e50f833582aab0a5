"""Copy a file from a disk or the web, however often the connection breaks."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from tools.errors import ToolError

_CHUNK = 1 << 16
_TIMEOUT = 30.0
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


class SourceError(ToolError):
    """A file cannot be had from where it was to be fetched."""

    code = "source"


class NotThereError(SourceError):
    """The source does not have the file."""

    code = "not-at-source"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address}: there is no such file.")


class _Body(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A file opened for reading.

    Attributes:
        body: its bytes from ``start`` on.
        start: the offset the source really begins at; 0 where it cannot resume.
        size: bytes of the whole file, ``None`` where the source does not say.
    """

    body: _Body
    start: int
    size: int | None


class _BeyondError(OSError):
    """The source's file ends before the offset that was asked for."""


def is_url(address: str) -> bool:
    """Whether an address is a URL rather than a path."""
    return address.startswith(("http://", "https://"))


def open_address(address: str, start: int = 0) -> Answer:
    """Open a path or an http(s) URL at byte ``start``; the caller closes the body.

    Raises:
        NotThereError: there is no such file.
        SourceError: the source refuses it for good.
        OSError: it may work at the next try.
    """
    return _open_url(address, start) if is_url(address) else _open_path(Path(address), start)


def _open_path(path: Path, start: int) -> Answer:
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotThereError(str(path)) from None
    except PermissionError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None
    size = file.seek(0, 2)
    return Answer(file, file.seek(start if start <= size else 0), size)


def _open_url(url: str, start: int) -> Answer:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        reply = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code in _GONE:
            raise NotThereError(url) from None
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            # Nothing lies beyond what we have: either that is all of it, or the file is another one.
            if (error.headers.get("Content-Range") or "").rpartition("/")[2] == str(start):
                return Answer(error, start, start)
            raise _BeyondError from None
        if error.code >= 500 or error.code in _PASSING:
            raise
        raise SourceError(f"{url}: the server answers {error.code} {error.reason}.") from None
    begin = start if reply.status == HTTPStatus.PARTIAL_CONTENT else 0
    length = reply.headers.get("Content-Length")
    return Answer(reply, begin, begin + int(length) if length else None)


def copy_resumably(address: str, part: Path, bar: tqdm[None], attempts: int = 6) -> None:
    """Complete ``part`` from ``address``, beginning where an earlier call ended.

    A try that brought bytes is not counted as failed. Pauses double from one second to 30.

    Args:
        address: path or URL.
        part: the file being written; the beginning of it may exist.
        bar: progress in bytes; its total is set.
        attempts: tries without progress before giving up.

    Raises:
        SourceError: the source does not have the file, or ``attempts`` tries brought nothing.
        ToolError: ``part`` cannot be written.
    """
    failures = 0
    while True:
        have = _size(part)
        try:
            if _copy_once(address, part, have, bar):
                return
            reason = "the connection broke"
        except _BeyondError:
            part.unlink()
            reason = "the file there is shorter than what was fetched before"
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
        failures = 0 if _size(part) > have else failures + 1
        if failures >= attempts:
            raise SourceError(
                f"{address}: gave up after {attempts} tries ({reason}); the same command goes on."
            )
        time.sleep(min(2.0 ** max(failures - 1, 0), 30.0))


def _copy_once(address: str, part: Path, have: int, bar: tqdm[None]) -> bool:
    """Whether ``part`` is complete after one connection."""
    answer = open_address(address, have)
    bar.reset(answer.size)
    bar.update(answer.start)
    with closing(answer.body):
        try:
            out = part.open("ab" if answer.start == have else "wb")
        except OSError as error:
            raise _disk_error(part, error) from None
        with out:
            while chunk := answer.body.read(_CHUNK):
                try:
                    out.write(chunk)
                    out.flush()
                except OSError as error:
                    raise _disk_error(part, error) from None
                bar.update(len(chunk))
            return answer.size is None or out.tell() == answer.size


def _disk_error(part: Path, error: OSError) -> ToolError:
    return ToolError(f"{part} cannot be written: {error.strerror}.")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
