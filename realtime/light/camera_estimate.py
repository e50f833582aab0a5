"""What the camera does to a picture, measured on the face: softness, noise and black level."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import srgb_to_linear

F32 = npt.NDArray[np.float32]

# The face is read at no more than about so many pixels, a patch of it where it is larger.
_MOST_PIXELS = 60_000
# Of the steepest 3 % of pixels the sharpest fifth: faces have few ideal steps.
_STEEP, _SHARP = 97.0, 80.0
_REBLUR = 1.0
# The black level is at most so much of the darkest thing in the picture and in the face, and at most this.
_DARKEST, _BLACKEST = 0.6, 0.04
# Noise of every pixel its own is halved by averaging two by two; noise this smooth is not.
_WHITE, _SMOOTH = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class CameraMarks:
    """``blur``, ``noise``, ``grain`` and ``black`` as in :class:`engines.light.Light`."""

    blur: float = 0.5
    noise: float = 1.5
    grain: float = 0.0
    black: float = 0.005


def measure_camera(rgb: npt.NDArray[np.uint8], face: Face) -> CameraMarks:
    """The marks on ``face`` in ``rgb`` (h, w, 3) uint8 sRGB; ordinary ones where too little of it is seen.

    Blur: a step blurred by s and again by r has gradients in the ratio of sqrt(1 + r² / s²) (S. Zhuo, T. Sim:
    "Defocus map estimation from a single image", Pattern Recognition 44, 2011). Noise: the difference of
    two Laplacians (J. Immerkær: "Fast noise variance estimation", CVIU 64, 1996) under a median, so that
    edges do not count.
    """
    height, width = rgb.shape[:2]
    low = np.maximum(face.landmarks[:468, :2].min(0).astype(int), 0)
    high = np.minimum(face.landmarks[:468, :2].max(0).astype(int) + 1, (width, height))
    if (high - low < 16).any():
        return CameraMarks()
    # Eyes and brows are where the sharpest edges are.
    rows = max(16, min(high[1] - low[1], _MOST_PIXELS // (high[0] - low[0])))
    top = int(np.clip(low[1] + (high[1] - low[1] - rows) // 3, low[1], high[1] - rows))
    gray = _gray(rgb[top : top + rows, low[0] : high[0]])
    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    noise, coarse = _noise(gray), _noise(np.asarray(half, np.float32))
    grain = (coarse / max(noise, 1e-3) - _WHITE) / (_SMOOTH - _WHITE)
    step = max(1, min(rgb.shape[:2]) // 120)
    darkest = min(np.percentile(gray, 1.0), np.percentile(_gray(rgb[::step, ::step]), 0.7))
    return CameraMarks(
        _blur(gray, noise),
        float(np.clip(noise, 0.2, 6.0)),
        float(np.clip(grain, 0.0, 1.0)),
        min(_DARKEST * float(srgb_to_linear(darkest / 255.0)), _BLACKEST),
    )


def _blur(gray: F32, noise: float) -> float:
    steepness = _gradient(gray)
    limit = float(np.percentile(steepness, _STEEP))
    if limit < 3.0 * noise:
        return 0.5
    steep = steepness >= limit
    again = _gradient(np.asarray(cv2.GaussianBlur(gray, (0, 0), _REBLUR), np.float32))
    ratio = float(np.percentile(steepness[steep] / np.maximum(again[steep], 1e-3), _SHARP))
    return float(np.clip(_REBLUR / np.sqrt(max(ratio * ratio - 1.0, 1e-3)), 0.4, 2.5))


def _gray(rgb: npt.NDArray[np.uint8]) -> F32:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def _gradient(gray: F32) -> F32:
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=0.125)
    return np.asarray(cv2.magnitude(across, cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=0.125)), np.float32)


def _noise(gray: F32) -> float:
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return float(np.median(np.abs(cv2.filter2D(gray, cv2.CV_32F, kernel)))) / (0.6745 * 6.0)
