"""Scenes and frames whose measures are known by construction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from realtime.frame_result import FrameResult
from tests.unit.synthetic_head import face_at
from tools.evaluate.clip import Clip
from tools.evaluate.scene import Scene, StillWindow
from tools.evaluate.shown_frame import ShownFrame

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

SIZE = (320, 320)
RATE = 30.0
SCALE = 10.0
COUNT = 15


def head(time: float = 0.0, x: float = 160.0) -> Face:
    """A frontal head, 10 px per cm, its origin at (x, 180)."""
    return face_at(x, 180.0, SCALE, SIZE, time)


def grey_picture(level: int = 120) -> U8:
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


def cap(hairline: float = 110.0) -> F32:
    """The alpha of hair all over the picture down to ``hairline``, px, the last row covered in part."""
    rows = np.arange(SIZE[1], dtype=np.float32)[:, None]
    return np.repeat(np.clip(hairline - rows, 0.0, 1.0), SIZE[0], axis=1).astype(np.float32)


def scene(
    frames: int = COUNT, *, still: bool = True, hair: dict[int, F32] | None = None, start: float = 0.0
) -> Scene:
    """``frames`` of the same head; with ``still``, one window over the last half second."""
    clip = Clip("made", tuple((grey_picture(), start + index / RATE) for index in range(frames)))
    faces = tuple((head(time),) for _, time in clip.frames)
    window = StillWindow(frames - COUNT, (np.eye(2, 3),) * COUNT, head())
    return Scene(clip, faces, (np.eye(2, 3),) * frames, (window,) if still else (), hair or {})


def shown(
    index: int,
    rgb: U8 | None = None,
    alpha: F32 | None = None,
    *,
    camera: U8 | None = None,
    face: Face | None = None,
) -> ShownFrame:
    """Frame ``index`` as the pipeline would have returned it."""
    time = index / RATE
    camera = grey_picture() if camera is None else camera
    layer = None
    if alpha is not None:
        layer = HairLayer(np.repeat(alpha[..., None], 4, axis=2), np.eye(2, 3))
    result = FrameResult(camera if rgb is None else rgb, layer=layer, face=face or head(time))
    return ShownFrame(index, time, camera, result)
