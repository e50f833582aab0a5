"""From a keyframe of the networks to the hair layer of a frame."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.hairfast.live.flow import sample_grid
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.graph_source import LIVE_GRAPH, Graphs
from engines.hairfast.live.warp import SQUARE, sampled
from engines.palette import srgb_to_linear

F32 = npt.NDArray[np.float32]

_LEVELS = 2047
_LINEAR = srgb_to_linear(np.arange(_LEVELS + 1) / _LEVELS).astype(np.float32)
# Inside the square hair moves by no more than this between its keyframe and the last frame it is shown on.
_REACH = 24
# The light cannot be told from a picture better than this, nor its change from a face that moved.
_LEAST_GAIN, _MOST_GAIN = 0.6, 1.6


class Painter(Protocol):
    """Draws the frames of one session from keyframes."""

    path: str
    """What it does for a frame, as ``LiveSettings.path`` calls it."""

    def paint(self, keyframe: GanKeyframe, face: Face) -> HairLayer | None:
        """The hair of ``keyframe`` on ``face``; ``None`` where it is outside the frame."""

    def close(self) -> None:
        """Free what it holds. No other call follows."""


class LayerPainter:
    """Warps the keyframe's layer.

    ``images`` of the keyframe: premultiplied linear RGBA (SQUARE, SQUARE, 4).
    """

    path = "layer"

    def paint(self, keyframe: GanKeyframe, face: Face) -> HairLayer | None:
        """See :class:`Painter`. The layer is in pixels of the frame: the hair is sampled only once."""
        anchor = keyframe.anchor
        left, top, right, bottom = _box(keyframe.alpha)
        corners = np.array([(x, y) for x in (left, right) for y in (top, bottom)], np.float64)
        points = apply_affine(anchor.placed(face), corners)
        low = np.maximum(np.floor(points.min(0)), 0).astype(int)
        high = np.minimum(np.ceil(points.max(0)) + 1, face.size).astype(int)
        if (high <= low).any():
            return None
        to_frame = np.array([[1.0, 0.0, low[0]], [0.0, 1.0, low[1]]])
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        rgba = sampled(keyframe.images[0], anchor.sampling(face, to_frame, size))
        return HairLayer(_lit(rgba, keyframe, face), to_frame, removal=0.0)

    def close(self) -> None:
        """Nothing is held."""


class FeaturePainter:
    """Warps the generator's features and runs its last layers.

    ``images`` of the keyframe: ``f_final`` (64, 64, 512), and ``residual`` with the opacity
    (SQUARE, SQUARE, 4); ``vectors``: the styles. See ``graphs/catalogue.py`` for the arrays.
    """

    path = "features"

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs
        self._session = graphs(LIVE_GRAPH)
        self._held: GanKeyframe | None = None

    def paint(self, keyframe: GanKeyframe, face: Face) -> HairLayer:
        """See :class:`Painter`. The layer is the square's."""
        if keyframe is not self._held:
            self._hold(keyframe)
        flow = sample_grid(keyframe.anchor.flow(face))
        drawn = self._session.run({"flow": flow})["rgba"][0]
        left, top, right, bottom = _box(keyframe.alpha)
        rgba = np.ascontiguousarray(drawn[:, top:bottom, left:right].transpose(1, 2, 0))
        alpha = rgba[..., 3:]
        rgba[..., :3] = _LINEAR[(rgba[..., :3] * _LEVELS + 0.5).astype(np.uint16)] * alpha
        to_frame = keyframe.anchor.placed(face)
        to_frame[:, 2] += to_frame[:, :2] @ (left, top)
        return HairLayer(_lit(rgba, keyframe, face), to_frame, removal=0.0)

    def close(self) -> None:
        """Close the graphs."""
        self._graphs.close()

    def _hold(self, keyframe: GanKeyframe) -> None:
        features, fine = keyframe.images
        planes = fine.transpose(2, 0, 1)[None]
        for name, value in (
            ("f_final", features.transpose(2, 0, 1)[None]),
            ("vectors", keyframe.vectors),
            ("residual", planes[:, :3]),
            ("alpha", planes[:, 3:]),
        ):
            self._session.hold(name, np.ascontiguousarray(value))
        self._held = keyframe


def _box(alpha: F32) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what may be drawn, in pixels of the square."""
    x, y, width, height = cv2.boundingRect((alpha > 0.0).astype(np.uint8))
    if not width:
        return 0, 0, 0, 0
    low, high = max(0, x - _REACH), max(0, y - _REACH)
    return low, high, min(SQUARE, x + width + _REACH), min(SQUARE, y + height + _REACH)


def _lit(rgba: F32, keyframe: GanKeyframe, face: Face) -> F32:
    """The layer in the light of now."""
    gain = face.light.color / np.maximum(keyframe.anchor.face.light.color, 1e-3)
    rgba[..., :3] *= np.clip(gain, _LEAST_GAIN, _MOST_GAIN).astype(np.float32)
    return rgba
