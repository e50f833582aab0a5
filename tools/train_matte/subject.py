"""A random head: how it is built, where it looks and what light falls on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.light import Light
from tools.train_matte.canvas import CANVAS, FACE_CENTER, FACE_HEIGHT

F64 = npt.NDArray[np.float64]

_MAX_YAW, _MAX_PITCH = 62.0, 25.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A head that stands in the matte network's canvas (tools.train_matte.canvas), upright."""

    shape: HeadShape
    pose: HeadPose
    light: Light

    @property
    def points(self) -> F64:
        """(478, 3) float64: FaceMesh points of this head in the head frame, cm."""
        return self.shape.apply(mean_face())

    def face(self, enlarge: float = 1.0) -> Face:
        """What an engine draws hair for, on a canvas ``enlarge`` times as large."""
        translation = (self.pose.translation + 0.5) * enlarge - 0.5
        pose = HeadPose(self.pose.rotation, self.pose.scale * enlarge, translation)
        side = round(CANVAS * enlarge)
        landmarks = pose.project(self.points).astype(np.float32)
        return Face(landmarks, pose, (side, side), self.shape, self.light)


def random_shape(rng: np.random.Generator) -> HeadShape:
    """A head as wide, high, deep, round or long as people's are."""
    width, height, depth = np.clip(rng.normal(1.0, [0.05, 0.05, 0.04]), 0.87, 1.13)
    jaw, forehead = rng.uniform(0.85, 1.1), np.clip(rng.normal(0.0, 0.6), -1.2, 1.5)
    return HeadShape(float(width), float(height), float(depth), float(jaw), float(forehead))


def random_light(rng: np.random.Generator) -> Light:
    """Light from anywhere in front or from the side, of any usual colour and strength."""
    direction = np.array([rng.normal(0.0, 0.7), rng.normal(0.5, 0.45), rng.uniform(0.2, 1.0)])
    direction /= np.linalg.norm(direction)
    gain = np.exp(rng.normal(-0.1, 0.3)) * np.exp(rng.normal(0.0, [0.08, 0.03, 0.10]))
    hue = rng.normal(0.0, 0.10, (3, 3)) if rng.random() < 0.3 else np.zeros((3, 3))
    rim = rng.uniform(0.2, 1.5) * np.exp(rng.normal(0.0, 0.15, 3)) if rng.random() < 0.2 else np.zeros(3)
    single = [np.asarray(value, np.float32) for value in (direction, gain, hue, rim)]
    return Light(single[0], single[1], ambient=float(rng.uniform(0.2, 0.8)), hue=single[2], rim=single[3])


def random_rotation(rng: np.random.Generator) -> F64:
    """(3, 3): half of all heads look about into the camera, the others anywhere up to 62 degrees aside."""
    yaw = rng.normal(0.0, 12.0) if rng.random() < 0.5 else rng.uniform(-_MAX_YAW, _MAX_YAW)
    pitch = np.clip(rng.normal(0.0, 9.0), -_MAX_PITCH, _MAX_PITCH)
    (cy, cp), (sy, sp) = np.cos(np.radians([yaw, pitch])), np.sin(np.radians([yaw, pitch]))
    turn = np.array([[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]])
    nod = np.array([[1.0, 0.0, 0.0], [0.0, cp, sp], [0.0, -sp, cp]])
    return np.asarray(turn @ nod, np.float64)


def random_subject(rng: np.random.Generator, shape: HeadShape | None = None) -> Subject:
    """A head at a random pose, its face centred in the canvas as the crop of a tracked face is."""
    shape = shape or random_shape(rng)
    pose = centred_pose(shape, random_rotation(rng))
    return Subject(shape, pose, random_light(rng))


def centred_pose(shape: HeadShape, rotation: F64) -> HeadPose:
    """The pose at which a head of ``shape`` stands in the canvas as the crop of a tracked face does."""
    unit = HeadPose(rotation, 1.0, np.zeros(2)).project(shape.apply(mean_face()))[:, :2]
    low, high = unit.min(axis=0), unit.max(axis=0)
    scale = FACE_HEIGHT / float(high[1] - low[1])
    return HeadPose(rotation, scale, np.array(FACE_CENTER) - 0.5 * (low + high) * scale)
