"""In the place of what reads references: answers by the width of the picture, with no model to load."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict

from server.background_process import stay_in_background
from server.messages import read_message, write_message
from tests.unit.small_reference import small_reference

SEVERAL, REFUSED, DIES, SLOW = 100, 101, 102, 103
"""Widths of pictures that are not simply read."""


def main() -> None:
    """Answer messages until there are no more."""
    out = stay_in_background()
    while True:
        try:
            header, _ = read_message(sys.stdin.buffer)
        except EOFError:
            return
        width = header["shape"][1]
        if width == DIES:
            return
        if width == SLOW:
            time.sleep(30.0)
        if width == SEVERAL and header["face"] is None:
            faces = {"faces": [[0.1, 0.2, 0.3, 0.4], [0.6, 0.2, 0.3, 0.4]]}
            told = {"error": "reference-several-faces", "message": "Choose one.", "details": faces}
            write_message(out, told)
        elif width == REFUSED:
            told = {"error": "reference-no-face", "message": "Show a face.", "details": {}}
            write_message(out, told)
        else:
            reference = small_reference()
            told = {"style": reference.style, "colors": asdict(reference.colors)}
            write_message(out, told, reference.to_bytes())


if __name__ == "__main__":
    main()
