"""The wearer's own hair, without a network: colours learned from where the head says hair must be."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.head_lock import moved_face
from realtime.matte.color_histogram import color_density, lab_bins
from realtime.matte.hair_prior import BACKGROUND, CLOTHES, HAIR, SKIN, HairPrior, hair_prior
from realtime.matte.matte_network import CropMatte
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_WORK_SCALE = 4.5
_ABOVE, _BELOW, _ASIDE = 24.0, 48.0, 26.0
_ROUNDS = 3
_UNLIKE_SKIN = 2e-3
_SAME_AS_SKIN = 0.75
# Brightness of the forehead relative to the cheeks': surely not skin, and surely possible.
_DARK, _PALE = 0.60, 0.84
# A scalp is judged by at least so many square cm of it, so many cm inside the picture.
_SCALP, _MARGIN = 25.0, 2.0
# With so much of the scalp covered, there is no hair above this height, cm, where the network sees none.
_HAT, _BRIM = 0.4, 4.0
# Density of a colour that a class has not shown yet: a thing of a new colour is rather not hair.
_FLOORS = np.array([5e-5, 1e-4, 2e-4, 2e-4], np.float32)


@dataclass(frozen=True, slots=True)
class HairMatte:
    """``alpha`` (h, w) float32: share of own hair in each pixel, 0..1, at the resolution it was asked at.

    ``cloth``: share of the scalp, 0..1, that is covered by something else: a hat or a scarf.
    """

    alpha: F32
    cloth: float = 0.0

    @property
    def empty(self) -> bool:
        """True where nothing was taken for hair."""
        return not bool((self.alpha > 0.5).any())


def estimate_hair_matte(
    rgb: U8, person: F32, face: Face, seen: CropMatte | None = None, before: F32 | None = None
) -> HairMatte:
    """Own hair in ``rgb`` (h, w, 3) uint8 sRGB, given ``person`` (h, w) probability and ``face``.

    ``face`` is in the pixels of ``rgb``. Four colour models (hair, skin, clothes, background) start
    from where each must be and are refined by expectation maximisation; hair must hang together with the
    crown, if need be over where hair was ``before`` (h, w): an arm may cross it. Where the network has
    ``seen`` this picture, what is expected where follows it. No hair at all (bald, or covered) gives an
    empty matte.
    """
    area = _reach(face, rgb.shape[1], rgb.shape[0])
    alpha, cloth = np.zeros(rgb.shape[:2], np.float32), 0.0
    if not area.empty:
        part = np.s_[area.top : area.bottom, area.left : area.right]
        shift = (-area.left, -area.top)
        near = moved_face(face, 1.0, shift)
        known = None if before is None else before[part]
        alpha[part], cloth = _matte(rgb[part], person[part], near, seen, shift, known)
    return HairMatte(alpha, cloth)


def _reach(face: Face, width: int, height: int) -> Rect:
    """Where the hair of this head can be, however long it is."""
    x, y = face.pose.translation
    unit = face.pose.scale
    box = (x - _ASIDE * unit, y - _ABOVE * unit, x + _ASIDE * unit, y + _BELOW * unit)
    if abs(face.pose.roll) > 35.0:
        box = (x - _BELOW * unit, y - _BELOW * unit, x + _BELOW * unit, y + _BELOW * unit)
    return Rect(*(round(float(v)) for v in box)).within(Rect(0, 0, width, height))


def _matte(
    rgb: U8, person: F32, face: Face, seen: CropMatte | None, shift: tuple[int, int], before: F32 | None
) -> tuple[F32, float]:
    """The matte, and the share of the crown that is cloth."""
    height, width = rgb.shape[:2]
    factor = min(1.0, _WORK_SCALE / face.pose.scale)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    mask = np.asarray(cv2.resize(person, size, interpolation=cv2.INTER_AREA), np.float32)
    prior = hair_prior(moved_face(face, factor), mask)
    cloth, hatless = 0.0, np.ones(mask.shape, np.float32)
    if seen is not None:
        planes, trust = seen.placed(size, factor, shift)
        prior = prior.following(planes, trust)
        scalp = (prior.skull.scalp > 0.6) & (prior.skull.radius < 0.95) & (trust > 0.9) & _inner(trust.shape)
        cloth = _cloth(planes, scalp, small, prior.face)
        if cloth > _HAT:
            unseen = np.clip(1.0 - trust + (planes[0] - 0.08) * 5.0, 0.0, 1.0)
            hatless = np.where(prior.y > _BRIM, unseen, hatless)
    thin = _classify(small, prior, mask, _WORK_SCALE)
    hair = _opened(thin, prior)
    known = np.zeros_like(hair) if before is None else cv2.resize(before, size, interpolation=cv2.INTER_AREA)
    # Behind a turned cheek long hair hangs on the crown by a strip.
    hair = _connected(hair, prior, np.asarray((known > 0.5) | (thin > 0.4)))
    if _covered(hair, prior, small):
        return np.zeros((height, width), np.float32), 1.0
    if _bald(hair, prior, mask, small):
        return np.zeros((height, width), np.float32), cloth
    hair = _closed(hair, prior) * hatless
    coarse = np.asarray(cv2.resize(hair, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    radius = max(2, round(0.35 * face.pose.scale))
    fine = cv2.ximgproc.guidedFilter(rgb, coarse, radius, 60.0)
    return np.asarray(np.clip(fine * 1.25 - 0.125, 0.0, 1.0), np.float32), cloth


def _inner(shape: tuple[int, ...]) -> Mask:
    """All but the picture's border, beyond which the network saw nothing."""
    margin = round(_MARGIN * _WORK_SCALE)
    inner = np.zeros(shape, bool)
    inner[margin:-margin, margin:-margin] = True
    return inner


def _cloth(planes: F32, scalp: Mask, rgb: U8, face: Mask) -> float:
    """The share of ``scalp`` that is neither hair nor skin, nor of the face's colours."""
    bins = lab_bins(rgb)
    skin = color_density(bins, face.astype(np.float32))[bins]
    bare = skin > 0.25 * float(np.median(skin[face])) if face.any() else face
    told = (planes[0] < 0.4) & (planes[1] < 0.4) & ~bare
    return _share(told, scalp) if scalp.sum() > _SCALP * _WORK_SCALE**2 else 0.0


def _classify(rgb: U8, prior: HairPrior, person: F32, scale: float) -> F32:
    """Probability of hair by colour, place and neighbours."""
    bins = lab_bins(rgb)
    inside = person > 0.6
    side = np.abs(prior.x)
    seeds = np.zeros_like(prior.weights)
    seeds[SKIN] = prior.face & _lit(rgb, prior.face)
    skin = color_density(bins, seeds[SKIN])[bins]
    seeds[HAIR] = (prior.crown | prior.flanks) & inside & (skin < _UNLIKE_SKIN)
    seeds[CLOTHES] = inside & (prior.weights[CLOTHES] > 0.5) & ((side < 4.0) | (side > 15.0))
    seeds[BACKGROUND] = person < 0.1
    bright = _bright_enough(rgb, prior)
    weights = seeds
    posterior = prior.weights
    radius = 2 * max(1, round(0.4 * scale)) + 1
    for _ in range(_ROUNDS):
        density = np.stack([color_density(bins, w)[bins] for w in weights])
        density[SKIN] *= bright
        posterior = (density + _FLOORS[:, None, None]) * prior.weights
        posterior /= posterior.sum(0)
        # Neighbours vote (mean field of a Potts model), so that single pixels do not decide.
        posterior *= np.exp(4.0 * np.stack([cv2.blur(p, (radius, radius)) for p in posterior]))
        posterior /= posterior.sum(0)
        weights = posterior * (posterior > 0.5)
    return np.asarray(posterior[HAIR], np.float32)


def _bright_enough(rgb: U8, prior: HairPrior) -> F32:
    """How far each pixel of the forehead may be skin for its brightness, 0..1; 1 elsewhere.

    A fringe in its own shade has the colour of skin, but not its brightness. What skin would have is a plane
    through the cheeks' and the nose's, as light often comes from one side.
    """
    answer = np.ones(rgb.shape[:2], np.float32)
    if not (prior.forehead.any() and prior.face.any()):
        return answer
    light = rgb.max(axis=2).astype(np.float32)
    across = np.stack([np.ones_like(prior.x), prior.x], axis=-1)
    slope, *_ = np.linalg.lstsq(across[prior.face], light[prior.face], rcond=None)
    expected = np.maximum(across[prior.forehead] @ slope, 0.5 * float(np.median(light[prior.face])))
    answer[prior.forehead] = np.clip((light[prior.forehead] / expected - _DARK) / (_PALE - _DARK), 0.02, 1.0)
    return answer


def _lit(rgb: U8, face: Mask) -> Mask:
    """Where it is not much darker than the middle of the face: no glasses, brows or hair."""
    light = np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    return np.asarray(light > 0.4 * np.median(light[face])) if face.any() else face


def _opened(hair: F32, prior: HairPrior) -> F32:
    """Without thin strips below the ears: shadows along the jaw and collars."""
    side = 2 * round(0.8 * _WORK_SCALE) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(
        np.where(prior.y < -1.5, cv2.morphologyEx(hair, cv2.MORPH_OPEN, ellipse), hair), np.float32
    )


def _connected(hair: F32, prior: HairPrior, known: Mask) -> F32:
    """What hangs together with the crown, ``known`` hair included."""
    count, labels = cv2.connectedComponents(((hair > 0.4) | known).astype(np.uint8), connectivity=4)
    keep = np.zeros(count, bool)
    for zone in (prior.crown, prior.flanks):
        overlap = np.bincount(labels[zone], minlength=count)
        keep |= overlap >= max(4, 0.08 * int(zone.sum()))
    keep[0] = False
    return np.asarray(hair * keep[labels], np.float32)


def _closed(hair: F32, prior: HairPrior) -> F32:
    """Highlights and partings on the scalp filled in: their colour may be one that skin has too."""
    side = 2 * round(1.2 * _WORK_SCALE) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(hair, cv2.MORPH_CLOSE, ellipse)
    return np.asarray(np.where(prior.skull.scalp > 0.8, closed, hair), np.float32)


def _bald(hair: F32, prior: HairPrior, person: F32, rgb: U8) -> bool:
    """What was found is a shadow on a bare head, or the bare head itself."""
    found = hair > 0.5
    crown = prior.crown & (person > 0.5)
    if _share(found, crown) < 0.3 and _share(found, prior.flanks) < 0.4:
        return True
    bins = lab_bins(rgb)
    ours, skin = (color_density(bins, zone.astype(np.float32)) for zone in (found, prior.face))
    # Bhattacharyya coefficient of the two distributions: 1 where they are the same.
    return float(np.sqrt(ours * skin).sum()) > _SAME_AS_SKIN


def _covered(hair: F32, prior: HairPrior, rgb: U8) -> bool:
    """Cloth around head and throat alike, and no skin between them: a hijab."""
    found = hair > 0.5
    if _share(found, prior.flanks) < 0.4 or not prior.throat.any():
        return False
    bins = lab_bins(rgb)
    cloth = color_density(bins, found.astype(np.float32))[bins]
    skin = color_density(bins, prior.face.astype(np.float32))[bins]
    alike = cloth > 0.25 * float(np.median(cloth[found]))
    return _share(alike, prior.throat) > 0.8 and _share(skin > 2e-4, prior.throat) < 0.15


def _share(mask: Mask, zone: Mask) -> float:
    return float(mask[zone].mean()) if zone.any() else 0.0
