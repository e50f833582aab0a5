"""Edits photos: a child process, see server/child_process.py.

Each message in: pixels with their ``shape`` (h, w, 3) uint8 sRGB and the ``look``. Messages out: ``done`` of
``steps`` while it works; then a PNG, or ``error`` and ``message``.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engines.errors import LiveHairError
from engines.look import Look
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.pipeline import FramePipeline
from realtime.still_picture import PASSES, edit_picture
from server.messages import read_message, write_message

# IPTC's term for pictures that software composed with others: what the mark "edited" is in metadata.
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    f'Iptc4xmpExt:DigitalSourceType="{_SOURCE}"/></rdf:RDF></x:xmpmeta>'
)
_NO_FACE = "No face was found in this picture. Take one in which your whole face is seen."
_NOT_DRAWN = "The hair could not be drawn on this picture. Try another picture, or another look."


def main() -> None:
    """Answer messages until there are no more."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
        # Linux: live sessions come first, which niceness alone does not promise.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    # What libraries print must not come between the messages.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    library = StrandLibrary()

    def report(done: int) -> None:
        write_message(out, {"done": done, "steps": PASSES})

    while True:
        try:
            header, data = read_message(sys.stdin.buffer)
        except EOFError:
            return
        rgb = np.frombuffer(data, np.uint8).reshape(header["shape"])
        pipeline = FramePipeline(lambda: StrandEngine(library), background=False)
        pipeline.look = Look(**header["look"])
        try:
            result = edit_picture(pipeline, rgb, report)
        except LiveHairError as error:
            write_message(out, {"error": error.code, "message": str(error)})
            continue
        finally:
            pipeline.close()
        if result.face is None:
            write_message(out, {"error": "no-face", "message": _NO_FACE})
        elif result.rect is None:
            write_message(out, {"error": "not-drawn", "message": _NOT_DRAWN})
        else:
            write_message(out, {}, _png(result.rgb))


def _png(rgb: np.typing.NDArray[np.uint8]) -> bytes:
    """A PNG that says of itself that it was edited."""
    mark = PngInfo()
    mark.add_itxt("XML:com.adobe.xmp", _XMP)
    mark.add_text("Description", "Hair edited with LiveHair")
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG", pnginfo=mark, compress_level=3)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
