"""Reads the hair of photos: a child process, see server/child_process.py.

Each message in: pixels with their ``shape`` (h, w, 3) uint8 sRGB, and the index of a ``face`` or null. Each
message out: a reference's bytes with its ``style`` and ``colors``; or ``error``, ``message`` and ``details``.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import numpy as np

from engines.errors import LiveHairError
from realtime.reference_reader.reference_reader import ReferenceReader
from server.background_process import stay_in_background
from server.messages import read_message, write_message


def main() -> None:
    """Answer messages until there are no more."""
    out = stay_in_background()
    reader = ReferenceReader()
    while True:
        try:
            header, data = read_message(sys.stdin.buffer)
        except EOFError:
            return
        rgb = np.frombuffer(data, np.uint8).reshape(header["shape"])
        try:
            reference = reader.read(rgb, header["face"])
        except LiveHairError as error:
            refusal = {"error": error.code, "message": str(error), "details": _details(error)}
            write_message(out, refusal)
        else:
            told = {"style": reference.style, "colors": asdict(reference.colors)}
            write_message(out, told, reference.to_bytes())


def _details(error: LiveHairError) -> dict[str, Any]:
    faces = getattr(error, "faces", None)
    return {} if faces is None else {"faces": [[round(float(part), 4) for part in face] for face in faces]}


if __name__ == "__main__":
    main()
