"""The strand engine for still pictures: single hairs, at the picture's own resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.palette import HairColor
from engines.strands.engine import LIVE_SCALE
from engines.strands.fitted import FittedStrands
from engines.strands.groom_file import load_groom
from engines.strands.groomer import grow
from engines.strands.library import StrandLibrary
from engines.strands.renderer import StrandRenderer

F32 = npt.NDArray[np.float32]

STILL_SCALE = 55.0
"""Pixels per cm that hair is drawn at where a picture has as many; finer ones show it enlarged."""
MOST_DETAIL = 6
# Above this pixels per cm hair is drawn in finer strands than live.
_DETAILED = 1.5 * LIVE_SCALE
# Gaps so far across, cm, in hair that covers at least the first share around them, and at the second all.
_GAP, _COVERED, _CLOSED = 0.05, 0.72, 0.92
# What shows through a gap lies deeper and is darker.
_DEEP = 0.75


@dataclass(frozen=True, slots=True)
class PreparedStill:
    """A look that can be drawn."""

    look: Look
    color: HairColor


class StillStrandEngine:
    """Implements ``HairEngine[PreparedStill, PreparedStill]`` for one picture at a time.

    Nothing is grown or drawn until :meth:`render` is called with a face; strands are then as many and as fine
    as its resolution shows. ``library`` serves small pictures.
    """

    name = "strands"

    def __init__(self, library: StrandLibrary) -> None:
        self._library = library
        self._fitted: tuple[Look, int, FittedStrands] | None = None

    def prepare(self, look: Look) -> PreparedStill:
        """Check the look.

        Raises:
            UnknownStyleError: the style has no groom.
        """
        return PreparedStill(look.shape, look.hair_color(self._library.style(look.style).default_color))

    def keyframe(self, crop: HeadCrop, face: Face, prepared: PreparedStill) -> PreparedStill:
        """Nothing to do before the head is known for good."""
        return prepared

    def render(self, face: Face, keyframe: PreparedStill) -> HairLayer | None:
        """The hair on ``face``; valid until the next call.

        Raises:
            GroomError: the style's file is broken.
        """
        scale = min(face.pose.scale, STILL_SCALE)
        detail = detail_of(scale)
        fitted = self._fit(keyframe.look, detail, face)
        renderer = StrandRenderer(scale if detail > 1 else LIVE_SCALE)
        layer = renderer.render(face, fitted, keyframe.color)
        if layer is not None and detail > 1:
            close_gaps(layer.rgba, _GAP * scale)
        return layer

    def close(self) -> None:
        self._fitted = None

    def _fit(self, look: Look, detail: int, face: Face) -> FittedStrands:
        last = self._fitted
        if last is None or last[:2] != (look, detail) or not last[2].fits(face.shape):
            strands = (
                grow(load_groom(look.style), look, detail) if detail > 1 else self._library.strands(look)
            )
            last = self._fitted = (look, detail, FittedStrands(strands, face.shape))
        return last[2]


def detail_of(scale: float) -> int:
    """Fine strands for each of live video's, at ``scale`` px per cm: as many cross a pixel as there."""
    return 1 if scale < _DETAILED else min(MOST_DETAIL, max(2, round(scale / LIVE_SCALE)))


def close_gaps(layer: F32, size: float) -> None:
    """Fill gaps of about ``size`` px in the dense hair of ``layer`` (h, w, 4), in place, with what is around
    them, darker; thin edges stay thin."""
    # In bands, so that the copies stay small.
    rows, reach = 512, max(2, round(3.0 * size))
    filled = []
    for top in range(0, len(layer), rows):
        low, high = max(0, top - reach), min(len(layer), top + rows + reach)
        around = cv2.GaussianBlur(layer[low:high], (0, 0), size, borderType=cv2.BORDER_REPLICATE)
        filled.append(around[top - low : top - low + rows])
    for index, around in enumerate(filled):
        part = layer[index * rows : (index + 1) * rows]
        cover = around[..., 3]
        share = np.clip((cover - _COVERED) / (_CLOSED - _COVERED), 0.0, 1.0)
        missing = share * share * (3.0 - 2.0 * share) * (1.0 - part[..., 3])
        part[..., :3] += (_DEEP * missing / np.maximum(cover, 1e-3))[..., None] * around[..., :3]
        part[..., 3] += missing
