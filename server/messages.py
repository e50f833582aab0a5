"""Messages between the server and its child processes: a line of JSON, and as many bytes as it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTH = "bytes"


def encode_header(header: Mapping[str, Any], payload: int) -> bytes:
    """The line that goes before ``payload`` bytes."""
    return json.dumps({**header, _LENGTH: payload}).encode() + b"\n"


def decode_header(line: bytes) -> tuple[dict[str, Any], int]:
    """The header of a line and how many bytes follow it."""
    header = json.loads(line)
    return header, header.pop(_LENGTH)


def write_message(stream: BinaryIO, header: Mapping[str, Any], payload: bytes | memoryview = b"") -> None:
    """Write a message and flush it."""
    stream.write(encode_header(header, len(payload)))
    stream.write(payload)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The next message.

    Raises:
        EOFError: the other side is gone.
    """
    line = stream.readline()
    if not line:
        raise EOFError
    header, length = decode_header(line)
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return header, payload
