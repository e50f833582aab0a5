"""The two ends of a person's hair colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.palette import Lab
from realtime.recolor.hair_tones import HairTones

# From roots to tips, light that falls in from above leaves so much L* less; tips are of another colour from
# where they are so much lighter, or of so much other hue and chroma (a*, b*).
_FALL, _LIGHTER, _OTHER = -2.0, 6.0, 9.0


@dataclass(frozen=True, slots=True)
class RootAndTip:
    """CIE Lab of hair in even light; ``tip`` is ``None`` where it is of one colour."""

    root: Lab
    tip: Lab | None = None

    @staticmethod
    def median(colors: Sequence[RootAndTip]) -> RootAndTip:
        """The median of several; one colour where most of them are."""
        tips = [color.tip for color in colors if color.tip is not None]
        return RootAndTip(
            _median([color.root for color in colors]), _median(tips) if 2 * len(tips) > len(colors) else None
        )

    def distance(self, other: RootAndTip) -> float:
        """The larger Euclidean distance of the ends."""
        pairs = ((self.root, other.root), (self.tip or self.root, other.tip or other.root))
        return max(float(np.linalg.norm(np.subtract(mine, theirs))) for mine, theirs in pairs)


def root_and_tip(tones: HairTones) -> RootAndTip:
    """The ends of the colour of ``tones``."""
    roots, tips = tones.roots, tones.tips
    if roots is None or tips is None:
        return RootAndTip(tones.middle)
    step = np.subtract(tips, roots) - (_FALL, 0.0, 0.0)
    if step[0] < _LIGHTER and np.hypot(step[1], step[2]) < _OTHER:
        return RootAndTip(tones.middle)
    # Carried on from what was read to the very ends.
    near, far = tones.levels
    slope = step / (far - near)
    return RootAndTip(_lab(np.array(roots) - near * slope), _lab(np.array(roots) + (1.0 - near) * slope))


def _median(labs: Sequence[Lab]) -> Lab:
    return _lab(np.median(np.array(labs), axis=0))


def _lab(values: np.ndarray) -> Lab:  # type: ignore[type-arg]
    lightness, a, b = (float(value) for value in values)
    return float(np.clip(lightness, 3.0, 95.0)), a, b
