"""Frames that touch all of the pipeline before anyone waits for it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count, cycle

import av
import cv2
import numpy as np
import numpy.typing as npt

from engines.head_geometry import face_triangles, mean_face
from engines.look import OWN_STYLE, Look
from server.frame_processor import FrameProcessor, ProcessedFrame, ProcessorFactory

U8 = npt.NDArray[np.uint8]

_PATIENCE = 240.0
# The drawn person nods sideways, so that the head turns away from each keyframe: px, frames.
_NOD, _ROUND = 40.0, 40
_WHILE = 300
# Between frames, seconds: keyframes are made beside them. The stream's own clock.
_PAUSE = 0.01
_INTERVAL = Fraction(1, 25)
_WIDTH, _HEIGHT, _PX_PER_CM = 640, 480, 11.0
_SKIN, _BROWN = (224, 172, 148), (55, 38, 32)
# FaceMesh indices of outlines that make the mean face look like one to the detector.
_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
# Ellipses, cm of the head: shirt, neck, hair on both sides and over the head.
_BODY = (
    (0.0, -29.0, 19.0, 15.0, (70, 90, 140)),
    (0.0, -12.0, 5.0, 6.0, _SKIN),
    (-8.0, -6.0, 3.0, 10.0, _BROWN),
    (8.0, -6.0, 3.0, 10.0, _BROWN),
    (0.0, 4.0, 9.5, 11.0, _BROWN),
)
_LIPS = (61, 40, 37, 0, 267, 270, 291, 321, 405, 17, 181, 91)


def process_warmup_frames(
    make_processor: ProcessorFactory, styles: frozenset[str], stopped: Callable[[], bool]
) -> None:
    """Draw ``styles`` on a drawn face: compiles kernels and loads models that all sessions share.

    The face moves at the end, for a moving head uses more of them than a still one.
    """
    processor = make_processor(Look())
    try:
        numbers = count()
        still = _frames(cycle([_face_picture()]), numbers)
        # One's own hair first: at the end hair is drawn on a moving head.
        for style in sorted(styles, key=lambda style: (style != OWN_STYLE, style)):
            processor.look = Look(style, "N5")
            _process_until(processor, still, lambda frame: frame.look == processor.look, stopped)
        # As if after a while: then the picture is read again, with what was read before.
        for frame in _frames(iter(_nodding()), count(next(numbers) + _WHILE)):
            if not stopped():
                processor.process(frame)
                time.sleep(_PAUSE)
    finally:
        processor.close()


def _process_until(
    processor: FrameProcessor,
    frames: Iterator[av.VideoFrame],
    done: Callable[[ProcessedFrame], bool],
    stopped: Callable[[], bool],
) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and not stopped():
        if done(processor.process(next(frames))):
            processor.process(next(frames))
            return
        time.sleep(_PAUSE)


def _frames(pictures: Iterator[U8], numbers: Iterator[int]) -> Iterator[av.VideoFrame]:
    """``pictures`` as a stream of a usual camera, however quickly it is read."""
    for number, picture in zip(numbers, pictures, strict=False):
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, _INTERVAL
        yield frame


def _nodding() -> list[U8]:
    """One round of the head leaning to the left and to the right."""
    picture, pictures = _face_picture(), []
    for step in range(_ROUND):
        lean = _NOD * math.sin(2.0 * math.pi * step / _ROUND)
        # The foot of the picture stays, the head at its middle goes by about half of the lean.
        sheared = np.array([[1.0, -lean / _HEIGHT, lean], [0.0, 1.0, 0.0]])
        moved = cv2.warpAffine(picture, sheared, (_WIDTH, _HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        pictures.append(np.asarray(moved, np.uint8))
    return pictures


def _face_picture() -> U8:
    """The mean face, shaded, with eyes, brows and lips: enough for the detector to take it for a person.

    Long hair over a shirt, so that all that is done about own hair is done.
    """
    face, triangles = mean_face(), face_triangles()
    flat = np.stack([_WIDTH / 2 + face[:, 0] * _PX_PER_CM, _HEIGHT / 2 - face[:, 1] * _PX_PER_CM], axis=1)
    picture = np.full((_HEIGHT, _WIDTH, 3), (150, 160, 170), np.uint8)
    for x, y, wide, high, color in _BODY:
        center = round(_WIDTH / 2 + x * _PX_PER_CM), round(_HEIGHT / 2 - y * _PX_PER_CM)
        axes = round(wide * _PX_PER_CM), round(high * _PX_PER_CM)
        cv2.ellipse(picture, center, axes, 0, 0, 360, color, -1)
    _draw_strands(picture)
    corners = face[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    light = np.abs(normals @ (0.2, 0.5, 0.84)) / np.linalg.norm(normals, axis=1)
    for index in np.argsort(corners[..., 2].mean(axis=1)):
        shade = 0.55 + 0.45 * light[index]
        _fill(picture, flat[triangles[index]], [shade * channel for channel in _SKIN])
    for outline in _EYES:
        _fill(picture, flat[list(outline)], (240, 240, 240))
        center = flat[list(outline)].mean(axis=0)
        cv2.circle(picture, (round(center[0]), round(center[1])), round(0.5 * _PX_PER_CM), _BROWN, -1)
    for brow in _BROWS:
        _fill(picture, flat[list(brow)], _BROWN)
    _fill(picture, flat[list(_LIPS)], (180, 80, 80))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), np.uint8)


def _draw_strands(picture: U8) -> None:
    """Streaks in all that has the colour of hair: without them it is taken for a hat."""
    streaks = np.random.default_rng(0).normal(size=picture.shape[:2]).astype(np.float32)
    combed = cv2.GaussianBlur(streaks, (0, 0), sigmaX=0.8, sigmaY=12.0)
    shade = np.clip(1.0 + 0.45 * combed / combed.std(), 0.0, 3.0)
    hair = (picture == np.array(_BROWN, np.uint8)).all(axis=2)
    picture[hair] = np.clip(picture[hair] * shade[hair][:, None], 0, 255)


def _fill(picture: U8, outline: npt.NDArray[np.float64], color: tuple[float, ...] | list[float]) -> None:
    cv2.fillPoly(picture, [np.rint(outline).astype(np.int32)], color)
