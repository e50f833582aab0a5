"""Where light comes from, by spherical harmonics over the normals of the skin.

A matte surface sees of its surroundings little more than the harmonics up to the second order, and of one
distant source about 1/4 + t/2 + 5/32 (3 t² - 1), where t is the cosine to it (R. Ramamoorthi, P. Hanrahan:
"An efficient representation for irradiance environment maps", SIGGRAPH 2001). A face shows less than half of
all normals, too few for nine free coefficients, so the harmonics are those of even light and one source,
whose direction is searched for: two coefficients and one direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

LUMA: F64 = np.array([0.2126, 0.7152, 0.0722])

_ROUNDS = 3
# Errors well above this share of the mean luminance are outliers: hair, glasses, shine.
_OUTLIER = 0.12
# What a room's light is like where the face tells nothing, and how much it takes to tell otherwise: the share
# of the variance that a direction must explain.
_USUAL = np.array([0.0, 0.55, 0.835])
_PRIOR = 0.004
# Skin itself is redder here and paler there by about so much; only more than that is coloured light.
_SKIN_HUES, _MOST_HUE = 0.25, 0.8
_HUE_RIDGE = 0.05


@dataclass(frozen=True, slots=True)
class LightFit:
    """``direction`` (3,) towards the source, camera axes; ``ambient``: share of even light, 0..1;
    ``hue`` (3, 3) as in :class:`engines.light.Light`."""

    direction: F64
    ambient: float
    hue: F64


def fit_light(normals: F64, linear: F64, weight: F64) -> LightFit:
    """The light that makes skin of ``normals`` (n, 3; camera axes) look ``linear`` (n, 3) RGB.

    ``weight`` (n,): how much each of them counts. Skin is taken to be of one colour all over the face,
    and whatever does not fit is weighted down round by round.
    """
    luma = linear @ LUMA
    mean = max(float(np.median(luma[weight > 0.0])) if (weight > 0.0).any() else 1.0, 1e-4)
    level = luma / mean
    trusted = weight.copy()
    response = _response(normals @ _SPHERE.T)
    for _ in range(_ROUNDS):
        even, key, best = _search(response, _SPHERE, level, trusted)
        error = level - even - key * response[:, best]
        spread = max(float(np.median(np.abs(error))), 0.5 * _OUTLIER)
        trusted = weight / (1.0 + (error / (2.0 * spread)) ** 2)
    near = _around(_SPHERE[best])
    even, key, best = _search(_response(normals @ near.T), near, level, trusted)
    share = even / max(even + key, 1e-6)
    return LightFit(near[best], float(np.clip(share, 0.0, 1.0)), _hue(normals, linear, luma, trusted))


def _response(cosine: F64) -> F64:
    return np.asarray(0.25 + 0.5 * cosine + 0.15625 * (3.0 * cosine * cosine - 1.0))


def _search(response: F64, directions: F64, level: F64, weight: F64) -> tuple[float, float, int]:
    """Even light, source and the index of its direction that explain ``level`` (n,) best, neither negative.

    ``response`` (n, m): of each normal to a source in each of ``directions`` (m, 3).
    """
    total = max(float(weight.sum()), 1e-6)
    share = weight / total
    mean, level_mean = share @ response, float(share @ level)
    centred, wanted = response - mean, level - level_mean
    variance = share @ centred**2 + 1e-6
    key = np.clip((share * wanted) @ centred / variance, 0.0, level_mean / np.maximum(mean, 1e-3))
    left = share @ wanted**2 - 2.0 * key * ((share * wanted) @ centred) + key**2 * variance
    best = int(np.argmin(left + _PRIOR * (1.0 - directions @ _USUAL)))
    return max(level_mean - float(key[best] * mean[best]), 0.0), float(key[best]), best


def _hue(normals: F64, linear: F64, luma: F64, weight: F64) -> F64:
    """(3, 3) how light changes colour with direction: a ridge regression of colour over normals."""
    bright = luma > 0.25 * np.median(luma)
    trusted = weight * bright * luma
    share = trusted / max(float(trusted.sum()), 1e-9)
    color = linear / np.maximum(luma, 1e-4)[:, None]
    middle = share @ color
    centred = normals - share @ normals
    relative = np.clip(color / np.maximum(middle, 1e-3) - 1.0, -1.5, 1.5)
    moments = (centred * share[:, None]).T
    slopes = np.linalg.solve(moments @ centred + _HUE_RIDGE * np.eye(3), moments @ relative)
    hue: F64 = slopes.T
    hue = hue - (LUMA * middle) @ hue
    size = float(np.linalg.norm(hue))
    return np.asarray(hue * np.clip((size - _SKIN_HUES) / max(size, 1e-6), 0.0, _MOST_HUE / max(size, 1e-6)))


def _sphere(count: int = 150) -> F64:
    """(m, 3) unit vectors that face the camera or look a little past it, evenly (a Fibonacci lattice)."""
    index = np.arange(count) + 0.5
    z = 1.0 - 2.0 * index / count
    around = np.pi * (1.0 + 5.0**0.5) * index
    ring = np.sqrt(1.0 - z * z)
    points = np.stack([ring * np.cos(around), ring * np.sin(around), z], axis=1)
    return np.asarray(points[z > -0.35])


def _around(direction: F64) -> F64:
    """(25, 3) unit vectors within about 11 degrees of ``direction``."""
    first = np.cross(direction, [0.0, 1.0, 0.0] if abs(direction[1]) < 0.9 else [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(direction, first)
    u, v = (axis.reshape(-1, 1) for axis in np.meshgrid(np.linspace(-0.2, 0.2, 5), np.linspace(-0.2, 0.2, 5)))
    points = direction + u * first + v * second
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float64)


_SPHERE = _sphere()
