"""One look after the other without a jump."""

from __future__ import annotations

from collections.abc import Hashable

from engines.affine import compose_affine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_pose import HeadPose
from engines.layer_mix import mix_layers

FADE_SECONDS = 0.2
"""A look takes the place of another in so long."""

# Frames further apart than this, seconds, do not belong together.
_AWAY = 0.5


class LayerFade:
    """Fades from the last layer of what was drawn before, carried along with the head, to what is drawn now.

    The former look is not drawn again: for a fifth of a second its picture will do.
    """

    def __init__(self) -> None:
        self._drawn: Hashable = None
        self._shown: tuple[HairLayer, HeadPose, float] | None = None
        self._former: tuple[HairLayer, HeadPose] | None = None
        self._since = 0.0

    def begin(self, drawn: Hashable, face: Face) -> None:
        """Say what is about to be drawn, before it is: the last layer is still whole then."""
        shown = self._shown
        if drawn != self._drawn:
            self._drawn, self._since = drawn, face.time
            self._former = None
            if shown is not None and 0.0 <= face.time - shown[2] <= _AWAY:
                layer, pose, _ = shown
                self._former = HairLayer(layer.rgba.copy(), layer.to_frame, layer.removal), pose
        if not 0.0 <= face.time - self._since < FADE_SECONDS:
            self._former = None

    def at(self, layer: HairLayer | None, face: Face) -> HairLayer | None:
        """``layer``, or on its way there."""
        if self._former is not None:
            former, pose = self._former
            carried = compose_affine(pose.motion_to(face.pose), former.to_frame)
            share = (face.time - self._since) / FADE_SECONDS
            share *= share * (3.0 - 2.0 * share)
            layer = mix_layers(HairLayer(former.rgba, carried, former.removal), layer, share, face.size)
        self._shown = None if layer is None else (layer, face.pose, face.time)
        return layer
