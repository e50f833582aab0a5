"""Many styles on one face, which is analysed once."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from engines.face import Face
from engines.look import OWN_STYLE, Look
from engines.strands.library import StrandLibrary
from engines.strands.still_engine import StillStrandEngine
from realtime.head.head_crop import crop_head
from realtime.head.head_lock import moved_face
from realtime.recolor.own_color import OwnColor
from realtime.settings import PipelineSettings
from realtime.still.still_editor import SettledPicture, StillEditor, draw_upright

U8 = npt.NDArray[np.uint8]

# The square that is shown: half its side, and how far its middle is below the point between the ears, cm.
_HALF, _DOWN = 17.0, 2.0
# Hair is drawn larger than it is shown.
_FINER = 1.6
_CROP = 64
_QUALITY = 86


def draw_thumbnails(
    rgb: U8, face: Face, look: Look, styles: Sequence[str], side: int, library: StrandLibrary
) -> Iterator[tuple[str, bytes]]:
    """Each of ``styles`` in the colours of ``look`` on ``face`` in ``rgb`` (h, w, 3) uint8 sRGB: its id and a
    WebP picture of ``side`` x ``side`` px of the upright head. Styles that cannot be drawn are left out.

    Raises:
        LiveHairError: the look cannot be drawn.
    """
    shrink = min(1.0, _FINER * side / (2.0 * _HALF) / face.pose.scale)
    size = (round(rgb.shape[1] * shrink), round(rgb.shape[0] * shrink))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    face = replace(moved_face(face, size[0] / rgb.shape[1]), size=size)
    engine = StillStrandEngine(library)
    editor = StillEditor(lambda: engine, PipelineSettings())
    first = next((style for style in styles if style != OWN_STYLE), None)
    settled = editor.settle(small, face, replace(look, style=first or OWN_STYLE))
    if settled.analysis is None:
        return
    own = OwnColor()
    own.observe(settled.work, settled.analysis, 0)
    crop = crop_head(settled.work, settled.analysis.face, _CROP)
    for style in styles:
        wanted = replace(look, style=style)
        state = None
        if style != OWN_STYLE:
            state = engine.keyframe(crop, settled.analysis.face, engine.prepare(own.filled(wanted)))
        drawn = draw_upright(settled, settled.analysis, wanted, engine if state else None, state)[0]
        yield style, _webp(_head_of(settled, drawn, side))
    engine.close()


def _head_of(settled: SettledPicture, drawn: U8, side: int) -> U8:
    """The head in the picture ``drawn``, ``side`` px square; beyond the picture its edge goes on."""
    assert settled.analysis is not None
    pose = settled.analysis.face.pose
    zoom = 2.0 * _HALF * pose.scale / side
    middle = pose.translation + np.array([0.0, _DOWN * pose.scale])
    to_work = np.array([[zoom, 0.0, middle[0]], [0.0, zoom, middle[1]]])
    to_work[:, 2] -= zoom * (side - 1) / 2.0
    if zoom > 1.0:
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.4 * zoom), np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(drawn, to_work, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, np.uint8)


def _webp(rgb: U8) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "WEBP", quality=_QUALITY, method=2)
    return buffer.getvalue()
