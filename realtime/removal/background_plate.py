"""What is behind the person, learned while they move."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from realtime.removal.camera_motion import camera_motion
from realtime.removal.patch_fill import fill_patches, smooth_fill

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_LEARN = 0.4
_SKIP = 6
_OTHER_SCENE = 14.0
"""Mean difference to a known background, 0..255, above which it is another one."""
_REGUESS = 0.15
"""Guesses are made anew when this share of them was seen since, and found to be something else."""
_FEWEST = 500
# Exposure that differs by less than this is left as it is.
_SAME_EXPOSURE = 0.004
# What is guessed moves by so much at most towards what is seen beside it, 0..255, the less the farther.
_MOST_WRONG, _FORGET = 60.0, 0.01
# Fewer holes than this share of the picture are left until there are more of them.
_FEW_HOLES = 3e-4


@dataclass(frozen=True, slots=True)
class BackgroundPlate:
    """``color`` (h, w, 3) float32 sRGB 0..255; ``seen`` (h, w) float32: stream time of the last sight,
    ``-inf`` where the background was never seen; ``guessed`` (h, w) bool: where ``color`` is a guess."""

    color: F32
    seen: F32
    guessed: Mask

    def known(self, time: float, max_age: float) -> Mask:
        """(h, w) bool: where the background is known and not older than ``max_age`` seconds."""
        return np.asarray(self.seen >= time - max_age)

    def glimpsed(self, rgb: U8, bare: Mask, time: float) -> BackgroundPlate:
        """This plate, which is sure to be what ``rgb`` (h, w, 3) shows where it is ``bare`` (h, w).

        Where that had been guessed, guesses beside it are led over to it.
        """
        found, left = self.guessed & bare, self.guessed & ~bare
        color, now = self.color.copy(), rgb.astype(np.float32)
        if found.any() and left.any():
            wrong = np.clip(now - color, -_MOST_WRONG, _MOST_WRONG)
            right = np.clip(color + smooth_fill(wrong, found, forget=_FORGET), 0.0, 255.0)
            cv2.copyTo(right, left.astype(np.uint8), color)
        cv2.copyTo(now, bare.astype(np.uint8), color)
        return BackgroundPlate(color, np.where(bare, np.float32(time), self.seen), left)

    def completed(self, wanted: Mask, time: float, max_age: float) -> BackgroundPlate:
        """This plate with a guess wherever it is ``wanted`` (h, w) and not known.

        What was guessed before stays as it is, so that it does not change from keyframe to keyframe.
        """
        known = self.known(time, max_age)
        holes = wanted & ~known & ~self.guessed
        if int(holes.sum()) < _FEW_HOLES * holes.size:
            return self
        trusted = known | self.guessed
        color = fill_patches(self.color, holes, trusted)
        # Under the rest lie pictures of the person; a moving head must not bring them to light.
        if not self.guessed.any():
            rest = ~(trusted | holes)
            color[rest] = smooth_fill(color, trusted | holes)[rest]
        return replace(self, color=color, guessed=self.guessed | holes)


def update_plate(
    plate: BackgroundPlate | None, rgb: U8, person: F32, time: float, margin: float = 0.0
) -> BackgroundPlate:
    """The plate after it saw ``rgb`` (h, w, 3), whose ``person`` (h, w) probability is given.

    Nothing within ``margin`` px of the person is believed: loose hair is there.
    The plate is brought to the exposure of ``rgb`` by one gain per channel and follows small movements of
    the camera; it starts again when the scene was cut or the movement cannot be told.
    """
    visible = _visible(person, margin)
    now = rgb.astype(np.float32)
    if plate is None or plate.color.shape != rgb.shape:
        return _first(now, visible, time)
    both = visible & (plate.seen > -np.inf)
    if int(both.sum()) > _FEWEST:
        plate = _exposed(plate, now, both)
        motion = camera_motion(plate.color, now, both)
        if motion is None:
            return _first(now, visible, time)
        if motion.any():
            plate = _carried(plate, motion)
            both = visible & (plate.seen > -np.inf)
        if int(both.sum()) > _FEWEST and _difference(plate.color, now, both) > _OTHER_SCENE:
            return _first(now, visible, time)
    guessed = plate.guessed & ~visible
    found = plate.guessed & visible
    if int(found.sum()) > _REGUESS * int(plate.guessed.sum()):
        guessed = np.zeros_like(guessed)
    share = np.where(visible, np.where(plate.seen > -np.inf, np.float32(_LEARN), np.float32(1.0)), 0.0)
    color = plate.color + share.astype(np.float32)[..., None] * (now - plate.color)
    return BackgroundPlate(color, np.where(visible, np.float32(time), plate.seen), guessed)


def _visible(person: F32, margin: float) -> Mask:
    side = 2 * max(3, person.shape[0] // 24, round(margin)) + 1
    # A maximum filter by rows and columns: its cost does not grow with the side.
    return np.asarray(cv2.dilate(person, np.ones((side, side), np.uint8)) < 0.15)


def _first(now: F32, visible: Mask, time: float) -> BackgroundPlate:
    seen = np.where(visible, np.float32(time), np.float32(-np.inf))
    return BackgroundPlate(now, seen, np.zeros_like(visible))


def _exposed(plate: BackgroundPlate, now: F32, both: Mask) -> BackgroundPlate:
    """The plate in the exposure and white balance of ``now``."""
    some = both[::_SKIP, ::_SKIP]
    fresh, old = (np.median(image[::_SKIP, ::_SKIP][some], axis=0) for image in (now, plate.color))
    gain = np.clip(fresh / np.maximum(old, 4.0), 0.7, 1.4).astype(np.float32)
    if np.abs(gain - 1.0).max() < _SAME_EXPOSURE:
        return plate
    return replace(plate, color=np.minimum(plate.color * gain, np.float32(255.0)))


def _carried(plate: BackgroundPlate, motion: npt.NDArray[np.float64]) -> BackgroundPlate:
    """The plate as the camera sees it after ``motion`` (2, 3), plate pixels to those of now."""
    size = (plate.seen.shape[1], plate.seen.shape[0])
    color = cv2.warpAffine(plate.color, motion, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    flags = cv2.INTER_NEAREST
    outside = float(-np.inf)
    seen = cv2.warpAffine(plate.seen, motion, size, flags=flags, borderValue=(outside,) * 4)
    guessed = cv2.warpAffine(plate.guessed.astype(np.uint8), motion, size, flags=flags) > 0
    return BackgroundPlate(np.asarray(color, np.float32), np.asarray(seen, np.float32), np.asarray(guessed))


def _difference(old: F32, now: F32, both: Mask) -> float:
    some = both[::_SKIP, ::_SKIP]
    return float(np.abs(now[::_SKIP, ::_SKIP][some] - old[::_SKIP, ::_SKIP][some]).mean())
