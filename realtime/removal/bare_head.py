"""A head without hair: skull, ears and neck in the wearer's own skin and light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS, SRGB_OF_LINEAR
from realtime.head.body_outline import BodyOutline
from realtime.head.ear import Ear
from realtime.head.head_view import HeadView
from realtime.removal.skin_continuation import SkinShading, continue_skin, fit_shading, like_skin

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Light under the chin, and how far down the neck it takes to come back, cm.
_UNDER_CHIN, _SHADE_LENGTH = 0.52, 4.0
# The outline of a round head is darker than what faces the camera.
_RIM = 0.80
_SHEEN = 0.2
# Clipped hair in the skin: how much of its colour shows, and how uneven it and the skin are.
_STUBBLE, _SPECKLE, _MOTTLE = 0.10, 0.5, 0.018
_GRAIN = 512


@dataclass(frozen=True, slots=True)
class BareHead:
    """``rgb`` (h, w, 3) float32 sRGB 0..255 and ``weight`` (h, w) float32: where head and neck are."""

    rgb: F32
    weight: F32


def bare_head(
    view: HeadView, hair: F32, removed: F32, outline: BodyOutline, ball: F32, ears: list[Ear]
) -> BareHead:
    """The head of ``view`` without its ``hair`` (h, w), seamless where it is not ``removed`` (h, w).

    ``ball`` (h, w): where the skull is; ``ears``: those to be drawn.
    """
    normals, light = view.skull.normals, view.face.light
    clear = (removed < 0.02) & (hair < 0.02)
    face = (view.oval > 0.9) & clear & (view.y > -6.5)
    visible = face & like_skin(view.linear, face)
    # Foreheads go on above the face that is tracked.
    brow = (
        (ball > 0.95)
        & clear
        & (view.y > 5.0)
        & (normals[..., 2] > 0.3)
        & like_skin(view.linear, visible, 0.3)
    )
    shading = _light_on(view, visible, brow)

    neck = outline.neck * (1.0 - np.maximum(ball, view.oval))
    flat = np.clip((np.abs(outline.across) - 4.0) / 2.5, 0.0, 1.0)
    side = np.clip(outline.across * ((1.0 - flat) / 5.4 + flat / 14.0), -0.97, 0.97)
    round_ = np.dstack([side, np.full_like(side, -0.1), np.sqrt(1.0 - side * side)])
    chin = 1.0 - (1.0 - _UNDER_CHIN) * np.exp(-np.maximum(outline.down + 3.0, 0.0) / _SHADE_LENGTH)
    rim = _RIM + (1.0 - _RIM) * np.clip(normals[..., 2], 0.0, 1.0) ** 0.7
    part = neck[..., None]
    surface = normals + part * (round_ - normals)
    base = shading.at(surface.astype(np.float32)) * (rim + neck * (chin - rim))[..., None]
    throat = (neck > 0.9) & clear & (view.person > 0.8) & like_skin(view.linear, visible, 0.35)
    skin = continue_skin(view.linear, visible | brow, throat, base.astype(np.float32))
    skin = _sheen(skin, normals, light.direction, ball * np.clip(view.y - 3.0, 0.0, 1.0))
    skin = _textured(skin, view, hair)
    weight = np.maximum.reduce([ball, view.oval, outline.neck])
    for ear in ears:
        share = ear.alpha * (1.0 - view.oval)
        lit = _ear_skin(shading, ear) * _near(skin, ball + view.oval)
        skin = skin + share[..., None] * (lit - skin)
        weight = np.maximum(weight, share)
    index = np.clip(skin * LINEAR_STEPS, 0.0, LINEAR_STEPS).astype(np.int32)
    return BareHead(SRGB_OF_LINEAR[index], weight.astype(np.float32))


def _light_on(view: HeadView, visible: Mask, brow: Mask) -> SkinShading:
    """The shading of the ``visible`` face, and of the ``brow`` above it if more light falls there.

    A forehead may lie in the shade of a fringe: then the light on the head is what cheeks and nose show.
    """
    normals, cheeks = view.skull.normals, visible & (view.y < 4.0)
    if cheeks.sum() <= 0.3 * visible.sum():
        return fit_shading(view.linear, visible, normals)
    shading = fit_shading(view.linear, cheeks, normals)
    above = (visible & ~cheeks) | brow
    if above.any() and np.median(view.linear[above]) > np.median(shading.at(normals[above])):
        shading = fit_shading(view.linear, cheeks | above, normals)
    return shading


def _ear_skin(shading: SkinShading, ear: Ear) -> F32:
    """Lightness and tint of an ear, relative to skin that faces the camera."""
    front = shading.at(np.array([0.0, 0.0, 1.0], np.float32))
    level = shading.at(ear.normals) / front * ear.light[..., None]
    return np.asarray(level * np.array([1.04, 0.94, 0.92], np.float32), np.float32)


def _near(skin: F32, where: F32) -> F32:
    """(3,) the colour of skin beside the ears."""
    return np.asarray(np.median(skin[where > 0.5], axis=0), np.float32)


def _sheen(skin: F32, normals: F32, light: F32, where: F32) -> F32:
    """A bald head shines a little where it mirrors the light (Blinn 1977)."""
    if not (where > 0.5).any():
        return skin
    half = light + np.array([0.0, 0.0, 1.0], np.float32)
    gleam = np.clip(normals @ (half / np.linalg.norm(half)), 0.0, 1.0) ** 14
    level = float(np.median(skin[where > 0.5].mean(axis=-1)))
    return np.asarray(skin + (_SHEEN * level * where * gleam)[..., None], np.float32)


def _textured(skin: F32, view: HeadView, hair: F32) -> F32:
    """Skin that is not even, and the shade of clipped hair where hair grew."""
    fine, coarse = _grain_at(view)
    skin = skin * (1.0 + _MOTTLE * coarse + 0.5 * _MOTTLE * fine)[..., None]
    sure = hair > 0.95
    if int(sure.sum()) < 30:
        return np.asarray(skin, np.float32)
    tone = np.minimum(np.median(view.linear[sure], axis=0), 0.6 * np.median(skin[sure], axis=0))
    scalp = np.clip(view.skull.scalp / 1.2 + 0.15, 0.0, 1.0)
    scalp *= cv2.GaussianBlur(hair, (0, 0), 0.4 * view.face.pose.scale)
    share = _STUBBLE * scalp * (1.0 + _SPECKLE * fine + 0.3 * coarse)
    return np.asarray(skin + np.clip(share, 0.0, 0.4)[..., None] * (tone - skin), np.float32)


def _grain_at(view: HeadView) -> tuple[F32, F32]:
    """Fine and coarse noise (h, w) of deviation 1 that sits on the skull."""
    points = view.skull.points
    azimuth = np.arctan2(points[..., 0], points[..., 2] + 2.0) * 8.0
    fine, coarse = _grain()
    answer = []
    for noise, density in ((fine, 9.0), (coarse, 3.0)):
        u = np.mod(azimuth * density, _GRAIN - 1).astype(np.float32)
        v = np.mod(points[..., 1] * density, _GRAIN - 1).astype(np.float32)
        answer.append(np.asarray(cv2.remap(noise, u, v, cv2.INTER_LINEAR), np.float32))
    return answer[0], answer[1]


@cache
def _grain() -> tuple[F32, F32]:
    noise = np.random.default_rng(11).standard_normal((_GRAIN, _GRAIN)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3.0)
    return noise, np.asarray(smooth / smooth.std(), np.float32)
