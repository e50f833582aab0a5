"""The engine for hair of photos: the protocol of engines/base.py over shells, with strands where they end."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from engines.base import AdjustableEngine, HairEngine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.layer_mix import mix_layers
from engines.look import Look
from engines.quality import Quality
from engines.reference.fitted_shell import FittedShell
from engines.reference.recolored import shell_textures
from engines.reference.reference import Reference
from engines.reference.shell import HairShell, make_shell
from engines.reference.shell_renderer import ShellRenderer
from engines.reference.textures import Textures
from engines.strands.engine import LIVE_SCALE
from engines.strands.layer_fade import LayerFade

# Beyond the second angle of the head, degrees, strands take the place of the shell: no photo of a face knows
# what is there; and below the first the shell theirs.
_YAW, _PITCH = (35.0, 38.0), (24.0, 28.0)
# That takes so long, seconds: two styles mixed are no style, so nobody is left with a mixture.
_FADE = 0.35


@dataclass(frozen=True, slots=True)
class PreparedReference:
    """A look with the shell of its photo, in its colours, and the strands for where that ends."""

    look: Look
    shell: HairShell
    textures: Textures
    strands: Any


@dataclass(frozen=True, slots=True)
class ReferenceKeyframe:
    """``shell`` on this head; ``None`` where the look has no photo. ``strands``: the strand engine's."""

    look: Look
    shell: FittedShell | None
    textures: Textures | None
    strands: Any


class ReferenceEngine:
    """Implements ``HairEngine[PreparedReference, ReferenceKeyframe]`` for one session, around ``strands``.

    Looks without a reference are the strand engine's alone.
    """

    def __init__(self, strands: HairEngine[Any, Any], max_scale: float = LIVE_SCALE) -> None:
        """``max_scale``: px per cm that hair is drawn at."""
        self._strands = strands
        self._renderer = ShellRenderer(max_scale)
        self._made: tuple[Reference, HairShell] | None = None
        self._fitted: FittedShell | None = None
        self._fade = LayerFade()
        self._side = _Side()
        self.name = strands.name
        self.quality = Quality()

    def prepare(self, look: Look) -> Any:
        """Make the shell, or take the last one in another colour.

        Raises:
            UnknownStyleError: the style has no groom.
            UnknownColorError: a colour is not one.
        """
        reference = look.reference
        if reference is None:
            return self._strands.prepare(look)
        made = self._made
        if made is None or made[0] is not reference:
            self._made = made = (reference, make_shell(reference))
        strands = replace(look, reference=None, color=look.color or reference.colors.color)
        return PreparedReference(
            look, made[1], shell_textures(made[1], reference, look), self._strands.prepare(strands)
        )

    def keyframe(self, crop: HeadCrop, face: Face, prepared: Any) -> ReferenceKeyframe:
        """Fit the shell to the head; the last fit serves as long as shell and head stay the same."""
        if not isinstance(prepared, PreparedReference):
            # A photo is somebody's: it stays no longer than the caller keeps what was prepared of it.
            self._made = self._fitted = None
            return ReferenceKeyframe(Look(), None, None, self._strands.keyframe(crop, face, prepared))
        strands = self._strands.keyframe(crop, face, prepared.strands)
        fitted = self._fitted
        if fitted is None or fitted.shell is not prepared.shell or not fitted.fits(face.shape):
            self._fitted = fitted = FittedShell(prepared.shell, face.shape)
        return ReferenceKeyframe(prepared.look, fitted, prepared.textures, strands)

    def render(self, face: Face, keyframe: ReferenceKeyframe) -> HairLayer | None:
        """The hair at the head's pose in this frame; valid until the next call."""
        if isinstance(self._strands, AdjustableEngine):
            self._strands.quality = self.quality
        shell, textures = keyframe.shell, keyframe.textures
        drawn: Hashable = keyframe.look if shell is not None else None
        self._fade.begin(drawn, face)
        if shell is None or textures is None:
            return self._fade.at(self._strands.render(face, keyframe.strands), face)
        share = self._side.strands_at(face)
        layer = strands = None
        if share < 1.0:
            layer = self._renderer.render(face, shell, textures, self.quality)
        if share > 0.0:
            strands = self._strands.render(face, keyframe.strands)
        return self._fade.at(mix_layers(layer, strands, share, face.size), face)

    def close(self) -> None:
        """Free the strands and the shell."""
        self._strands.close()
        self._made = self._fitted = None


class _Side:
    """Which of both is shown, and how much of strands on the way there."""

    def __init__(self) -> None:
        self._strands = False
        self._share = 0.0
        self._time = -math.inf

    def strands_at(self, face: Face) -> float:
        """How much of what is shown of ``face`` is strands, 0..1."""
        pose = face.pose
        limits = ((pose.yaw, _YAW), (pose.pitch, _PITCH))
        if any(abs(angle) > last for angle, (_, last) in limits):
            self._strands = True
        elif all(abs(angle) < first for angle, (first, _) in limits):
            self._strands = False
        step = (face.time - self._time) / _FADE
        if not 0.0 <= step < 1.0:
            step = 1.0
        self._time = face.time
        self._share = min(self._share + step, 1.0) if self._strands else max(self._share - step, 0.0)
        return self._share * self._share * (3.0 - 2.0 * self._share)
