"""A colour and a person's hair to the numbers that the recolourer's loop works with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.look import Dye
from engines.palette import WHITE, HairColor, Lab
from realtime.recolor.hair_statistics import HairStatistics
from realtime.recolor.tone_curve import tone_curve

F32 = npt.NDArray[np.float32]

# Standard deviation of L* that hair of a lightness shows from strand to strand: so much, plus so much per L*.
_DETAIL, _DETAIL_PER_L = 2.0, 0.05
_LEAST_GAIN, _MOST_GAIN = 0.8, 1.7
# Drawn texture may be so strong against the hair's own, which it must not hide, and at least so strong, L*.
_DRAWN, _DRAWN_LEAST = 0.55, 1.0
# L* between locks, and b* by which a lock bleached less is warmer, per L*.
_LOCK_L, _WARM = 2.5, 0.7
# a* that black shade adds to hair of natural colours that was lightened.
_SHADE_A = 4.0
# Where a gradient's second colour is half there, over how much of the hair's length it comes, how far locks
# differ in that, from which deviate of strand and lock on hair has the colour at all, the shares of both in
# that, over how many deviates, and how full the colour is: a painted lock keeps strands of its own.
_PAINT = {
    "plain": (9.0, 1.0, 0.0, -9.0, 0.0, 0.0, 1.0, 0.0),
    "ombre": (0.45, 0.5, 0.06, -9.0, 0.0, 1.0, 1.0, 1.0),
    "balayage": (0.35, 0.7, 0.12, -0.3, 0.45, 0.75, 1.6, 0.9),
    "highlights": (-1.0, 0.1, 0.0, 0.55, 0.5, 0.75, 1.5, 0.85),
    "money-piece": (-1.0, 0.1, 0.0, -0.6, 0.5, 0.6, 1.6, 0.95),
    "two-tone": (-1.0, 0.1, 0.0, -9.0, 0.4, 0.7, 1.0, 1.0),
}
# A camera blurs white hairs among others.
_WHITE_SOFT = 2.4
# How much of the light's tint shows: eyes, and cameras, take most of it for the room's.
_TINT = 0.6


@dataclass(frozen=True, slots=True)
class Shades:
    """``curves`` (3, 256): new L* of root, tip and second colour for the hair's L* 0..100; ``colors`` (3, 3):
    their Lab. ``numbers``: see :func:`realtime.recolor.recolor_kernel.recolor_pixels`. ``light`` (3,): linear
    gain.
    """

    curves: F32
    colors: F32
    numbers: F32
    light: F32


def shades_of(
    color: HairColor, dye: Dye, coverage: float, statistics: HairStatistics, light: Light
) -> Shades:
    """How hair of ``statistics`` is recoloured in ``light``.

    ``dye`` "realistic" never makes it lighter, and shows of a colour what its own pigment lets through;
    ``coverage`` 0..1 is how much of the grey takes the colour.
    """
    s = statistics
    realistic = dye == "realistic"
    if color.white and color.gradient == "plain":
        ends: list[Lab] = [*color.pigmented, WHITE]
        paint = (-1.0, 0.1, 0.0, _quantile(1.0 - color.white), 1.0, 0.0, _WHITE_SOFT, 1.0)
    else:
        ends = [color.root, color.tip, color.second]
        paint = _PAINT[color.gradient]
    if realistic:
        ends = [_without_bleach(lab, s.middle) for lab in ends]
    curve_of = {to: tone_curve(s.low, s.middle, s.high, to, color.gloss) for to in {lab[0] for lab in ends}}
    curves = np.stack([curve_of[lab[0]] for lab in ends])
    if realistic:
        curves = np.minimum(curves, np.linspace(0.0, 100.0, curves.shape[1], dtype=np.float32))
    target = 0.5 * (ends[0][0] + ends[1][0])
    wanted = _DETAIL + _DETAIL_PER_L * target
    steps = np.array([s.low, s.high]) * (curves.shape[1] - 1) / 100.0
    steep = np.diff(np.interp(steps, np.arange(curves.shape[1]), curves[:2].mean(axis=0)))[0] / (
        s.high - s.low + 1.0
    )
    own = max(steep * s.detail, 0.3)
    gain = float(np.clip(wanted / own, _LEAST_GAIN, 1.0 if realistic else _MOST_GAIN))
    lift = 0.0 if realistic else float(np.clip((target - s.middle) / 30.0, 0.0, 1.0))
    own *= gain
    drawn = lift * min(math.sqrt(max(wanted**2 - own**2, 0.0)), max(_DRAWN * own, _DRAWN_LEAST))
    warm = _WARM if color.root[2] > 4.0 and color.root[1] > -2.0 else 0.0
    level = float(light.color.mean())
    numbers = [
        gain, 0.35 * light.noise, _SHADE_A * lift if warm else 0.0,
        s.high - 0.3 * (s.high - s.middle), 1.0 / max(s.high - s.middle, 4.0), color.gloss,
        drawn, lift * _LOCK_L, warm * lift * _LOCK_L,
        paint[0], 1.0 / paint[1], *paint[2:6], 1.0 / paint[6], paint[7],
        1.0 - coverage, 0.5 * (s.low + s.middle), float(realistic),
    ]  # fmt: skip
    return Shades(
        curves.astype(np.float32),
        np.array(ends, np.float32),
        np.array(numbers, np.float32),
        np.asarray((light.color / level) ** _TINT * np.sqrt(level), np.float32),
    )


def _without_bleach(lab: Lab, natural: float) -> Lab:
    """The colour ``lab`` as dye on hair of lightness ``natural``.

    Lightness is the lesser of the two; of the hue and chroma, warm ones show on any hair and cold ones on
    light hair only: weight S + (1 - S) ((1 + cos(hue - 60°)) / 2)², S a sigmoid of slope 5 about 0.5 of the
    natural lightness (formulas of a published salon simulator, Tress Assistant).
    """
    bright = 1.0 / (1.0 + math.exp(-5.0 * (natural / 100.0 - 0.5)))
    hue = math.atan2(lab[2], lab[1])
    weight = bright + (1.0 - bright) * (0.5 + 0.5 * math.cos(hue - math.radians(60.0))) ** 2
    lightness = min(lab[0], natural)
    # What is dyed darker than its swatch is less colourful, too.
    weight *= math.sqrt((lightness + 4.0) / (lab[0] + 4.0))
    return lightness, lab[1] * weight, lab[2] * weight


def _quantile(share: float) -> float:
    """The normal deviate below which ``share`` lies (Tukey's lambda approximation, error below 0.01)."""
    return float((share**0.135 - (1.0 - share) ** 0.135) / 0.1975)
