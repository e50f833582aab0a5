"""A head that certainly holds still: one frame of a clip, held, with the camera's noise."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from tools.evaluate.clip import Clip
from tools.evaluate.scene import Scene, StillWindow

U8 = npt.NDArray[np.uint8]

_LEAD = 15
"""Frames of the clip before the held one: what a stream has seen by then."""
_SETTLE = 1.0
_HELD = 2.0
_WINDOW = 0.5
_LEAST_NOISE = 1.0
_PLANE = 64
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def hold(scene: Scene) -> Scene | None:
    """The scene of half-second windows in which a judged frame in the middle of the clip of ``scene`` stands
    still for 2 s, from one second after the hold began; ``None`` where no frame has a face.

    Every frame has noise of its own: Gaussian, as strong as the clip's, see :func:`noise_of`.
    """
    held = _middle(scene)
    if held is None:
        return None
    index, face = held
    clip = scene.clip
    begin = max(0, index - _LEAD)
    count = round((_SETTLE + _HELD) * clip.rate)
    frames = list(clip.frames[begin:index])
    picture, time = clip.frames[index]
    frames += [
        (noisy, time + step / clip.rate) for step, noisy in enumerate(_noisy(picture, noise_of(clip), count))
    ]
    first = index - begin + round(_SETTLE * clip.rate)
    length = max(3, round(_WINDOW * clip.rate))
    still = (np.eye(2, 3),) * length
    windows = tuple(
        StillWindow(start, still, face) for start in range(first, len(frames) - length + 1, length)
    )
    own = scene.hair.get(index)
    return Scene(
        Clip(clip.name, tuple(frames), clip.hair),
        ((face,),) * len(frames),
        (None,) * first + (np.eye(2, 3),) * (len(frames) - first),
        windows,
        {} if own is None else {window.first: own for window in windows},
    )


def noise_of(clip: Clip) -> float:
    """Standard deviation of the camera's noise, 0..255, at least 1.

    The smaller of two estimates, medians over some frames: ``1.4826 median|a - b| / sqrt(2)`` between
    neighbours, which motion raises, and ``median|N * a| / (6 0.6745)`` with the operator N of Immerkaer
    ("Fast Noise Variance Estimation", 1996), which texture raises.
    """
    every = max(1, len(clip.frames) // 12)
    between, within = [], []
    for index in range(1, len(clip.frames), every):
        now = cv2.cvtColor(clip.frames[index][0], cv2.COLOR_RGB2GRAY).astype(np.float32)
        before = cv2.cvtColor(clip.frames[index - 1][0], cv2.COLOR_RGB2GRAY).astype(np.float32)
        between.append(1.4826 * float(np.median(np.abs(now - before))) / np.sqrt(2.0))
        within.append(float(np.median(np.abs(cv2.filter2D(now, cv2.CV_32F, _IMMERKAER)))) / (6.0 * 0.6745))
    return max(_LEAST_NOISE, min(float(np.median(between)), float(np.median(within))))


def _middle(scene: Scene) -> tuple[int, Face] | None:
    candidates = [index for index, faces in enumerate(scene.faces) if faces]
    judged = [index for index in candidates if index in scene.hair] or candidates
    if not judged:
        return None
    index = min(judged, key=lambda index: abs(index - len(scene.faces) // 2))
    return index, max(scene.faces[index], key=lambda face: face.pose.scale)


def _noisy(picture: U8, sigma: float, count: int) -> list[U8]:
    height, width = picture.shape[:2]
    rng = np.random.default_rng(0)
    grain = rng.normal(0.0, sigma, (height + _PLANE, width + _PLANE, 1)).astype(np.float32)
    pictures = []
    for _ in range(count):
        # A shifted plane is as new to the pipeline as new noise, and costs less.
        dy, dx = rng.integers(0, _PLANE, 2)
        pictures.append(
            np.clip(np.rint(picture + grain[dy : dy + height, dx : dx + width]), 0, 255).astype(np.uint8)
        )
    return pictures
