"""Edits photos and draws thumbnails: a child process, see server/child_process.py.

Messages in: see server/photo/still_message.py. Messages out: ``done`` of ``steps`` while it works, and for
thumbnails each ``style`` with its picture; then ``final``, with a photo's PNG; or ``error`` and ``message``.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from engines.errors import LiveHairError
from engines.reference.engine import ReferenceEngine
from engines.strands.library import StrandLibrary
from engines.strands.still_engine import STILL_SCALE, StillStrandEngine
from realtime.keyframe_worker import Engine
from realtime.still.still_editor import STEPS, StillEditor
from realtime.tracking.portrait_finder import PortraitFinder
from server.background_process import stay_in_background
from server.messages import read_message, write_message
from server.photo.edited_png import edited_png
from server.photo.face_choice import choose_face
from server.photo.still_message import read_still
from server.photo.still_refusal import StillRefusal
from server.thumbnails.draw_thumbnails import draw_thumbnails

U8 = npt.NDArray[np.uint8]

_NOT_DRAWN = "The hair could not be drawn on this picture. Try another picture, or another look."


class StillWork:
    """What is kept from picture to picture."""

    def __init__(self) -> None:
        self._library = StrandLibrary()
        # A thumbnail shows no more strands, and all styles are to grow while somebody waits.
        self._sketches = StrandLibrary(detail=0.35)
        self._finder = PortraitFinder()

    def answer(self, out: BinaryIO, header: dict[str, Any], payload: bytes) -> None:
        """Answer one message."""
        rgb, look = read_still(header, payload)
        face = choose_face(self._finder.faces(rgb), header["face"])

        def report(done: int, steps: int) -> None:
            write_message(out, {"done": done, "steps": steps})

        if header["task"] == "thumbnails":
            drawn = draw_thumbnails(rgb, face, look, header["styles"], header["side"], self._sketches)
            for index, (style, picture) in enumerate(drawn):
                write_message(out, {"style": style}, picture)
                report(index + 1, len(header["styles"]))
            write_message(out, {"final": True})
            return
        result = StillEditor(self._engine).edit(rgb, face, look, lambda done: report(done, STEPS))
        if result.rect is None:
            said = result.notices[0] if result.notices else None
            raise StillRefusal(said.code if said else "not-drawn", said.message if said else _NOT_DRAWN)
        notices = [{"code": notice.code, "message": notice.message} for notice in result.notices]
        write_message(out, {"final": True, "notices": notices}, edited_png(result.rgb))

    def _engine(self) -> Engine:
        return ReferenceEngine(StillStrandEngine(self._library), STILL_SCALE)


def main() -> None:
    """Answer messages until there are no more."""
    out = stay_in_background()
    work = StillWork()
    while True:
        try:
            header, payload = read_message(sys.stdin.buffer)
        except EOFError:
            return
        try:
            work.answer(out, header, payload)
        except LiveHairError as error:
            details = getattr(error, "details", {})
            write_message(out, {"error": error.code, "message": str(error), "details": details})


if __name__ == "__main__":
    main()
