"""The colours of a photo's hair in even light, in the words of a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import Lab, to_hex
from engines.reference.reference import ReferenceColors
from realtime.head.head_lock import moved_face
from realtime.pictures import resized
from realtime.recolor.hair_tones import HairTones, read_tones
from realtime.recolor.root_and_tip import root_and_tip
from realtime.reference_reader.hair_view import HairView

F32 = npt.NDArray[np.float32]

# Hair is looked at in so many px per cm, in which strands are seen but no grain.
_SCALE = 9.0
# How much of the light's colour and of its brightness is taken off: skin tells them only roughly.
_TINT, _LEVEL = 0.6, 0.5
# The head's two halves are of two colours where these differ by so much (a*, b*).
_HALVES = 14.0
# Tips so much lighter than the roots were dyed, L*.
_DYED = 16.0
# Painted locks are so much lighter than the others, L*, are such a share of all, and are not just whiter: the
# logarithm of red over blue falls by at most this much per that of luminance.
_LOCKS, _SHARE, _WHITER = 24.0, (0.28, 0.62), -0.2
# Bands along the hair in which locks are compared, and the fewest pixels of one.
_BANDS, _FEWEST = 6, 40
# Highlights reach so many times as far above the median as shadows below it, on light hair, and more on dark
# hair, by the power of e that its L* has over _DARK; and how much of a deviation from that is believed.
_SHINE, _DARK_SHINE, _DARK, _BELIEVED = 1.65, 2.7, 14.0, 0.35


def read_colors(view: HairView, light: Light) -> ReferenceColors:
    """Colours of the hair of ``view`` as ``light`` would not tint it."""
    shrink = min(1.0, _SCALE / view.cut.face.pose.scale)
    height, width = view.hair.shape
    size = (max(8, round(width * shrink)), max(8, round(height * shrink)))
    face = replace(moved_face(view.cut.face, shrink), light=light)
    level = float(light.color.mean())
    gain = (light.color / level) ** _TINT * level**_LEVEL
    tones = read_tones(resized(view.cut.rgb, size), resized(view.hair, size), face, gain)
    return ReferenceColors("#000000") if tones is None else name_colors(tones)


def name_colors(tones: HairTones) -> ReferenceColors:
    """``tones`` in the words of a look."""
    gloss = _gloss(tones)
    if (halves := _halves(tones)) is not None:
        return ReferenceColors(to_hex(halves[0]), to_hex(halves[1]), "two-tone", gloss)
    ends = root_and_tip(tones)
    if ends.tip is not None:
        dyed = ends.tip[0] - ends.root[0] > _DYED
        return ReferenceColors(to_hex(ends.root), to_hex(ends.tip), "ombre" if dyed else "plain", gloss)
    if (locks := _locks(tones)) is not None:
        return ReferenceColors(to_hex(locks[0]), to_hex(locks[1]), "highlights", gloss)
    return ReferenceColors(to_hex(ends.root), None, "plain", gloss)


def _halves(tones: HairTones) -> tuple[Lab, Lab] | None:
    """The colours of the head's two halves, in the picture left and right, where hues tell them apart: light
    from one side makes a difference too."""
    left, right = tones.median(tones.x < -2.0), tones.median(tones.x > 2.0)
    if left is None or right is None or np.hypot(left[1] - right[1], left[2] - right[2]) < _HALVES:
        return None
    return left, right


def _locks(tones: HairTones) -> tuple[Lab, Lab] | None:
    """The colours of the darker and of the painted locks, where hair has both."""
    level = _level(tones)
    lightness = tones.pixels[:, 0] - level
    cuts = np.percentile(lightness, np.arange(20.0, 81.0, 5.0))
    parts = [(lightness >= cut, cut) for cut in cuts]
    # Otsu's threshold: where the variance between the two parts is greatest.
    spread = [
        above.mean() * (1.0 - above.mean()) * (lightness[above].mean() - lightness[~above].mean()) ** 2
        for above, _ in parts
    ]
    above = parts[int(np.argmax(spread))][0]
    gap = float(lightness[above].mean() - lightness[~above].mean())
    if gap < _LOCKS or not _SHARE[0] < above.mean() < _SHARE[1] or _whitening(tones) < _WHITER:
        return None
    dark, light = tones.median(~above), tones.median(above)
    return None if dark is None or light is None else (dark, light)


def _whitening(tones: HairTones) -> float:
    """How the logarithm of red over blue changes with that of luminance: falls where light is reflected."""
    red, green, blue = np.log(np.maximum(tones.linear, 1e-4)).T
    luminance = 0.25 * red + 0.68 * green + 0.07 * blue
    usual = np.abs(luminance - np.median(luminance)) < 2.0 * luminance.std()
    slope, _ = np.polyfit(luminance[usual], (red - blue)[usual], 1)
    return float(slope)


def _level(tones: HairTones) -> F32:
    """(n,) float32: the median L* of the hair as far along as each pixel."""
    band = np.minimum((tones.along * _BANDS).astype(int), _BANDS - 1)
    levels = np.full(_BANDS, tones.middle[0], np.float32)
    for index in range(_BANDS):
        here = band == index
        if here.sum() >= _FEWEST:
            levels[index] = np.median(tones.pixels[here, 0])
    return np.asarray(levels[band], np.float32)


def _gloss(tones: HairTones) -> float:
    """How far highlights reach, against what hair of that lightness has."""
    low, high = np.percentile(tones.pixels[:, 0] - _level(tones), (8.0, 97.0))
    usual = _SHINE + _DARK_SHINE * np.exp(-tones.middle[0] / _DARK)
    found = high / max(-low, 1.0) / usual
    return round(float(np.clip(1.0 + _BELIEVED * (found - 1.0), 0.6, 1.4)), 2)
