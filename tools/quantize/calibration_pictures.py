"""Aligned faces to calibrate networks with."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from engines.hairfast.alignment import ALIGNED_SIZE
from engines.hairfast.photo_errors import PhotoError, PhotoRole
from engines.hairfast.portrait import Portrait
from realtime.tracking.portrait_finder import PortraitFinder
from tools.clips import U8, astronaut
from tools.errors import ToolError
from tools.media_io import IMAGE_SUFFIXES, read_image

_SQUARE = (ALIGNED_SIZE, ALIGNED_SIZE, 3)


def calibration_pictures(folder: Path | None, count: int, seed: int = 0) -> list[U8]:
    """``count`` aligned pictures, uint8 (1024,1024,3) RGB, no two alike.

    They are the photos of ``folder`` in turns: pictures of 1024×1024 as they are, others cropped to the one
    face they must show. Without a folder it is NASA's portrait of an astronaut. From the second time on a
    photo is mirrored, lit otherwise, turned, moved and scaled a little.

    Raises:
        ToolError: no photo is fit.
    """
    squares = [*_squares(folder)] if folder else [_square(PortraitFinder(), astronaut())]
    rng = np.random.default_rng(seed)
    return [
        squares[number % len(squares)]
        if number < len(squares)
        else _varied(squares[number % len(squares)], rng)
        for number in range(count)
    ]


def _squares(folder: Path) -> list[U8]:
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in IMAGE_SUFFIXES)
    finder = PortraitFinder()
    squares = []
    for path in tqdm(files, desc="photos", unit="photo", leave=False):
        picture = read_image(path)
        try:
            if picture is not None:
                squares.append(picture if picture.shape == _SQUARE else _square(finder, picture))
        except PhotoError as error:
            tqdm.write(f"{path.name} is left out: {error}")
    finder.close()
    if not squares:
        raise ToolError(f"{folder} holds no photo of one face ({', '.join(IMAGE_SUFFIXES)}).")
    return squares


def _square(finder: PortraitFinder, picture: U8) -> U8:
    return Portrait(picture, finder.find(picture, PhotoRole.FACE)).square


def _varied(square: U8, rng: np.random.Generator) -> U8:
    if rng.random() < 0.5:
        square = np.ascontiguousarray(square[:, ::-1])
    middle = (ALIGNED_SIZE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), rng.uniform(-5, 5), rng.uniform(0.95, 1.05))
    shift = np.column_stack([np.zeros((2, 2)), rng.uniform(-0.02, 0.02, 2) * ALIGNED_SIZE])
    moved = cv2.warpAffine(square, turn + shift, _SQUARE[:2], borderMode=cv2.BORDER_REFLECT_101)
    lit = moved * (rng.uniform(0.6, 1.3) * rng.uniform(0.95, 1.05, 3))
    return np.asarray(np.rint(np.clip(lit, 0, 255)), np.uint8)
