"""The light on a face and the camera's marks, read from the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.light import Light
from realtime.light.camera_estimate import measure_camera
from realtime.light.light_harmonics import LUMA, fit_light
from realtime.light.skin_samples import SkinSamples, sample_skin
from realtime.light.surroundings import Surroundings, read_surroundings

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Skin under neutral light, divided by its luminance; and its luminance in a well exposed picture.
_TYPICAL_SKIN = np.array([1.43, 0.91, 0.70])
_TYPICAL_LEVEL = 0.33
_SMOOTHING = 0.35
# A cast is told along two axes, warm against cool and magenta against green, in logarithms. How much of it is
# believed: of what skin shows, of what skin and room both show, and of what lies outside the
# range that skin comes in; melanin is warm, so warm skin says little.
_SKIN_CAST, _COMMON_CAST, _BEYOND_CAST = np.array([0.15, 0.05]), np.array([0.35, 0.15]), 0.5
_SKIN_RANGE = np.array([[-0.10, -0.45], [0.80, 0.45]])
# People's skins differ in luminance by more than rooms do in light.
_LEVEL_POWER = 0.45
# The 97th percentile of luminance is above this in every picture that does not look dark.
_BRIGHT = 0.40
# Light that comes from a background as bright as the best lit white wall, and of less, is not from behind.
_WALL = 0.80
# The share of even light that a room suggests: in the dark, and more by so much of its brightness relative to
# the skin's, up to a most. It counts about as much as what the face itself shows.
_ROOM_AMBIENT, _ROOM_WEIGHT = (0.12, 0.35, 0.60), 0.55
# Of the lit skin, what lies between these percentiles stands for its colour.
_LIT = (50.0, 85.0)
# Exposure in an ordinary and in a dark picture, seconds.
_SHUTTER, _SLOW_SHUTTER = 1.0 / 60.0, 1.0 / 30.0


def estimate_light(
    rgb: npt.NDArray[np.uint8],
    face: Face,
    previous: Light | None = None,
    *,
    person: F32 | None = None,
    hair: F32 | None = None,
) -> Light:
    """Light on ``face`` in ``rgb`` (h, w, 3) uint8 sRGB, frame resolution; smoothed towards ``previous``.

    ``person`` and ``hair``: where the person and the own hair are, 0..1, over the same picture at any
    resolution. Direction and share of even light: :func:`realtime.light.light_harmonics.fit_light`. The
    colour is how the skin differs from typical skin, damped, for skin differs between people more than light
    does between rooms, and believed the more the room agrees. How bright hair becomes follows the skin's
    brightness, damped as well, and how dark the whole picture is.
    """
    skin = sample_skin(rgb, face, hair)
    around = read_surroundings(rgb, face, person)
    marks = measure_camera(rgb, face)
    middle = _lit(skin)
    level = max(float(middle @ LUMA), 1e-3)
    told = skin.weight * ~skin.clipped
    if told.sum() < 0.2 * skin.weight.sum():
        told = 0.0 * told
    fit = fit_light(skin.normals, skin.linear, told)
    dimness = float(np.clip((around.bright / _BRIGHT) ** 0.6, 0.45, 1.0))
    exposure = float(np.clip((level / _TYPICAL_LEVEL) ** _LEVEL_POWER, 0.5, 1.3)) * dimness
    tint = _tint(skin, around)
    behind = max(float(around.behind @ LUMA), 1e-4)
    room = min(_ROOM_AMBIENT[0] + _ROOM_AMBIENT[1] * behind / level, _ROOM_AMBIENT[2])
    light = Light(
        direction=fit.direction.astype(np.float32),
        color=(tint * exposure).astype(np.float32),
        ambient=float(np.clip(fit.ambient + _ROOM_WEIGHT * (room - fit.ambient), 0.10, 0.80)),
        hue=fit.hue.astype(np.float32),
        rim=(np.clip(behind / exposure - _WALL, 0.0, 1.5) * around.behind / behind).astype(np.float32),
        skin=middle.astype(np.float32),
        black=marks.black,
        blur=marks.blur,
        noise=marks.noise,
        grain=marks.grain,
        exposure=_SLOW_SHUTTER + (_SHUTTER - _SLOW_SHUTTER) * (dimness - 0.45) / 0.55,
    )
    return light if previous is None else previous.mixed(light, _SMOOTHING)


def _lit(skin: SkinSamples) -> F64:
    """(3,) the colour of the skin where light falls on it."""
    seen = skin.linear[skin.weight > 0.0]
    if len(seen) == 0:
        return _TYPICAL_LEVEL * _TYPICAL_SKIN
    luma = seen @ LUMA
    low, high = np.percentile(luma, _LIT)
    return np.asarray(seen[(luma >= low) & (luma <= high)].mean(axis=0))


def _tint(skin: SkinSamples, around: Surroundings) -> F64:
    """(3,) linear RGB, luminance 1: the colour of the light."""
    told = (skin.weight > 0.0) & ~skin.clipped
    cast = np.zeros(2)
    if told.sum() > 0.2 * (skin.weight > 0.0).sum():
        cast = _cast(np.median(skin.linear[told], axis=0) / _TYPICAL_SKIN)
    room = _cast(around.tint)
    common = np.where(cast * room > 0.0, np.sign(cast) * np.minimum(np.abs(cast), np.abs(room)), 0.0)
    beyond = cast - np.clip(cast, *_SKIN_RANGE)
    warm, magenta = np.clip(_SKIN_CAST * cast + _COMMON_CAST * common + _BEYOND_CAST * beyond, -0.9, 0.9)
    tint = np.exp([warm + 0.5 * magenta, -0.5 * magenta, -warm + 0.5 * magenta])
    return np.asarray(tint / (tint @ LUMA))


def _cast(color: F64) -> F64:
    """(2,) how warm and how magenta a colour is, 0 = grey."""
    red, green, blue = np.log(np.maximum(color, 1e-4))
    return np.array([0.5 * (red - blue), 0.5 * (red + blue) - green])
