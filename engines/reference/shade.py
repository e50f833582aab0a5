"""Light on the surface of hair, as smooth as a shell has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.light import Light

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Light goes around a head of hair so far: 0, not at all, to 1, to its very back.
_WRAP = 0.6


def surface_normals(points: F64) -> F64:
    """(n, m, 3) unit normals out of a grid of ``points`` (n, m, 3)."""
    along, around = np.gradient(points, axis=(0, 1))
    normal = np.cross(around, along)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True) + 1e-9
    # At the ends of the grid, where rows meet, differences vanish.
    normal[:, 0] = normal[:, 1].mean(axis=0)
    normal[:, 0] /= np.linalg.norm(normal[:, 0], axis=1, keepdims=True) + 1e-9
    normal[:, -1] = normal[:, -2]
    return np.asarray(normal)


def light_on(normals: npt.ArrayLike, light: Light) -> F64:
    """(..., 3) linear RGB of ``light`` on surfaces with ``normals`` (..., 3), camera axes.

    Lambert's law, wrapped around; hair turned to the camera in a light without colour has about 1.
    """
    n = np.asarray(normals, np.float64)
    lit = np.clip((n @ light.direction + _WRAP) / (1.0 + _WRAP), 0.0, 1.0)
    front = (light.direction[2] + _WRAP) / (1.0 + _WRAP)
    even = 0.35 + 0.5 * light.ambient
    share = (even + (1.0 - even) * lit) / (even + (1.0 - even) * max(front, 0.35))
    return np.asarray(share[..., None] * light.color * np.maximum(1.0 + n @ light.hue.T, 0.1))
