"""The light and the camera, as the face shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


def _frontal() -> npt.NDArray[np.float32]:
    return np.array([0.0, 0.55, 0.835], np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """Light on the face and what the camera does to a picture; estimated at keyframes.

    ``direction`` (3,): unit vector towards the dominant light, camera axes (x image right, y up, z towards
    the camera). ``color`` (3,): linear RGB gain for hair under this light: white balance times exposure,
    1 = neutral. ``ambient``: share of light that comes from everywhere, 0..1. ``skin`` (3,): median skin,
    linear RGB. ``black``: the camera's black level in linear light. ``blur``: standard deviation of the
    camera's blur, px of the frame. ``noise``: standard deviation of its luma noise, 0..255.
    """

    direction: npt.NDArray[np.float32] = field(default_factory=_frontal)
    color: npt.NDArray[np.float32] = field(default_factory=lambda: np.ones(3, np.float32))
    ambient: float = 0.4
    skin: npt.NDArray[np.float32] = field(default_factory=lambda: np.array([0.45, 0.30, 0.23], np.float32))
    black: float = 0.005
    blur: float = 0.5
    noise: float = 1.5
