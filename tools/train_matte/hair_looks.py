"""Random hair: any style, any modifier, any colour a hairdresser can make, and some he cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np

from engines.look import Fringe, Look, Part
from engines.palette import PALETTE, Gradient, HairColor, Lab

_PALETTE_SHARE, _NATURAL_SHARE = 0.45, 0.35
_GRADIENTS = get_args(Gradient)


def random_look(rng: np.random.Generator, style: str) -> Look:
    """A look of ``style`` with every modifier somewhere in its range; colours are left to random_color."""
    return Look(
        style=style,
        length=float(rng.uniform(0.7, 1.3)),
        volume=float(rng.uniform(0.5, 1.5)),
        curl=float(rng.choice([1.0, rng.uniform(0.0, 2.0)])),
        density=float(rng.uniform(0.6, 1.2)),
        part=str(rng.choice(get_args(Part))),  # type: ignore[arg-type]
        fringe=str(rng.choice(["auto", "auto", *get_args(Fringe)])),  # type: ignore[arg-type]
    )


def random_color(rng: np.random.Generator) -> HairColor:
    """A colour of the palette, a natural one or any."""
    kind = rng.random()
    if kind < _PALETTE_SHARE:
        color = PALETTE[str(rng.choice(list(PALETTE)))]
        root, tip = color.root, color.tip
    elif kind < _PALETTE_SHARE + _NATURAL_SHARE:
        lightness = float(rng.uniform(8.0, 82.0))
        chroma = 6.0 + 22.0 * np.sin(np.pi * np.clip((lightness - 10.0) / 75.0, 0.0, 1.0))
        warm = np.radians(rng.uniform(45.0, 90.0))
        root = (lightness, float(chroma * np.cos(warm)), float(chroma * np.sin(warm)))
        tip = _lighter(root, float(rng.uniform(0.0, 15.0)))
    else:
        root, tip = _any(rng), _any(rng)
        if rng.random() < 0.6:
            tip = _lighter(root, float(rng.uniform(-5.0, 20.0)))
    color = replace(PALETTE["N3"], id="random", root=root, tip=tip, gloss=float(rng.uniform(0.2, 1.0)))
    if rng.random() < 0.15:
        color = replace(color, white=float(rng.uniform(0.05, 0.8)))
    if rng.random() < 0.35:
        other = replace(color, tip=_any(rng)) if rng.random() < 0.4 else None
        color = color.dyed(_GRADIENTS[int(rng.integers(len(_GRADIENTS)))], other, 1.0)
    return color


def _any(rng: np.random.Generator) -> Lab:
    angle, chroma = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.0, 45.0)
    return float(rng.uniform(10.0, 88.0)), float(chroma * np.cos(angle)), float(chroma * np.sin(angle))


def _lighter(lab: Lab, by: float) -> Lab:
    return min(lab[0] + by, 92.0), lab[1], lab[2]
