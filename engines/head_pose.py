"""Where the head is: the similarity from the head frame into the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Rotation, scale and translation from the head frame into the image (weak perspective).

    The head frame is in centimetres: origin between the ears (tragus to tragus), x to the person's
    left (image right in an unmirrored camera picture), y up, z out of the face.

    ``rotation`` (3, 3): head axes to camera axes (x image right, y up, z towards the camera).
    ``scale``: pixels per centimetre. ``translation`` (2,): the head origin in the image, px (x, y down).
    """

    rotation: F64
    scale: float
    translation: F64

    @property
    def matrix(self) -> F64:
        """(3, 3) M so that ``points @ M.T`` is (image x, image y down, depth towards the camera), px."""
        return np.asarray(np.diag([1.0, -1.0, 1.0]) @ self.rotation * self.scale)

    def project(self, points: npt.ArrayLike) -> F64:
        """Head-frame points (..., 3) in cm to (x px, y px down, depth px towards the camera; origin 0)."""
        image = np.asarray(points, np.float64) @ self.matrix.T
        image[..., :2] += self.translation
        return np.asarray(image)

    def unproject(self, points: npt.ArrayLike) -> F64:
        """The inverse of :meth:`project`."""
        image = np.array(points, np.float64)
        image[..., :2] -= self.translation
        return np.asarray(image @ np.linalg.inv(self.matrix).T)

    def motion_to(self, other: HeadPose) -> F64:
        """(2, 3) similarity from pixels of this pose's frame to pixels of the frame of ``other``.

        Turning and nodding are left out: the outline of a round head stays where it is when the head turns,
        so what is carried by translation, size and roll stays on it.
        """
        angle = np.radians(other.roll - self.roll)
        scale = other.scale / self.scale
        cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
        linear = np.array([[cosine, -sine], [sine, cosine]])
        return np.column_stack([linear, other.translation - linear @ self.translation])

    @property
    def yaw(self) -> float:
        """Degrees; positive when the face is turned towards image right."""
        return float(np.degrees(np.arctan2(self.rotation[0, 2], self.rotation[2, 2])))

    @property
    def pitch(self) -> float:
        """Degrees; positive when the face looks up."""
        return float(np.degrees(np.arcsin(np.clip(self.rotation[1, 2], -1.0, 1.0))))

    @property
    def roll(self) -> float:
        """Degrees; positive when the head leans towards image right."""
        return float(np.degrees(np.arctan2(self.rotation[0, 1], self.rotation[1, 1])))

    def angle_to(self, other: HeadPose) -> float:
        """The angle between two rotations, in degrees."""
        cosine = (np.trace(self.rotation.T @ other.rotation) - 1.0) / 2.0
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
