"""What is behind people: rooms of photographs, cloth, gradients and lights."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.errors import ToolError
from tools.train_matte.imaging import blur
from tools.train_matte.photo_store import PhotoStore
from tools.train_matte.texture import cloth, color, noise

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

_PICTURES = (
    "astronaut", "brick", "camera", "cat", "coffee", "colorwheel", "grass", "gravel",
    "hubble_deep_field", "immunohistochemistry", "moon", "retina", "rocket", "text",
)  # fmt: skip
_PEOPLE = {"astronaut", "camera"}
_LEAST_EMPTY = 0.35


class Backgrounds:
    """Pictures without people. ``photos``: their surroundings count, the people in them painted over."""

    def __init__(self, photos: PhotoStore | None, held_out: bool) -> None:
        self._pictures: list[U8] = _test_pictures(held_out)
        if photos is not None:
            seen: set[str] = set()
            for index in photos.indices(held_out):
                record = photos.records[index]
                if record.identity not in seen:
                    seen.add(record.identity)
                    room = _empty_room(photos, index)
                    if room is not None:
                        self._pictures.append(room)

    def random(self, rng: np.random.Generator, side: int) -> F32:
        """(side, side, 3) float32 sRGB; at times two of them with an edge between, as rooms have."""
        plane = self._one(rng, side)
        if rng.random() < 0.25:
            center, size = rng.uniform(0.0, side, 2), rng.uniform(0.1, 1.0, 2) * side
            edge = cv2.boxPoints((center.tolist(), size.tolist(), rng.normal(0.0, 8.0)))
            mask = np.zeros((side, side), np.float32)
            cv2.fillConvexPoly(mask, np.rint(edge).astype(np.int32), (1.0,), cv2.LINE_AA)
            mask = blur(mask, rng.uniform(0.5, 4.0))
            plane = plane + mask[..., None] * (self._one(rng, side) - plane)
        return np.asarray(plane, np.float32)

    def _one(self, rng: np.random.Generator, side: int) -> F32:
        kind = rng.random()
        if kind < 0.62:
            return self._photograph(rng, side)
        if kind < 0.75:
            return cloth(rng, side)
        base, other = color(rng), color(rng)
        ramp = np.linspace(-1.0, 1.0, side, dtype=np.float32)
        angle = rng.uniform(0.0, 2.0 * np.pi)
        field = 0.5 + 0.35 * (ramp * np.cos(angle) + ramp[:, None] * np.sin(angle))
        if kind < 0.9:
            field = field + rng.uniform(0.0, 0.3) * noise(rng, side, rng.uniform(2.0, 12.0), 3)
        plane = base + np.clip(field, 0.0, 1.0)[..., None] * rng.uniform(0.1, 1.0) * (other - base)
        for _ in range(rng.integers(0, 8)):
            a, b = rng.integers(0, side, 2), rng.integers(0, side, 2)
            paint = tuple(float(v) for v in color(rng))
            if rng.random() < 0.5:
                cv2.rectangle(plane, a.tolist(), b.tolist(), paint, -1)
            else:
                cv2.circle(plane, a.tolist(), int(rng.integers(3, 60)), paint, -1, cv2.LINE_AA)
        if rng.random() < 0.6:
            plane = blur(plane, rng.uniform(1.0, 12.0))
        if rng.random() < 0.3:
            plane = plane + _lights(rng, side)
        return np.asarray(np.clip(plane, 0.0, 1.0), np.float32)

    def _photograph(self, rng: np.random.Generator, side: int) -> F32:
        picture = self._pictures[int(rng.integers(len(self._pictures)))]
        height, width = picture.shape[:2]
        cut = rng.uniform(0.3, 1.0) * min(height, width)
        angle = rng.normal(0.0, 0.15)
        turn = cut / side * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        corner = [rng.uniform(0.0, width - cut), rng.uniform(0.0, height - cut)]
        affine = np.column_stack([turn, corner])
        if rng.random() < 0.5:
            affine[:, 2] += affine[:, 0] * (side - 1)
            affine[:, 0] *= -1.0
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        plane = cv2.warpAffine(picture, affine, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
        result = plane.astype(np.float32) / 255.0
        result = result ** np.float32(np.exp(rng.normal(0.0, 0.3)))
        result = np.clip(result * np.exp(rng.normal(0.0, 0.12, 3)).astype(np.float32), 0.0, 1.0)
        if rng.random() < 0.5:
            result = blur(result, rng.uniform(0.5, 6.0))
        return np.asarray(result, np.float32)


def _lights(rng: np.random.Generator, side: int) -> F32:
    """Lamps out of focus."""
    plane = np.zeros((side, side, 3), np.float32)
    radius = int(rng.integers(2, 18))
    for _ in range(rng.integers(3, 40)):
        x, y = (int(v) for v in rng.integers(0, side, 2))
        paint = tuple(float(v) for v in color(rng) * rng.uniform(0.3, 1.0))
        cv2.circle(plane, (x, y), radius, paint, -1, cv2.LINE_AA)
    return blur(plane, 1.0)


def _test_pictures(held_out: bool) -> list[U8]:
    """scikit-image's own pictures: every fourth is held out."""
    try:
        from skimage import data
    except ImportError:
        raise ToolError("This needs scikit-image's pictures: pip install -e '.[train]'.") from None
    pictures = []
    for index, name in enumerate(sorted(set(_PICTURES) - _PEOPLE)):
        if (index % 4 == 0) is not held_out:
            continue
        try:
            picture = np.asarray(getattr(data, name)())
        except (OSError, ValueError, ModuleNotFoundError):
            continue
        rgb = cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB) if picture.ndim == 2 else picture[..., :3]
        pictures.append(np.ascontiguousarray(rgb, np.uint8))
    return pictures


def _empty_room(photos: PhotoStore, index: int) -> U8 | None:
    """The surroundings of a person, whose place their colours flow into."""
    picture = np.array(photos.rgb[index])
    person, inside = photos.values[index, ..., 2], photos.weights[index].max(axis=-1) > 0
    inside = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) > 0
    if not inside.any():
        return None
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    picture, occupied = picture[area], cv2.dilate(person[area], np.ones((15, 15), np.uint8)) > 25
    if (~occupied).mean() < _LEAST_EMPTY:
        return None
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    hole = cv2.resize(occupied.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    filled = cv2.inpaint(small, hole, 5, cv2.INPAINT_TELEA)
    filled = cv2.resize(filled, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(occupied[..., None], filled, picture).astype(np.uint8)
