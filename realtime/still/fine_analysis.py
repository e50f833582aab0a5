"""What was read from a small picture, for the same picture at its full resolution."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import resize_affine
from engines.face import Face
from realtime.analysis import FrameAnalysis
from realtime.light.camera_estimate import measure_camera
from realtime.pictures import resized
from realtime.recolor.own_strands import OwnStrands

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# The matte follows the picture within this distance, cm, where it changes by more than this, 0..1.
_REACH, _FLAT = 0.3, 0.02
_BAND = 512


def fine_analysis(analysis: FrameAnalysis, rgb: U8, face: Face) -> FrameAnalysis:
    """``analysis`` of a smaller copy of ``rgb`` (h, w, 3) uint8 sRGB, for ``rgb`` itself with ``face``.

    The edge of the own hair is laid on the picture's: a linear model of matte from colour, fitted where both
    are small, is applied where the picture is large (K. He, J. Sun: "Fast Guided Filter", 2015). The camera's
    marks are measured anew.
    """
    height, width = rgb.shape[:2]
    small_width = analysis.hair.alpha.shape[1]
    if small_width >= width:
        return analysis
    radius = max(1, round(_REACH * face.pose.scale * small_width / width))
    alpha = upsampled(analysis.hair.alpha, rgb, radius)
    marks = measure_camera(rgb, face)
    light = replace(analysis.light, blur=marks.blur, noise=marks.noise, grain=marks.grain, black=marks.black)
    return replace(
        analysis,
        light=light,
        face=replace(face, light=light),
        hair=replace(analysis.hair, alpha=alpha),
        to_frame=resize_affine((width, height), (width, height)),
        removal=replace(
            analysis.removal,
            head=resized(analysis.removal.head, (width, height)),
            masks=resized(analysis.removal.masks, (width, height)),
        ),
        strands=analysis.strands
        and OwnStrands(
            resized(analysis.strands.strand, (width, height)), resized(analysis.strands.lock, (width, height))
        ),
    )


def upsampled(alpha: F32, rgb: U8, radius: int) -> F32:
    """(h, w) float32, 0..1: the smaller ``alpha`` laid on the edges of ``rgb`` (h, w, 3) uint8, which it
    follows within ``radius`` of its own pixels."""
    size = (alpha.shape[1], alpha.shape[0])
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _applied(_model(small.astype(np.float32) / 255.0, alpha, radius), rgb)


def _model(rgb: F32, alpha: F32, radius: int) -> F32:
    """(h, w, 4): weights of R, G and B (0..1) and what is added, that best make ``alpha`` (h, w) nearby."""
    side = (2 * radius + 1, 2 * radius + 1)

    def mean(values: F32) -> F32:
        return np.asarray(cv2.blur(values, side), np.float32)

    mean_rgb, mean_alpha = mean(rgb), mean(alpha)
    common = mean(rgb * alpha[..., None]) - mean_rgb * mean_alpha[..., None]
    products = mean(np.concatenate([rgb * rgb[..., :1], rgb[..., 1:] * rgb[..., 1:2], rgb[..., 2:] ** 2], 2))
    means = np.concatenate(
        [mean_rgb * mean_rgb[..., :1], mean_rgb[..., 1:] * mean_rgb[..., 1:2], mean_rgb[..., 2:] ** 2], 2
    )
    spread = (products - means)[..., [0, 1, 2, 1, 3, 4, 2, 4, 5]].reshape(*alpha.shape, 3, 3)
    spread = spread + np.float32(_FLAT**2) * np.eye(3, dtype=np.float32)
    weights = np.linalg.solve(spread, common[..., None])[..., 0]
    rest = mean_alpha - (weights * mean_rgb).sum(axis=2)
    return mean(np.concatenate([weights, rest[..., None]], axis=2).astype(np.float32))


def _applied(model: F32, rgb: U8) -> F32:
    """(h, w) float32, 0..1: what ``model`` makes of ``rgb`` (h, w, 3) uint8."""
    height, width = rgb.shape[:2]
    result = np.empty((height, width), np.float32)
    to_full = resize_affine((model.shape[1], model.shape[0]), (width, height))
    for top in range(0, height, _BAND):
        bottom = min(height, top + _BAND)
        local = to_full.copy()
        local[1, 2] -= top
        part = cv2.warpAffine(
            model, local, (width, bottom - top), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        color = rgb[top:bottom].astype(np.float32) * np.float32(1.0 / 255.0)
        result[top:bottom] = np.clip((part[..., :3] * color).sum(axis=2) + part[..., 3], 0.0, 1.0)
    return result
