"""The light and the camera, as the face shows them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]


def _frontal() -> F32:
    return np.array([0.0, 0.55, 0.835], np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """Light on the face and what the camera does to a picture; estimated at keyframes.

    ``direction`` (3,): unit vector towards the dominant light, camera axes (x image right, y up, z towards
    the camera). ``color`` (3,): linear RGB gain for hair under this light: white balance times exposure,
    1 = neutral. ``ambient``: share of light that comes from everywhere, 0..1. ``hue`` (3, 3): how the colour
    of light changes with where it comes from: from the unit vector d it is ``color * (1 + hue @ d)``, rows
    R, G, B; its luminance does not change. ``rim`` (3,): linear RGB of the light from behind the head, as a
    multiple of the light on its face; 0 = none. ``skin`` (3,): median skin, linear RGB. ``black``: the
    camera's black level in linear light. ``blur``: standard deviation of the camera's blur, px of the frame.
    ``noise``: standard deviation of its luma noise, 0..255; ``grain``: how coarse that is, from 0, each pixel
    its own, to 1, as smooth as over two pixels. ``exposure``: seconds for which the camera collects light.
    """

    direction: F32 = field(default_factory=_frontal)
    color: F32 = field(default_factory=lambda: np.ones(3, np.float32))
    ambient: float = 0.4
    hue: F32 = field(default_factory=lambda: np.zeros((3, 3), np.float32))
    rim: F32 = field(default_factory=lambda: np.zeros(3, np.float32))
    skin: F32 = field(default_factory=lambda: np.array([0.45, 0.30, 0.23], np.float32))
    black: float = 0.005
    blur: float = 0.5
    noise: float = 1.5
    grain: float = 0.0
    exposure: float = 1.0 / 60.0

    def mixed(self, other: Light, share: float) -> Light:
        """This light, ``share`` (0..1) of the way to ``other``."""
        values = {
            part.name: getattr(self, part.name) * (1.0 - share) + getattr(other, part.name) * share
            for part in fields(self)
        }
        values["direction"] = values["direction"] / max(float(np.linalg.norm(values["direction"])), 1e-6)
        return Light(**values)
