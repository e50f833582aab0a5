"""What the command lines of the tools have in common."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from engines.errors import LiveHairError


def frame_size(text: str) -> tuple[int, int]:
    """``640x480`` to (640, 480); both even, because 4:2:0 pictures are written from it."""
    found = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 640x480")
    width, height = int(found[1]), int(found[2])
    if width % 2 or height % 2 or not 64 <= min(width, height) <= max(width, height) <= 4096:
        raise argparse.ArgumentTypeError("width and height must be even and from 64 to 4096")
    return width, height


def run_tool(main: Callable[[], int]) -> NoReturn:
    """End the program with the status of ``main``; 2 and a sentence for what the user can put right."""
    try:
        sys.exit(main())
    except LiveHairError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
