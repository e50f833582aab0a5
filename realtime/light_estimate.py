"""The light on a face and the camera's marks, read from the face's own pixels."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.light import Light
from engines.palette import srgb_to_linear
from realtime.face_regions import SKIN_PATCHES, skin_normals

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_TYPICAL_SKIN = np.array([1.25, 0.92, 0.72])
_RIDGE = 0.6
_SMOOTHING = 0.35
# The 97th percentile of luminance is above this in every picture that does not look dark.
_BRIGHT = 0.40
# Percentiles stand in for maxima, and faces have no ideal steps: measured on portraits blurred on purpose.
_BLUR_BIAS = 1.25


def estimate_light(rgb: npt.NDArray[np.uint8], face: Face, previous: Light | None = None) -> Light:
    """Light on ``face`` in ``rgb`` (h, w, 3) uint8 sRGB, frame resolution; smoothed towards ``previous``.

    The dominant direction is a ridge regression of skin luminance over the skin's normals; the colour is
    how the skin differs from typical skin, damped, because skin differs between people more than light
    does between rooms.
    """
    patches, linear = _sample_skin(rgb, face)
    luma = linear @ _LUMA
    skin = np.median(linear, axis=0)
    normals = skin_normals(face.pose)[patches]
    fitted = _regress(normals, luma)
    toward = fitted[:3] * 2.0 / max(float(luma.mean()), 1e-3) + np.array([0.0, 0.75, 0.62])
    direction = toward / max(float(np.linalg.norm(toward)), 1e-6)
    strength = float(np.linalg.norm(fitted[:3]) / max(float(fitted[3]), 1e-3))
    level = max(float(skin @ _LUMA), 1e-3)
    tint = (np.maximum(skin, 1e-4) / level / _TYPICAL_SKIN) ** 0.2
    exposure = float(np.clip((level / 0.30) ** 0.45, 0.55, 1.3)) * _dimness(rgb)
    blur, noise, darkest = _camera(rgb, face)
    light = Light(
        direction=direction.astype(np.float32),
        color=(tint / tint.mean() * exposure).astype(np.float32),
        ambient=float(np.clip(0.6 - 0.4 * strength, 0.2, 0.7)),
        skin=skin.astype(np.float32),
        black=float(min(darkest, 0.03)),
        blur=blur,
        noise=noise,
    )
    return light if previous is None else _mix(previous, light, _SMOOTHING)


def _dimness(rgb: npt.NDArray[np.uint8]) -> float:
    """1 in an ordinary picture, down to 0.45 where nothing in it is bright.

    Skin alone does not tell a dark room from dark skin; the brightest things around do.
    """
    few = srgb_to_linear(rgb[::8, ::8] / 255.0) @ _LUMA
    return float(np.clip((np.percentile(few, 97) / _BRIGHT) ** 0.6, 0.45, 1.0))


def _sample_skin(
    rgb: npt.NDArray[np.uint8], face: Face
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Indices of the visible skin patches and their linear RGB (n, 3)."""
    height, width = rgb.shape[:2]
    radius = max(1, int(0.35 * face.pose.scale))
    centers = face.landmarks[SKIN_PATCHES, :2]
    facing = skin_normals(face.pose)[:, 2] > 0.25
    inside = (centers > radius).all(1) & (centers < np.array([width, height]) - radius - 1).all(1)
    chosen = np.flatnonzero(facing & inside)
    if len(chosen) < 4:
        chosen = np.arange(len(SKIN_PATCHES))
        centers = np.clip(centers, radius, np.array([width, height]) - radius - 1)
    values = []
    for x, y in np.rint(centers[chosen]).astype(int):
        patch = rgb[y - radius : y + radius + 1, x - radius : x + radius + 1].reshape(-1, 3)
        values.append(np.median(srgb_to_linear(patch / 255.0), axis=0))
    return chosen, np.array(values)


def _regress(normals: npt.NDArray[np.float64], luma: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(4,) ridge solution of luma = b . normal + constant, refitted once without the worst patches."""
    design = np.column_stack([normals, np.ones(len(luma))])
    weight = np.ones(len(luma))
    penalty = np.diag([_RIDGE, _RIDGE, _RIDGE, 1e-3])
    solution = np.zeros(4)
    for _ in range(2):
        weighted = design * weight[:, None]
        solution = np.linalg.solve(weighted.T @ design + penalty, weighted.T @ luma)
        residual = np.abs(luma - design @ solution)
        weight = 1.0 / (1.0 + (residual / max(float(np.median(residual)) * 2.0, 1e-4)) ** 2)
    return solution


def _camera(rgb: npt.NDArray[np.uint8], face: Face) -> tuple[float, float, float]:
    """Blur (px), luma noise (0..255) and darkest linear light of the face's surroundings."""
    height, width = rgb.shape[:2]
    low = np.maximum(face.landmarks[:468, :2].min(0).astype(int), 0)
    high = np.minimum(face.landmarks[:468, :2].max(0).astype(int) + 1, (width, height))
    if (high - low < 16).any():
        return 0.5, 1.5, 0.005
    gray = (rgb[low[1] : high[1], low[0] : high[0]] @ _LUMA).astype(np.float32)
    second = cv2.Laplacian(gray, cv2.CV_32F)
    # 3 x 3 Laplacian-of-Laplacian noise operator (Immerkaer 1996) under a median, so that edges do not count.
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    noise = float(np.median(np.abs(cv2.filter2D(gray, cv2.CV_32F, kernel)))) / (0.6745 * 6.0)
    gx, gy = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=0.125)
    steepest = float(np.percentile(cv2.magnitude(gx, gy), 99.0))
    # On a step blurred by sigma, max |gradient| / max |second derivative| = sigma * sqrt(e).
    ratio = steepest / max(float(np.percentile(np.abs(second), 99.0)), 1e-3)
    blur = float(np.clip(_BLUR_BIAS * ratio / np.sqrt(np.e), 0.4, 2.5)) if steepest > 3.0 * noise else 0.5
    darkest = srgb_to_linear(np.percentile(gray, 1.0) / 255.0) * 0.35
    return blur, float(np.clip(noise, 0.2, 6.0)), float(darkest)


def _mix(old: Light, new: Light, share: float) -> Light:
    direction = old.direction + share * (new.direction - old.direction)
    return Light(
        direction=(direction / max(float(np.linalg.norm(direction)), 1e-6)).astype(np.float32),
        color=(old.color + share * (new.color - old.color)).astype(np.float32),
        ambient=old.ambient + share * (new.ambient - old.ambient),
        skin=(old.skin + share * (new.skin - old.skin)).astype(np.float32),
        black=old.black + share * (new.black - old.black),
        blur=old.blur + share * (new.blur - old.blur),
        noise=old.noise + share * (new.noise - old.noise),
    )
