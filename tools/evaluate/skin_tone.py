"""The skin's tone, as it looks in the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import lab

F32 = npt.NDArray[np.float32]

_SKIN = np.array([50, 280, 205, 425, 117, 346, 151])
_MONK = ("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420")


@dataclass(frozen=True, slots=True)
class SkinTone:
    """``ita``: individual typology angle, degrees; ``monk``: the nearest of ten Monk swatches, 1 light."""

    ita: float
    monk: int

    def __str__(self) -> str:
        return f"Monk {self.monk}, ITA {self.ita:.0f}°"


def skin_tone(scene: Scene) -> SkinTone | None:
    """The tone of the clip's skin under the clip's light; ``None`` without a face."""
    every = max(1, len(scene.faces) // 10)
    samples = [
        _skin(scene.clip.frames[index][0], scene.faces[index][0])
        for index in range(0, len(scene.faces), every)
        if scene.faces[index]
    ]
    return tone_of(np.median(np.concatenate(samples), axis=0)) if samples else None


def tone_of(color: npt.ArrayLike) -> SkinTone:
    """The tone of the Lab colour ``color`` (3,).

    ``ITA = atan((L* - 50) / b*) 180 / π`` (Chardon, Cretois and Hourseau, 1991). Monk: the swatch of the Monk
    Skin Tone scale (Monk 2019) that is nearest in Lab; light and camera are in both.
    """
    value = np.asarray(color, np.float64)
    ita = float(np.degrees(np.arctan2(value[0] - 50.0, max(value[2], 1e-6))))
    swatches = lab(np.array([list(bytes.fromhex(code)) for code in _MONK], np.uint8))
    return SkinTone(ita, int(np.linalg.norm(swatches - value, axis=1).argmin()) + 1)


def _skin(rgb: npt.NDArray[np.uint8], face: Face) -> F32:
    radius = max(1, round(0.4 * face.pose.scale))
    mask = np.zeros(rgb.shape[:2], np.uint8)
    for x, y in np.rint(face.landmarks[_SKIN, :2]).astype(int):
        cv2.circle(mask, (int(x), int(y)), radius, (1,), -1)
    return lab(rgb[mask.astype(bool)])
