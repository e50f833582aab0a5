"""A fitted hairstyle, its pose and its light to a hair layer."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_geometry import face_triangles
from engines.palette import HairColor
from engines.strands.body import hairline_table
from engines.strands.finish import close_pinholes, paint_scalp, soften_edges
from engines.strands.fitted import FittedStrands
from engines.strands.occluder import FAR, add_ellipsoids, add_mesh, face_occluder
from engines.strands.raster import draw_segments
from engines.strands.shading import MATERIAL_COLUMNS, TINT_COLUMNS, make_shade, project
from engines.strands.visibility import View

F32 = npt.NDArray[np.float32]

# Hair fades in over this distance in front of skin, cm.
_SOFTNESS = 0.35
# Where the body's depth jumps by more than this, cm, hair ends at an edge.
_EDGE = 1.0
# Hair on the scalp lies in the shade of all the hair above it.
_SCALP_SHADE = 0.45
_NO_PART = 1e6
_NO_FADE = (-1e3, -1e3 + 1.0, 0.0)
_NO_BOXES = (0.0, 0.0)
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
        self._view: View | None = None
        self._tint: F32 | None = None
        self._frame = 0
        self._place = self._position = self._color = np.zeros((0, 4), np.float32)
        self._material = np.zeros((0, MATERIAL_COLUMNS), np.float32)

    def render(self, face: Face, fitted: FittedStrands, color: HairColor) -> HairLayer | None:
        """The hair at this pose; ``None`` when none of it is in the frame."""
        pose = face.pose
        shrink = min(1.0, self._max_scale / pose.scale)
        scale = pose.scale * shrink
        matrix = (pose.matrix * shrink).astype(np.float32)
        box = self._box(fitted, matrix, pose.translation * shrink, face.size, shrink)
        if box is None:
            return None
        left, top, width, height = box
        # Segments that leave the buffer are skipped whole, so it reaches one segment past the frame.
        margin = math.ceil(fitted.longest_segment * scale) + 3
        origin = (pose.translation * shrink - [left - margin, top - margin]).astype(np.float32)
        layer, depth = self._buffers(height + 2 * margin, width + 2 * margin)

        to_head = np.linalg.inv(matrix.astype(np.float64)).astype(np.float32)
        add_ellipsoids(depth, to_head, origin, fitted.occluders)
        mesh = face_occluder(face.landmarks * np.float32(shrink), scale)
        mesh[:, :2] -= np.array([left - margin, top - margin], np.float32)
        add_mesh(depth, mesh, face_triangles())

        view = self._gather(fitted, pose.rotation[2].astype(np.float32), fitted.tint(color))
        project(self._place, matrix, origin, scale, self._position)
        strands = fitted.strands
        shade = make_shade(color, strands, face.light, pose.rotation)
        self._frame = self._frame % _FRAMES + 1
        draw_segments(
            layer, depth, self._position, self._material, shade, self._color,
            view.segments, view.patience, self._frame, _SOFTNESS * scale,
        )  # fmt: skip
        close_pinholes(layer)
        if strands.underlay > 0.0:
            paint = np.append(shade[20:23] * shade[23:26] * _SCALP_SHADE, strands.underlay).astype(np.float32)
            part = _NO_PART if math.isnan(strands.part_x) else strands.part_x
            paint_scalp(
                layer, depth, to_head, origin, scale, fitted.skull, hairline_table(), paint, part,
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

    def _gather(self, fitted: FittedStrands, direction: F32, tint: F32) -> View:
        view = fitted.views.view(direction)
        if fitted is not self._source or view is not self._view:
            self._place = fitted.place[view.vertices]
            self._material = fitted.material[view.vertices]
            self._position = np.empty_like(self._place)
            self._color = np.zeros_like(self._place)
            self._source, self._view, self._tint = fitted, view, None
        if tint is not self._tint:
            self._material[:, TINT_COLUMNS] = tint[view.vertices]
            self._tint = tint
        return view

    @staticmethod
    def _box(
        fitted: FittedStrands,
        matrix: F32,
        translation: npt.NDArray[np.float64],
        size: tuple[int, int],
        shrink: float,
    ) -> tuple[int, int, int, int] | None:
        corners = fitted.corners @ matrix[:2].T + translation
        limit = np.array(size) * shrink
        low = np.maximum(np.floor(corners.min(axis=0)) - 1, 0).astype(int)
        high = np.minimum(np.ceil(corners.max(axis=0)) + 2, np.ceil(limit)).astype(int)
        if (high - low < 2).any():
            return None
        return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])
