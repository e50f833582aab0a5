"""Frames that touch all of the pipeline before anyone waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt

from engines.head_geometry import face_triangles, mean_face
from engines.look import Look
from server.frame_processor import FrameProcessor, ProcessorFactory

U8 = npt.NDArray[np.uint8]

_PATIENCE = 240.0
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
    """Draw ``styles`` on a drawn face: compiles kernels and loads models that all sessions share."""
    processor = make_processor(Look())
    try:
        frames = _frames()
        for style in sorted(styles):
            processor.look = Look(style, "N5")
            _process_until_drawn(processor, frames, stopped)
    finally:
        processor.close()


def _process_until_drawn(
    processor: FrameProcessor, frames: Iterator[av.VideoFrame], stopped: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and not stopped():
        # The frame on which a keyframe became current carries that keyframe's times.
        if "prepare" in processor.process(next(frames)).timings:
            processor.process(next(frames))
            return
        time.sleep(0.005)


def _frames() -> Iterator[av.VideoFrame]:
    picture = _face_picture()
    begin = time.monotonic()
    while True:
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = int((time.monotonic() - begin) * 90_000), Fraction(1, 90_000)
        yield frame


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
