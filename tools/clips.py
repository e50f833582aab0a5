"""A moving face without a camera: a public-domain portrait set in motion, and y4m files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tools.errors import ToolError

U8 = npt.NDArray[np.uint8]

FACE_CENTER = (224.0, 118.0)
"""The face in skimage.data.astronaut(), px."""
FACE_HEIGHT = 106.0
"""Its height from chin to forehead there, px."""


def astronaut() -> U8:
    """The portrait of Eileen Collins (NASA, public domain), (512, 512, 3) uint8 RGB.

    Raises:
        ToolError: scikit-image is not installed.
    """
    try:
        from skimage import data
    except ImportError:
        raise ToolError("This needs scikit-image's test portrait: pip install -e '.[dev]'.") from None
    return np.array(data.astronaut(), np.uint8)  # type: ignore[no-untyped-call]


def moving_portrait(
    size: tuple[int, int] = (640, 480),
    frames: int = 300,
    *,
    face_height: float = 0.36,
    noise: float = 1.5,
    seed: int = 0,
) -> Iterator[U8]:
    """The portrait as a webcam would see it, (h, w, 3) uint8 RGB, a loop without a seam.

    The head sways, leans and nears like that of someone in front of a mirror: whole periods per clip, so the
    last frame leads to the first. ``face_height`` is relative to the height of the frame; ``noise`` is the
    standard deviation of the camera noise, 0..255 (encoders need it to work as they do on a camera).
    """
    width, height = size
    portrait = astronaut()
    rng = np.random.default_rng(seed)
    # New noise for every frame would cost more than the warp; a shifted plane is as unpredictable to a codec.
    grain = rng.normal(0.0, noise, (height + 64, width + 64, 1)).astype(np.float32)
    for index in range(frames):
        phase = 2.0 * np.pi * index / frames
        zoom = face_height * height / FACE_HEIGHT * (1.0 + 0.05 * np.sin(2 * phase))
        matrix = cv2.getRotationMatrix2D(FACE_CENTER, 7.0 * np.sin(2 * phase + 1.0), zoom)
        matrix[0, 2] += width * (0.5 + 0.06 * np.sin(3 * phase)) - FACE_CENTER[0]
        matrix[1, 2] += height * (0.44 + 0.03 * np.sin(5 * phase)) - FACE_CENTER[1]
        picture = cv2.warpAffine(
            portrait, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
        )
        dy, dx = rng.integers(0, 64, 2)
        noisy = picture + grain[dy : dy + height, dx : dx + width]
        yield np.clip(noisy, 0.0, 255.0).astype(np.uint8)


def to_i420(rgb: U8) -> U8:
    """(h, w, 3) uint8 RGB of even size to I420 (h * 3 / 2, w), BT.601 limited range."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


def write_y4m(path: Path, pictures: Iterable[U8], size: tuple[int, int], fps: int = 30) -> None:
    """Write I420 ``pictures`` as a YUV4MPEG2 file; the header is the one Chromium's fake camera accepts."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{fps}:1 Ip A1:1 C420\n".encode())
        for picture in pictures:
            file.write(b"FRAME\n")
            file.write(picture.tobytes())
