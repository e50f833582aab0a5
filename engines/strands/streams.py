"""Streams: what hair that lies together has in common, whichever lock and layer it belongs to.

Locks alone leave every strand its own shade, since strands of many locks show through each other. On real
heads neighbours share how they catch the light over one to several centimetres: most of the contrast of hair
is there, not from strand to strand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.strands.body import SKULL
from engines.strands.scalp import F64

F32 = npt.NDArray[np.float32]

_WAVES = 48
# Streams run with the hair: they are this much longer than wide.
_LONG = 5.0
_RADIUS = 9.0


def stream_noise(points: F32, width: float, rng: np.random.Generator) -> F64:
    """(n,) values of about unit variance for strands (n, k, 3), alike where the middles of strands are nearer
    than ``width`` cm across the fall of the hair. A sum of plane waves about three widths long."""
    middle = points[:, points.shape[1] // 2].astype(np.float64)
    around = np.arctan2(middle[:, 0], middle[:, 2] - SKULL.center[2])
    # On top of the head azimuths meet; position takes over from them there.
    place = np.column_stack([np.sin(around), np.cos(around)]) * _RADIUS
    top = np.clip((middle[:, 1] - 9.0) / 3.0, 0.0, 1.0)[:, None]
    place = (1.0 - top) * place + top * middle[:, [0, 2]]
    at = np.column_stack([place, middle[:, 1] / _LONG])
    vector = rng.normal(size=(3, _WAVES))
    vector *= 2.0 * np.pi / (3.0 * width) * rng.uniform(0.7, 1.4, _WAVES) / np.linalg.norm(vector, axis=0)
    waves = np.cos(at @ vector + rng.uniform(0.0, 2.0 * np.pi, _WAVES))
    return np.asarray(np.sqrt(2.0 / _WAVES) * waves.sum(axis=1))
