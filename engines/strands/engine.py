"""The strand engine: the protocol of engines/base.py over groom, fit and renderer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.palette import HairColor
from engines.quality import Quality
from engines.strands.fitted import FittedStrands
from engines.strands.library import StrandLibrary
from engines.strands.renderer import STILL, StrandRenderer
from engines.strands.springs import HairSprings
from engines.strands.strand_set import StrandSet

LIVE_SCALE = 11.0
"""Pixels per cm that live video is drawn at: a webcam shows no more."""


@dataclass(frozen=True, slots=True)
class PreparedStrands:
    """A grown style and the colour it is wanted in."""

    strands: StrandSet
    color: HairColor


@dataclass(frozen=True, slots=True)
class StrandKeyframe:
    """The style fitted to this person's head."""

    fitted: FittedStrands
    color: HairColor


class StrandEngine:
    """Implements ``HairEngine[PreparedStrands, StrandKeyframe]`` for one session.

    ``library`` holds the grown styles and is shared by all sessions. ``max_scale``: see StrandRenderer.
    """

    name = "strands"

    def __init__(self, library: StrandLibrary, max_scale: float = LIVE_SCALE) -> None:
        self._library = library
        self._renderer = StrandRenderer(max_scale)
        self._fitted: FittedStrands | None = None
        self._springs = HairSprings()
        self.quality = Quality()

    def prepare(self, look: Look) -> PreparedStrands:
        """Grow the style, or take it from the library.

        Raises:
            UnknownStyleError: the style has no groom.
            GroomError: its groom file is broken.
        """
        default = self._library.style(look.style).default_color
        return PreparedStrands(self._library.strands(look.shape), look.hair_color(default))

    def keyframe(self, crop: HeadCrop, face: Face, prepared: PreparedStrands) -> StrandKeyframe:
        """Fit the strands to the head; the last fit serves as long as style and head stay the same.

        Views about the current one are made ready here, so that a turning head does not wait for them.
        """
        fitted = self._fitted
        if fitted is None or fitted.strands is not prepared.strands or not fitted.fits(face.shape):
            fitted = FittedStrands(prepared.strands, face.shape)
            self._fitted = fitted
        fitted.tint(prepared.color)
        fitted.views.prefetch(face.pose.rotation[2].astype(np.float32))
        return StrandKeyframe(fitted, prepared.color)

    def render(self, face: Face, keyframe: StrandKeyframe) -> HairLayer | None:
        """The hair at the head's pose in this frame; valid until the next call."""
        quality, fitted = self.quality, keyframe.fitted
        if quality.motion:
            swing = self._springs.swing(fitted.sway, face.pose, face.size, face.time)
        else:
            self._springs.rest()
            swing = STILL
        return self._renderer.render(face, fitted, keyframe.color, swing, quality)

    def close(self) -> None:
        self._fitted = None
