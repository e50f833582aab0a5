"""Generated test clips: the astronaut portrait set in motion, for fake cameras and loopback clients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

Image = npt.NDArray[np.uint8]
Stamp = Callable[[Image, int], None]
"""Draws frame number ``index`` into an RGB frame, in place."""

# Where the head is in skimage's 512×512 portrait, and how much of the frame's shorter side 1 px takes.
_HEAD_CENTER = (232.0, 158.0)
_SCALE = 1.35 / 480.0


@dataclass(frozen=True, slots=True)
class Motion:
    """Amplitudes of a loop: ``pan`` in shorter sides of the frame, ``zoom`` a factor, ``roll`` in degrees."""

    pan: float
    zoom: float
    roll: float


STILL = Motion(0.0, 0.0, 0.0)
GENTLE = Motion(0.04, 0.04, 4.0)
LIVELY = Motion(0.12, 0.15, 15.0)


def astronaut_frame(width: int, height: int, motion: Motion = STILL, phase: float = 0.0) -> Image:
    """The portrait at ``phase`` in [0, 1) of the loop: (height, width, 3) uint8 RGB."""
    angle = 2.0 * math.pi * phase
    short = min(width, height)
    # Whole multiples of the loop's angle, so that the last frame leads smoothly to the first.
    scale = short * _SCALE * (1.0 + motion.zoom * math.sin(2.0 * angle))
    placed = cv2.getRotationMatrix2D(_HEAD_CENTER, motion.roll * math.sin(angle), scale)
    placed[0, 2] += width / 2.0 - _HEAD_CENTER[0] + short * motion.pan * math.sin(angle)
    placed[1, 2] += height / 2.0 - _HEAD_CENTER[1] + 0.5 * short * motion.pan * math.sin(2.0 * angle)
    portrait: Image = data.astronaut()  # type: ignore[no-untyped-call]
    frame = cv2.warpAffine(
        portrait, placed, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(frame, np.uint8)


def astronaut_frames(
    width: int, height: int, count: int, motion: Motion = GENTLE, stamp: Stamp | None = None
) -> Iterator[Image]:
    """``count`` RGB frames, (height, width, 3) uint8, that make one seamless loop."""
    for index in range(count):
        frame = astronaut_frame(width, height, motion, index / count)
        if stamp is not None:
            stamp(frame, index)
        yield frame


def astronaut_clip(
    path: Path,
    width: int = 640,
    height: int = 480,
    fps: int = 30,
    seconds: float = 4.0,
    motion: Motion = GENTLE,
    stamp: Stamp | None = None,
) -> Path:
    """Write one loop as ``.y4m`` (I420, BT.601) or ``.mjpeg``: what Chromium's fake camera reads and repeats.

    Raises:
        ValueError: another file type, or an odd size (I420 halves the chroma planes).
    """
    if path.suffix not in {".y4m", ".mjpeg"}:
        raise ValueError(f"Chromium's fake camera reads .y4m and .mjpeg, not {path.suffix!r}.")
    if width % 2 or height % 2:
        raise ValueError(f"A clip needs even sides, not {width}×{height}.")
    frames = astronaut_frames(width, height, max(1, round(fps * seconds)), motion, stamp)
    with path.open("wb") as file:
        if path.suffix == ".y4m":
            # Chromium refuses the chroma names that ffmpeg writes (C420jpeg, C420mpeg2).
            file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420\n".encode())
        for frame in frames:
            if path.suffix == ".y4m":
                file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())
            else:
                bgr = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
                file.write(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    return path


def empty_clip(path: Path, width: int = 640, height: int = 480, fps: int = 30, seconds: float = 1.0) -> Path:
    """A ``.y4m`` clip of a plain wall: nobody is in it."""
    ramp = np.linspace(150, 190, width, dtype=np.uint8)
    frame = np.repeat(np.tile(ramp, (height, 1))[..., None], 3, axis=-1)
    picture = b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes()
    header = f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420\n".encode()
    path.write_bytes(header + picture * max(1, round(fps * seconds)))
    return path
