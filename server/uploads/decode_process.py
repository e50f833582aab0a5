"""A picture's bytes in, its pixels out, within limits: a child process, see server/child_process.py.

One message in: the file, with ``limits`` and ``longest_side`` as its header. One message out: the pixels with
their ``shape``, or the name of an ``error`` of :mod:`server.uploads.errors`.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from server.messages import read_message, write_message
from server.uploads.decode_picture import decode_picture
from server.uploads.errors import PictureTimeError, UploadError
from server.uploads.picture_limits import PictureLimits

_MEMORY_IN_USE = Path("/proc/self/statm")


def main() -> None:
    """Answer one message."""
    header, data = read_message(sys.stdin.buffer)
    limits = PictureLimits(**header["limits"])
    os.nice(10)
    _restrict(limits)
    out = sys.stdout.buffer
    try:
        pixels = decode_picture(data, limits, header["longest_side"])
    except UploadError as error:
        write_message(out, {"error": type(error).__name__})
    except MemoryError:
        write_message(out, {"error": PictureTimeError.__name__})
    else:
        write_message(out, {"shape": pixels.shape}, pixels.data.cast("B"))


def _restrict(limits: PictureLimits) -> None:
    if _MEMORY_IN_USE.exists():
        in_use = int(_MEMORY_IN_USE.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + limits.memory, in_use + limits.memory))
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # A fault in a decoder must not write the picture to the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
