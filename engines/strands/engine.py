"""The strand engine: the protocol of engines/base.py over groom, fit and renderer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.palette import HairColor
from engines.quality import Quality
from engines.strands.fitted import FittedStrands
from engines.strands.layer_fade import LayerFade
from engines.strands.library import StrandLibrary
from engines.strands.renderer import STILL, StrandRenderer
from engines.strands.springs import HairSprings
from engines.strands.strand_set import StrandSet

LIVE_SCALE = 9.5
"""Pixels per cm that live video is drawn at: through a webcam's lens and codec nobody sees more."""


# Hair takes so long to grow into what is asked for, seconds.
_GROW_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class PreparedStrands:
    """A grown style and the colour it is wanted in."""

    strands: StrandSet
    color: HairColor
    look: Look


@dataclass(frozen=True, slots=True)
class StrandKeyframe:
    """The style fitted to this person's head."""

    fitted: FittedStrands
    color: HairColor
    look: Look


class StrandEngine:
    """Implements ``HairEngine[PreparedStrands, StrandKeyframe]`` for one session.

    ``library`` holds the grown styles and is shared by all sessions. ``max_scale``: see StrandRenderer.
    ``eased``: one look fades into the next, and hair that is to be longer grows.
    """

    name = "strands"

    def __init__(self, library: StrandLibrary, max_scale: float = LIVE_SCALE, *, eased: bool = True) -> None:
        self._eased = eased
        self._library = library
        self._renderer = StrandRenderer(max_scale)
        self._fitted: FittedStrands | None = None
        self._look: Look | None = None
        self._fade = LayerFade()
        self._shown: FittedStrands | None = None
        self._shown_since = 0.0
        self._springs = HairSprings()
        self.quality = Quality()

    def prepare(self, look: Look) -> PreparedStrands:
        """Grow the style, or take it from the library.

        Raises:
            UnknownStyleError: the style has no groom.
            GroomError: its groom file is broken.
        """
        default = self._library.style(look.style).default_color
        return PreparedStrands(self._library.strands(look.shape), look.hair_color(default), look.shape)

    def keyframe(self, crop: HeadCrop, face: Face, prepared: PreparedStrands) -> StrandKeyframe:
        """Fit the strands to the head; the last fit serves as long as style and head stay the same.

        Views about the current one are made ready here, so that a turning head does not wait for them.
        """
        fitted = self._fitted
        known = fitted
        if fitted is None or fitted.strands is not prepared.strands or not fitted.fits(face.shape):
            grows = self._eased and self._look is not None and _of_one_kind(prepared.look, self._look)
            fitted = FittedStrands(prepared.strands, face.shape, self._fitted if grows else None)
            self._fitted, self._look = fitted, prepared.look
        fitted.tint(prepared.color)
        # Of new hair one view is enough to begin with: nobody likes to wait for it.
        fitted.views.prefetch(face.pose.rotation[2].astype(np.float32), around=fitted is known)
        return StrandKeyframe(fitted, prepared.color, prepared.look)

    def render(self, face: Face, keyframe: StrandKeyframe) -> HairLayer | None:
        """The hair at the head's pose in this frame; valid until the next call."""
        quality, fitted = self.quality, keyframe.fitted
        if quality.motion:
            swing = self._springs.swing(fitted.sway, face.pose, face.size, face.time)
        else:
            self._springs.rest()
            swing = STILL
        if not self._eased:
            return self._renderer.render(face, fitted, keyframe.color, swing, quality)
        if fitted is not self._shown:
            self._shown, self._shown_since = fitted, face.time
        grown = min(1.0, max(0.0, (face.time - self._shown_since) / _GROW_SECONDS))
        self._fade.begin((keyframe.look, keyframe.color), face)
        layer = self._renderer.render(
            face, fitted, keyframe.color, swing, quality, grown * grown * (3.0 - 2.0 * grown)
        )
        return self._fade.at(layer, face)

    def close(self) -> None:
        self._fitted = self._shown = None


def _of_one_kind(look: Look, former: Look) -> bool:
    """Whether both have the same roots and locks: length, volume and curl leave them."""
    return replace(look, length=1.0, volume=1.0, curl=1.0) == replace(
        former, length=1.0, volume=1.0, curl=1.0
    )
