"""Puts hair of one photo on another: a child process, see server/child_process.py.

Each message in: pixels with their ``shape`` (h, w, 3) uint8 sRGB, the bytes of a reference for the shape, so
many (``reference``), and of one for the colour, the index of a ``face``, and the directory of the
``weights``. Messages out: ``done`` of ``steps``; then ``final`` with a PNG, or ``error`` and ``message``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from engines.errors import LiveHairError
from engines.face import Face
from engines.hairfast.live.graph_source import Graphs
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.photo_checks import PhotoLimits
from engines.hairfast.photo_swap import PhotoSwap, SwappedPhoto
from engines.hairfast.portrait import Portrait
from engines.hairfast.transfer import Transfer
from engines.reference.reference import Reference
from realtime.tracking.portrait_finder import PortraitFinder
from server.background_process import stay_in_background
from server.hairfast_choice import graph_source
from server.messages import read_message, write_message
from server.photo.edited_png import edited_png
from server.photo.face_choice import choose_face

U8 = npt.NDArray[np.uint8]


def main() -> None:
    """Answer messages until there are no more."""
    out = stay_in_background()
    finder = PortraitFinder()
    graphs: Graphs | None = None
    while True:
        try:
            header, payload = read_message(sys.stdin.buffer)
        except EOFError:
            return
        try:
            graphs = graphs or graph_source(Path(header["weights"]), LiveSettings()).open()
            _answer(out, header, payload, finder, graphs)
        except LiveHairError as error:
            details = getattr(error, "details", {})
            write_message(out, {"error": error.code, "message": str(error), "details": details})


def swap_hair(
    rgb: U8, face: Face, shape: bytes, color: bytes, graphs: Graphs, limits: PhotoLimits | None,
    progress: Callable[[int, int], None],
) -> SwappedPhoto:  # fmt: skip
    """``rgb`` (h, w, 3) uint8 sRGB, ``face`` in it, with the hair's shape and colour of references (their
    bytes); an empty one leaves the wearer's own. ``progress`` is told what is done and how much there is.

    Raises:
        PhotoError: a photo is not fit; the message says what would work.
        WeightsError: the networks cannot be loaded.
    """
    lent = _portrait(shape)
    dye = lent if color == shape else _portrait(color)
    swap = PhotoSwap(Transfer(graphs, limits=None), limits, lambda stage, done, steps: progress(done, steps))
    return swap.swap(Portrait(rgb, face), lent, dye)


def _answer(
    out: BinaryIO, header: dict[str, Any], payload: bytes, finder: PortraitFinder, graphs: Graphs
) -> None:
    size = int(np.prod(header["shape"]))
    rgb = np.frombuffer(payload, np.uint8, size).reshape(header["shape"])
    cut = size + header["reference"]
    face = choose_face(finder.faces(rgb), header["face"])

    def report(done: int, steps: int) -> None:
        write_message(out, {"done": done, "steps": steps})

    swapped = swap_hair(rgb, face, payload[size:cut], payload[cut:], graphs, PhotoLimits(), report)
    notices = [{"code": code, "message": message} for code, message in swapped.notices.items()]
    write_message(out, {"final": True, "notices": notices}, edited_png(swapped.rgb))


def _portrait(data: bytes) -> Portrait | None:
    if not data:
        return None
    lent = Reference.from_bytes(data)
    size = (lent.rgb.shape[1], lent.rgb.shape[0])
    return Portrait(lent.rgb, Face(lent.landmarks, lent.pose, size, shape=lent.shape))


if __name__ == "__main__":
    main()
