"""Curl types: how a look's curl moves a style's waves along the scale from 1A (straight) to 4C (coily).

Radius, pitch and visible length per type follow the consumer scale of Andre Walker with curve diameters after
de la Mettrie et al. (Human Biology 79, 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.strands.groom import Waves

SUB_TYPES = 2.4
"""By how many of the twelve types the curl goes up where a look asks for twice of it."""

# Per type, 1A to 4C: radius in cm, pitch in cm, visible against real length.
_RADIUS = np.array([0.12, 0.22, 0.34, 0.5, 0.7, 0.85, 0.8, 0.62, 0.45, 0.3, 0.2, 0.14])
_PITCH = np.array([16.0, 13.0, 11.0, 8.5, 6.5, 4.8, 3.5, 2.4, 1.65, 1.2, 1.0, 0.9])
_VISIBLE = np.array([1.0, 0.99, 0.98, 0.95, 0.92, 0.88, 0.80, 0.72, 0.65, 0.55, 0.45, 0.35])
_TYPES = np.arange(12.0)


@dataclass(frozen=True, slots=True)
class Curled:
    """``waves`` as asked for, and the ``length`` that is then seen, as a factor."""

    waves: Waves
    length: float


def curled(waves: Waves, curl: float) -> Curled:
    """``waves`` straightened (``curl`` 0 to 1) or curled (1 to 2) by up to SUB_TYPES types.

    Straightened hair hangs longer, curled hair shorter.
    """
    own = _type_of(waves.pitch) if waves.amplitude > 0.0 else 0.0
    if curl <= 1.0:
        factor = 1.0 + (1.0 - curl) * (1.0 / _at(own, _VISIBLE) - 1.0)
        return Curled(_with(waves, waves.amplitude * curl, waves.pitch), factor)
    more = min(own + SUB_TYPES * (curl - 1.0), _TYPES[-1])
    pitch = waves.pitch * _at(more, _PITCH) / _at(own, _PITCH)
    amplitude = max(
        waves.amplitude * _at(more, _RADIUS) / _at(own, _RADIUS), (curl - 1.0) * _at(more, _RADIUS)
    )
    return Curled(_with(waves, amplitude, pitch), _at(more, _VISIBLE) / _at(own, _VISIBLE))


def _type_of(pitch: float) -> float:
    return float(np.interp(-np.log(pitch), -np.log(_PITCH), _TYPES))


def _at(kind: float, table: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.interp(kind, _TYPES, table))


def _with(waves: Waves, amplitude: float, pitch: float) -> Waves:
    return Waves(
        amplitude=amplitude, pitch=pitch, start=waves.start, ramp=waves.ramp, helix=waves.helix,
        coherence=waves.coherence,
    )  # fmt: skip
