"""A video whose hair matte is known: the portrait in motion, wearing hair that was drawn."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from realtime.recolor.own_hair_fade import OwnHairFade
from tools.clips import moving_portrait
from tools.evaluate.clip import Clip
from tools.evaluate.shown_frame import ShownFrame
from tools.evaluate.steadiness import dtssd, iou
from tools.studio import Studio

F32 = npt.NDArray[np.float32]

_SIZE = (640, 480)
_RATE = 30
_LEAD = 1.0
_STYLE, _COLOR = "long-wavy", "N4"
_RECOLOR = "F3"


def synthetic_clip(studio: Studio, seconds: float) -> tuple[Clip, list[F32]]:
    """A clip of ``seconds`` and its mattes (h, w) float32: what the pipeline draws on the public-domain
    portrait becomes the camera's picture, and the layer's alpha the truth."""
    lead = round(_LEAD * _RATE)
    count = lead + round(seconds * _RATE)
    frames, mattes = [], []
    with studio.pipeline(studio.look(_STYLE, _COLOR)) as pipeline:
        for index, rgb in enumerate(moving_portrait(_SIZE, max(count, 10 * _RATE))):
            if index == count:
                break
            time = index / _RATE
            shown = ShownFrame(index, time, rgb, pipeline.process(rgb.copy(), time))
            if index >= lead:
                alpha = shown.alpha
                frames.append((shown.result.rgb, time - _LEAD))
                mattes.append(alpha if alpha is not None else np.zeros(rgb.shape[:2], np.float32))
    return Clip("synthetic", tuple(frames)), mattes


def predicted_mattes(studio: Studio, clip: Clip) -> list[F32]:
    """The own-hair matte (h, w) float32 that recolouring works with, for each frame of ``clip``."""
    fade = OwnHairFade()
    mattes = []
    with studio.pipeline(studio.look("own", _RECOLOR)) as pipeline:
        for rgb, time in clip.frames:
            face = pipeline.process(rgb.copy(), time).face
            analysis = pipeline.analysis
            matte = np.zeros(rgb.shape[:2], np.float32)
            if face is not None and analysis is not None:
                size = (rgb.shape[1], rgb.shape[0])
                known = np.ascontiguousarray(fade.at(analysis, face.time)[..., 0])
                matte = np.asarray(cv2.warpAffine(known, analysis.to_frame_of(face), size), np.float32)
            mattes.append(matte)
    return mattes


def matte_values(predicted: Iterable[F32], truth: Iterable[F32]) -> dict[str, float]:
    """``dtssd`` and ``iou`` of mattes, from one second after the begin."""
    p, g = list(predicted)[_RATE:], list(truth)[_RATE:]
    return {
        "dtssd": dtssd(p, g),
        "iou": float(np.mean([iou(a > 0.5, b > 0.5) for a, b in zip(p, g, strict=True)])),
    }
