"""A fitted hairstyle, its pose and its light to a hair layer."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_geometry import face_triangles
from engines.palette import HairColor
from engines.quality import Quality
from engines.strands.finish import close_pinholes, paint_scalp, soften_edges
from engines.strands.fitted import FittedStrands
from engines.strands.occluder import FAR, add_ellipsoids, add_mesh, face_occluder, upright
from engines.strands.projection import project, thinned
from engines.strands.raster import draw_segments
from engines.strands.shading import TINT_COLUMNS, make_shade
from engines.strands.sway import ZONES

F32 = npt.NDArray[np.float32]

# The head leans to its side about this point, cm.
_NECK = np.array([0.0, -9.0, -3.5], np.float32)
# Hair fades in over this distance in front of skin, cm.
_SOFTNESS = 0.35
# Where the body's depth jumps by more than this, cm, hair ends at an edge.
_EDGE = 1.0
# Hair on the scalp lies in the shade of all the hair above it.
_SCALP_SHADE = 0.45
_NO_PART = 1e6
_NO_FADE = (-1e3, -1e3 + 1.0, 0.0)
_NO_BOXES = (0.0, 0.0)
# The longest strands swing farther than the tips of their zone.
_REACH = 1.3
_BEST = Quality()
STILL = np.zeros((ZONES, 6), np.float32)
"""No swing."""
# Styles of so many vertices are drawn in strands about so wide, px, and at least this share of them: nobody
# sees finer ones. Short hair costs little, and shows every gap.
_MANY, _FINEST, _FEWEST = 90_000, 0.8, 0.5
# Frames from one look at hidden hair to the next, as long as the head turns by less than so many radians and
# hair swings by less than so many cm in a frame.
_PACES = ((16, 0.006, 0.05), (8, 0.025, 0.5), (4, math.inf, math.inf))
# The frame number stamps vertex colours as float32, which is exact this far.
_FRAMES = 1 << 20


class StrandRenderer:
    """Draws one session's hair; keeps its buffers between frames, so layers are valid until the next one.

    ``max_scale``: pixels per cm above which hair is drawn smaller and enlarged; time goes with the pixels.
    """

    def __init__(self, max_scale: float) -> None:
        self._max_scale = max_scale
        self._buffer = np.zeros(0, np.float32)
        self._depth = np.zeros(0, np.float32)
        self._source: FittedStrands | None = None
        self._tint: F32 | None = None
        self._frame = 0
        self._direction = np.zeros(3, np.float32)
        self._swing = STILL
        self._position = self._color = np.zeros((0, 4), np.float32)
        self._patience = np.zeros(0, np.uint8)

    def render(
        self,
        face: Face,
        fitted: FittedStrands,
        color: HairColor,
        swing: F32 = STILL,
        quality: Quality = _BEST,
        grown: float = 1.0,
    ) -> HairLayer | None:
        """The hair at this pose, ``swing`` (4, 6) off its place (see ``springs.HairSprings``) and
        ``grown`` (0..1) from its former shape (see ``FittedStrands.place_at``).

        ``None`` when none of it is in the frame.
        """
        pose = face.pose
        shrink = min(1.0, self._max_scale * quality.pixels / pose.scale)
        scale = pose.scale * shrink
        matrix = (pose.matrix * shrink).astype(np.float32)
        box = self._box(fitted, matrix, pose.translation * shrink, face.size, shrink, swing)
        if box is None:
            return None
        left, top, width, height = box
        # Segments that leave the buffer are skipped whole, so it reaches one segment past the frame.
        margin = math.ceil(fitted.longest_segment * scale) + 3
        origin = (pose.translation * shrink - [left - margin, top - margin]).astype(np.float32)
        layer, depth = self._buffers(height + 2 * margin, width + 2 * margin)

        to_head = np.linalg.inv(matrix.astype(np.float64)).astype(np.float32)
        add_ellipsoids(depth, to_head, origin, fitted.occluders[:-1])
        shoulders, rotation = upright(fitted.occluders[-1:], pose.rotation, _NECK)
        to_body = np.diag([1.0, -1.0, 1.0]) @ rotation * scale
        add_ellipsoids(depth, np.linalg.inv(to_body).astype(np.float32), origin, shoulders)
        mesh = face_occluder(face.landmarks * np.float32(shrink), scale)
        mesh[:, :2] -= np.array([left - margin, top - margin], np.float32)
        add_mesh(depth, mesh, face_triangles())

        self._take(fitted, fitted.tint(color))
        direction = pose.rotation[2].astype(np.float32)
        segments = fitted.views.view(direction).segments
        every = self._pace(direction, swing)
        strands = fitted.strands
        shade = make_shade(color, strands, face.light, pose.rotation)
        self._frame = self._frame % _FRAMES + 1
        last, wider = thinned(min(quality.strands, _share(fitted, scale)))
        project(
            fitted.place_at(grown), fitted.sway.table, tuple(swing.reshape(-1)),
            (*matrix.reshape(-1), *origin), scale, last, wider,
            self._position,
        )  # fmt: skip
        draw_segments(
            layer, depth, self._position, fitted.material, shade, self._color,
            segments, self._patience, self._frame, every, _SOFTNESS * scale,
        )  # fmt: skip
        close_pinholes(layer)
        if strands.underlay > 0.0:
            paint = np.append(shade[20:23] * shade[23:26] * _SCALP_SHADE, strands.underlay).astype(np.float32)
            part = _NO_PART if math.isnan(strands.part_x) else strands.part_x
            paint_scalp(
                layer, depth, to_head, origin, scale, fitted.skull, fitted.hairline, paint, part,
                np.array(strands.fade or _NO_FADE, np.float32),
                np.array(strands.boxes or _NO_BOXES, np.float32),
            )  # fmt: skip
        soften_edges(layer, depth, _EDGE * scale)

        inner = layer[margin : margin + height, margin : margin + width]
        grow = 1.0 / shrink
        to_frame = np.array([[grow, 0.0, left * grow], [0.0, grow, top * grow]])
        return HairLayer(inner, to_frame)

    def _buffers(self, height: int, width: int) -> tuple[F32, F32]:
        pixels = height * width
        if self._depth.size < pixels:
            self._buffer = np.empty(4 * pixels, np.float32)
            self._depth = np.empty(pixels, np.float32)
        layer = self._buffer[: 4 * pixels].reshape(height, width, 4)
        depth = self._depth[:pixels].reshape(height, width)
        layer.fill(0.0)
        depth.fill(FAR)
        return layer, depth

    def _pace(self, direction: F32, swing: F32) -> int:
        """Frames from one look at hidden hair to the next, by how fast what is seen changes."""
        turned = math.acos(min(1.0, float(direction @ self._direction)))
        swung = float(np.abs(swing - self._swing).max())
        self._direction, self._swing = direction, swing
        return next(every for every, angle, way in _PACES if turned < angle and swung < way)

    def _take(self, fitted: FittedStrands, tint: F32) -> None:
        """Make the scratch tables fit ``fitted``, and dye it."""
        if fitted is not self._source:
            vertices = len(fitted.place)
            self._position, self._color = np.empty_like(fitted.place), np.zeros_like(fitted.place)
            self._patience = np.ones(vertices, np.uint8)
            self._source, self._tint = fitted, None
        if tint is not self._tint:
            fitted.material[:, TINT_COLUMNS] = tint
            self._color[:, 3] = 0.0
            self._tint = tint

    @staticmethod
    def _box(
        fitted: FittedStrands,
        matrix: F32,
        translation: npt.NDArray[np.float64],
        size: tuple[int, int],
        shrink: float,
        swing: F32,
    ) -> tuple[int, int, int, int] | None:
        corners = fitted.corners @ matrix[:2].T + translation
        off = _REACH * (swing[:, :3] @ matrix[:2].T)
        limit = np.array(size) * shrink
        low = corners.min(axis=0) + np.minimum(off.min(axis=0), 0.0)
        high = corners.max(axis=0) + np.maximum(off.max(axis=0), 0.0)
        low = np.maximum(np.floor(low) - 1, 0).astype(int)
        high = np.minimum(np.ceil(high) + 2, np.ceil(limit)).astype(int)
        if (high - low < 2).any():
            return None
        return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def _share(fitted: FittedStrands, scale: float) -> float:
    """Of all strands, those that do at ``scale`` px per cm when each is drawn as wide as a pixel shows."""
    if len(fitted.place) < _MANY:
        return 1.0
    return min(1.0, max(_FEWEST, fitted.widest * scale / _FINEST))
