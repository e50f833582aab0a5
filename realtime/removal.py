"""What to show where the wearer's own hair is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB, LINEAR_STEPS, SRGB_OF_LINEAR
from realtime.face_regions import OVAL
from realtime.head_lock import moved_face
from realtime.head_projection import head_coordinates, project_skull
from realtime.rect import Rect
from realtime.skin_continuation import continue_skin, like_skin

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Pixels = TypeVar("Pixels", U8, F32)

_WORK_SCALE = 4.0
# Under the jaw: half width of a neck, where it ends, and how steeply shoulders fall from there, cm.
_NECK, _NAPE, _SLOPE = 5.2, -12.5, 0.42


@dataclass(frozen=True, slots=True)
class RemovalFill:
    """Two layers under removed hair, at the analysis resolution.

    ``head`` (h, w, 4) uint8: sRGB of skin, neck and clothes, fixed to the head, and its weight over the
    background. ``plate`` (h, w, 3) uint8: sRGB of the background, fixed to the frame. ``masks``
    (h, w, 2) uint8, fixed to the head: how far to remove, and where a body is for a shadow to fall on.
    """

    head: U8
    plate: U8
    masks: U8

    @property
    def extent(self) -> Rect | None:
        """The pixels in which something is removed; ``None`` where nothing is."""
        x, y, width, height = cv2.boundingRect(self.masks[..., 0])
        return Rect(x, y, x + width, y + height) if width else None

    def mixed(self, other: RemovalFill, share: float) -> RemovalFill:
        """This fill, ``share`` (0..1) of the way to ``other`` of the same size."""
        return RemovalFill(
            *(
                np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), np.uint8)
                for a, b in ((self.head, other.head), (self.plate, other.plate), (self.masks, other.masks))
            )
        )


def fill_removal(
    rgb: U8, person: F32, face: Face, hair: F32, background: F32, known: Mask, grow: float
) -> RemovalFill:
    """What is under ``hair`` (h, w) of ``rgb`` (h, w, 3) uint8 sRGB, with ``face`` in its pixels.

    ``background`` (h, w, 3) sRGB 0..255, trusted where ``known``; ``person`` (h, w) probability;
    ``grow``: how far beyond the matte hair is removed, cm, half of it over the face. Skull and forehead
    become skin, shaded; below the jaw come neck and clothes; all else is background, guessed where it
    was never seen.
    """
    height, width = rgb.shape[:2]
    factor = min(1.0, _WORK_SCALE / face.pose.scale)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    near = moved_face(face, factor)
    oval = _oval(near, size)
    matte = _resized(hair, size)
    linear = LINEAR_OF_SRGB[small]
    removed = _removed(linear, near, matte, oval, grow * near.pose.scale)
    body = _resized(person, size)
    head = _head(small, linear, body, near, oval, removed)
    unseen = (_grown(body, 1.3 * near.pose.scale) > 0.25).astype(np.float32)
    guessed = _inpainted(small, unseen > 0.0)
    plate = np.where(known[..., None], background, _resized(guessed, (width, height))).astype(np.uint8)
    weight = head[..., 3].astype(np.float32) / 255.0
    shaded = body + removed * (weight - body)
    masks = np.dstack([removed * 255.0 + 0.5, shaded * 255.0 + 0.5]).astype(np.uint8)
    return RemovalFill(_resized(head, (width, height)), plate, _resized(masks, (width, height)))


def _oval(face: Face, size: tuple[int, int]) -> F32:
    outline = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(outline, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], (255,))
    return np.asarray(cv2.GaussianBlur(outline, (0, 0), 0.3 * face.pose.scale), np.float32) / 255.0


def _removed(linear: F32, face: Face, matte: F32, oval: F32, reach: float) -> F32:
    """How far each pixel is removed: ``matte`` grown by ``reach`` px, half of it over brows and cheeks."""
    y = head_coordinates(face, linear.shape[1], linear.shape[0])[1]
    features = oval * np.clip(5.4 - y, 0.0, 1.0)
    ears = _ears(linear, face, (oval > 0.9) & (matte < 0.1)) * (1.0 - oval)
    wide, narrow = _grown(matte, reach), _grown(matte, reach / 2.0)
    return np.asarray(
        np.maximum.reduce([wide * (1.0 - np.maximum(features, ears)), narrow * (1.0 - ears), matte])
    )


def _ears(linear: F32, face: Face, skin: Mask) -> F32:
    """Where ears show: skin beside the face. What is removed around hair must not take them along."""
    x, y = head_coordinates(face, linear.shape[1], linear.shape[0])
    beside = (np.abs(x) > 5.0) & (np.abs(x) < 9.5) & (y > -5.5) & (y < 3.5)
    found = (beside & like_skin(linear, skin, 0.25)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 0.2 * face.pose.scale), np.float32)


def _head(rgb: U8, linear: F32, person: F32, face: Face, oval: F32, removed: F32) -> U8:
    """(h, w, 4) uint8: skin, neck and clothes as they are or would be, and where they are."""
    height, width = rgb.shape[:2]
    x, y = head_coordinates(face, width, height)
    unit = face.pose.scale
    skull = project_skull(face, width, height)
    inside = oval > 0.5
    chin = float(y[inside].min()) if inside.any() else -9.0

    skin = continue_skin(linear, (oval > 0.9) & (removed < 0.03) & (y > -4.0), skull.normals, 1.8 * unit)
    skin_rgb = SRGB_OF_LINEAR[(skin * LINEAR_STEPS).astype(np.int32)]

    side = np.abs(x)
    shoulder = chin + (_NAPE + 9.0) - _SLOPE * np.maximum(side - _NECK, 0.0)
    trunk = np.clip((shoulder - y) * 1.2 + 0.5, 0.0, 1.0) * np.clip(person * 3.0 - 1.0, 0.0, 1.0)
    neck = np.clip((_NECK - side) * 1.2 + 0.5, 0.0, 1.0) * (y < -2.0)
    below = np.maximum(trunk, neck)
    ball = np.clip((1.0 - skull.radius) * 12.0 + 0.5, 0.0, 1.0) * np.clip((y + 5.0) / 2.0, 0.0, 1.0)

    sources = (removed < 0.05) & (person > 0.8) & (y < chin + 1.0)
    under = _inpainted(rgb, ~sources & (y < chin + 2.5)) if sources.sum() > 20 else skin_rgb
    share = np.clip((y - chin) / 2.5, 0.0, 1.0)[..., None]
    color = skin_rgb * share + under * (1.0 - share)
    weight = np.maximum.reduce([ball, oval, below])
    return np.dstack([np.clip(color, 0.0, 255.0), weight * 255.0 + 0.5]).astype(np.uint8)


def _grown(mask: F32, radius: float) -> F32:
    """``mask`` dilated by ``radius`` px, its edge softened over as much."""
    side = 2 * max(1, round(radius)) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.GaussianBlur(cv2.dilate(mask, ellipse), (0, 0), max(0.6, 0.4 * radius)), np.float32)


def _resized(image: Pixels, size: tuple[int, int]) -> Pixels:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), image.dtype)


def _inpainted(rgb: U8, unknown: Mask) -> U8:
    """``rgb`` with ``unknown`` filled by Telea's method (2004) at a quarter of the resolution."""
    height, width = rgb.shape[:2]
    small = (max(8, width // 4), max(8, height // 4))
    hole = (cv2.resize(unknown.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0.01).astype(
        np.uint8
    )
    coarse = cv2.resize(rgb, small, interpolation=cv2.INTER_AREA)
    filled = cv2.GaussianBlur(cv2.inpaint(coarse, hole, 3, cv2.INPAINT_TELEA), (0, 0), 0.8)
    smooth = cv2.resize(filled, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.where(unknown[..., None], smooth, rgb), np.uint8)
