"""A fitted shell of hair, its pose and its light to a hair layer."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_geometry import face_triangles
from engines.head_pose import HeadPose
from engines.palette import srgb_to_linear
from engines.quality import Quality
from engines.reference.fitted_shell import FittedShell
from engines.reference.kernel import draw_shell, finish_shell
from engines.reference.outline import STEP, Spine
from engines.reference.shade import light_on
from engines.reference.textures import Textures
from engines.strands.occluder import FAR, add_ellipsoids, add_mesh, face_occluder, upright
from engines.strands.springs import HairSprings

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
_NECK = np.array([0.0, -9.0, -3.5], np.float32)
# Of what is not measured to the millimetre hair is in front; and it fades out behind over so much, cm.
_AHEAD, _SOFTNESS = 1.0, 0.5
# So near to the outline, cm, the photo itself is shown, and from there less and less up to the second.
_RIM, _RIM_END = 0.5, 1.6
_COARSE = 8
_BEST = Quality()


class ShellRenderer:
    """Draws one session's shell. ``max_scale``: px per cm above which it is drawn smaller and enlarged."""

    def __init__(self, max_scale: float) -> None:
        self._max_scale = max_scale
        self._springs = HairSprings()

    def render(
        self, face: Face, fitted: FittedShell, textures: Textures, quality: Quality = _BEST
    ) -> HairLayer | None:
        """The hair at this pose; ``None`` when none of it is in the frame."""
        pose = face.pose
        shrink = min(1.0, self._max_scale * quality.pixels / pose.scale)
        scale = pose.scale * shrink
        small = HeadPose(pose.rotation, scale, pose.translation * shrink)
        points = fitted.points
        if quality.motion:
            points = fitted.swung(self._springs.swing(fitted.sway, pose, face.size, face.time))
        else:
            self._springs.rest()
        placed = small.project(points)
        low = np.maximum(np.floor(placed[..., :2].min(axis=(0, 1))) - 1, 0).astype(int)
        high = np.ceil(np.minimum(placed[..., :2].max(axis=(0, 1)) + 2, np.array(face.size) * shrink)).astype(
            int
        )
        if (high - low < 2).any():
            return None
        (left, top), (width, height) = low.tolist(), (high - low).tolist()
        placed[..., :2] -= low
        light = light_on(fitted.normals @ pose.rotation.T, face.light).astype(np.float32)
        depth = self._occluders(face, fitted, small, shrink, low, (height, width))
        near, far = np.empty((2, 3, height, width), np.float32)
        near[0] = far[0] = FAR
        level = textures.at(scale)
        steps, layers = placed.shape[:2]
        vertices = placed.reshape(-1, 3).astype(np.float32)
        draw_shell(vertices, steps, layers, textures.bare, depth, _AHEAD * scale, near, far)
        edge = self._edge(fitted, placed, small, low, (height, width), level.zoom, face)
        layer = np.zeros((height, width, 4), np.float32)
        finish_shell(
            near, far, depth, level.surface, light, edge, _COARSE, level.picture, _LINEAR,
            _AHEAD * scale, _SOFTNESS * scale, layer,
        )  # fmt: skip
        grow = 1.0 / shrink
        return HairLayer(layer, np.array([[grow, 0.0, left * grow], [0.0, grow, top * grow]]))

    @staticmethod
    def _occluders(
        face: Face,
        fitted: FittedShell,
        pose: HeadPose,
        shrink: float,
        corner: npt.NDArray[np.int_],
        size: tuple[int, int],
    ) -> F32:
        """(h, w) depth of head, neck and shoulders."""
        depth = np.full(size, FAR, np.float32)
        origin = (pose.translation - corner).astype(np.float32)
        add_ellipsoids(depth, np.linalg.inv(pose.matrix).astype(np.float32), origin, fitted.occluders[:-1])
        shoulders, rotation = upright(fitted.occluders[-1:], pose.rotation, _NECK)
        body = np.diag([1.0, -1.0, 1.0]) @ rotation * pose.scale
        add_ellipsoids(depth, np.linalg.inv(body).astype(np.float32), origin, shoulders)
        mesh = face_occluder(face.landmarks * np.float32(shrink), pose.scale)
        mesh[:, :2] -= corner.astype(np.float32)
        add_mesh(depth, mesh, face_triangles())
        return depth

    @staticmethod
    def _edge(
        fitted: FittedShell,
        placed: F64,
        pose: HeadPose,
        corner: npt.NDArray[np.int_],
        size: tuple[int, int],
        zoom: float,
        face: Face,
    ) -> F32:
        """See ``kernel.finish_shell``: from places about the outline to the same places of the photo."""
        shell = fitted.shell
        ends = pose.project(fitted.ends)[:, :2] - corner
        down = ends[1] - ends[0]
        length = float(np.linalg.norm(down))
        down /= length
        # Pixels to cm in the photo's directions, y up, about the spine's beginning.
        turn = np.array([[down[1], -down[0]], [-down[0], -down[1]]]) / pose.scale
        along_scale = min(1.0, max(0.5, length / (10.0 * pose.scale)))
        turn[1] /= along_scale
        spine = Spine(0.0, 0.0, shell.spine.rows)
        reach = _reach(spine, (placed[..., :2] - ends[0]) @ turn.T)
        rows, columns = math.ceil(size[0] / _COARSE) + 2, math.ceil(size[1] / _COARSE) + 2
        grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1) * float(_COARSE)
        local = (grid - ends[0]) @ turn.T
        along, distance = spine.place(local)
        index = np.arange(spine.count)
        out_to, was = np.interp(along, index, reach), np.interp(along, index, shell.reach)
        share = np.clip(distance / np.maximum(out_to, 0.1), 0.0, 1.0)
        flat = along.reshape(-1)
        start, direction = shell.spine.rays(np.clip(flat, 0.0, spine.count - 1.0))
        below = np.minimum(flat, 0.0) + np.minimum(spine.count - 1.0 - flat, 0.0)
        start[:, 1] += STEP * below
        moved = (distance + (was - out_to) * share**2).reshape(-1)
        photo = start + direction * moved[:, None]
        pixels = (photo @ shell.to_pixels[:, :2].T + shell.to_pixels[:, 2] + 0.5) * zoom - 0.5
        rim = np.clip((_RIM_END - (out_to - distance)) / (_RIM_END - _RIM), 0.0, 1.0)
        normal = np.column_stack([direction @ np.linalg.inv(turn).T, np.zeros(len(direction))])
        normal[:, 1] *= -1.0
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        normal = normal * 0.9 + (0.0, 0.0, 0.43)
        light = light_on(normal, face.light)
        edge = np.column_stack([pixels, rim.reshape(-1), light]).reshape(rows, columns, 6)
        return np.ascontiguousarray(edge, np.float32)


def _reach(spine: Spine, points: F64) -> F64:
    """(n,) how far ``points`` (..., 2) reach from the spine at every step of it, cm."""
    along, distance = spine.place(points.reshape(-1, 2))
    step = np.rint(along).astype(int)
    inside = (step >= 0) & (step < spine.count)
    reach = np.zeros(spine.count)
    np.maximum.at(reach, step[inside], distance[inside])
    known = reach > 0.0
    index = np.arange(spine.count)
    reach = np.interp(index, index[known], reach[known]) if known.any() else reach
    return np.asarray(cv2.blur(reach[:, None], (1, 5), borderType=cv2.BORDER_REPLICATE)[:, 0], np.float64)
