"""The hair of a photo in the colours of a look."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from engines.look import Look
from engines.palette import HairColor
from engines.reference.atlas import Atlas
from engines.reference.reference import Reference
from engines.reference.shell import HairShell
from engines.reference.textures import Textures

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# How much of the photo's differences in hue stay, and the bounds of how differences in lightness grow when
# hair gets lighter.
_HUE_KEPT, _CONTRAST = 0.5, (0.6, 1.7)
# Pixels with less alpha than this tell nothing of the hair's colours.
_SURE = 230
# As of engines.strands.paint: where along the hair the second colour is half there, and over what share of
# its length it comes; and the share of locks that are painted, each so wide, cm.
_OMBRE, _BALAYAGE, _HIGHLIGHTS, _LOCK = (0.45, 0.5), (0.35, 0.7), 0.28, 0.45
# Hair that frames the face is so far in front of the ears, cm, and no further from the middle than that.
_FRAME, _FRAME_WIDTH = 1.0, 9.0


def shell_textures(shell: HairShell, reference: Reference, look: Look) -> Textures:
    """The textures of ``shell`` in the colours of ``look``: the photo's own where these are its, or none.

    Raises:
        UnknownColorError: one of the look's colours is not one.
    """
    scale = float(shell.to_pixels[0, 0])
    told = (look.color, look.tip, look.gradient)
    own = (reference.colors.color, reference.colors.tip, reference.colors.gradient)
    if look.color is None or told == own:
        return Textures(shell.atlas, scale)
    color, atlas = look.hair_color(), shell.atlas
    rows, columns = atlas.surface.shape[:2]
    places = np.asarray(cv2.resize(shell.points.astype(np.float32), (columns, rows)), np.float32)
    middle = np.asarray(places[:, columns // 2], np.float32)
    down, across = np.indices(atlas.picture.shape[:2], dtype=np.float32)
    level = (shell.to_pixels[1, 2] - down) / np.float32(scale)
    aside = (across - shell.to_pixels[0, 2]) / np.float32(scale)
    # The photo's own pixels show at the outline, whose depth is that of the surface's middle.
    picture = np.dstack([aside, level, np.full_like(level, float(middle[:, 2].mean()))])
    top = float(places[..., 1].max())
    length = max(top - float(places[..., 1].min()), 1.0)
    trend = _trend(atlas.surface, (top - places[..., 1]) / length)
    crown = (top, length)
    dyed = Atlas(
        _dyed(atlas.surface, places, trend, crown, color),
        _dyed(atlas.picture, picture, trend, crown, color),
        atlas.bare,
    )
    return Textures(dyed, scale)


def _trend(surface: U8, along: F32) -> npt.NDArray[np.float64]:
    """(3, 3) polynomials, highest power first, of Lab over how far ``along`` (h, w) hair it is, 0..1."""
    sure = surface[..., 3] > _SURE
    if sure.sum() < 100:
        sure = np.ones_like(sure)
    t, lab = along[sure][::7], _lab(surface[..., :3][sure][::7][None])[0]
    return np.asarray(np.polyfit(t, lab, 2 if np.ptp(t) > 0.2 else 0)[-3:]).reshape(-1, 3)


def _dyed(
    image: U8, where: F32, trend: npt.NDArray[np.float64], crown: tuple[float, float], color: HairColor
) -> U8:
    """``image`` (h, w, 4) with hair at ``where`` (h, w, 3) cm in ``color`` instead of ``trend``.

    ``crown``: its height, and the hair's length down from there, cm.
    """
    along = np.clip((crown[0] - where[..., 1]) / crown[1], 0.0, 1.0).astype(np.float32)
    lab = _lab(image[..., :3])
    usual = np.zeros_like(lab)
    for part in trend.astype(np.float32):
        usual = usual * along[..., None] + part
    second = _painted(color, where, along)[..., None]
    root, tip = (np.array(end, np.float32) for end in (color.root, color.tip))
    wanted = root + along[..., None] * (tip - root)
    wanted = wanted + second * (np.array(color.second, np.float32) - wanted)
    off = lab - usual
    growth = np.clip(np.sqrt((wanted[..., 0] + 4.0) / (usual[..., 0] + 4.0)), *_CONTRAST)
    off[..., 0] *= growth
    off[..., 1:] *= _HUE_KEPT
    dyed = wanted + off
    dyed[..., 0] = np.clip(dyed[..., 0], 0.35 * wanted[..., 0], 97.0)
    rgb = cv2.cvtColor(dyed.astype(np.float32), cv2.COLOR_LAB2RGB)
    out = image.copy()
    out[..., :3] = np.rint(np.clip(rgb, 0.0, 1.0) * 255.0)
    return out


def _painted(color: HairColor, where: F32, along: F32) -> F32:
    """(h, w) share of the second colour."""
    if color.gradient == "plain":
        return np.zeros_like(along)
    return np.asarray(_PAINTERS[color.gradient](where, along), np.float32)


def _locks(where: F32) -> F32:
    """(h, w) an even random number 0..1 that is the same along a lock of hanging hair."""
    place = np.arctan2(where[..., 0], where[..., 2] + 2.0) * 10.0 / _LOCK
    noise = np.random.default_rng(3).random(512).astype(np.float32)
    low = np.floor(place).astype(int)
    share = (place - low).astype(np.float32)
    mixed = noise[low % 512] * (1.0 - share) + noise[(low + 1) % 512] * share
    return np.asarray(mixed, np.float32)


def _step(edge: tuple[float, float], along: F32) -> F32:
    x = np.clip((along - edge[0]) / edge[1] + 0.5, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x), np.float32)


def _framing(where: F32, along: F32) -> F32:
    near = np.clip((where[..., 2] - _FRAME) / 1.5, 0.0, 1.0)
    return np.asarray(near * (np.abs(where[..., 0]) < _FRAME_WIDTH) * np.clip(along * 8.0, 0.0, 1.0))


_PAINTERS: dict[str, Callable[[F32, F32], F32]] = {
    "ombre": lambda where, along: _step(_OMBRE, along),
    "balayage": lambda where, along: _step(_BALAYAGE, along) * _step((0.4, 0.3), _locks(where)),
    "highlights": lambda where, along: _step((1.0 - 1.4 * _HIGHLIGHTS, 0.2), _locks(where)),
    "money-piece": _framing,
    "two-tone": lambda where, along: (where[..., 0] > 0.0).astype(np.float32),
}


def _lab(rgb: U8) -> F32:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2LAB), np.float32)
