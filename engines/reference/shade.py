"""Light on the surface of hair, as smooth as a shell has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.light import Light

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Light goes around a head of hair so far: 0, not at all, to 1, to its very back.
_WRAP = 0.6
# Where hair that a camera sees is turned to, camera axes.
_HEAD = np.array(
    [(side, up, 0.5) for side in (-0.85, 0.85) for up in (-0.1, 0.2)]
    + [(-0.6, 0.6, 0.5), (0.6, 0.6, 0.5), (0.0, 0.8, 0.6)]
)


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

    Lambert's law, wrapped around; the luminance is that of ``light.color`` on the mean of a head of hair.
    """
    n = np.asarray(normals, np.float64)
    share = _lit(n, light) / _lit(_HEAD, light).mean()
    return np.asarray(share[..., None] * light.color * np.maximum(1.0 + n @ light.hue.T, 0.1))


def _lit(normals: F64, light: Light) -> F64:
    even = 0.35 + 0.5 * light.ambient
    towards = np.clip((normals @ light.direction + _WRAP) / (1.0 + _WRAP), 0.0, 1.0)
    return np.asarray(even + (1.0 - even) * towards)
