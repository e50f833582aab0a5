"""A drawn person who moves, with the exact matte of every frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.backgrounds import Backgrounds
from tools.train_matte.camera import Sample, plain
from tools.train_matte.canvas import CANVAS
from tools.train_matte.imaging import warp
from tools.train_matte.layering import over
from tools.train_matte.scene import Scene
from tools.train_matte.scene_maker import SceneMaker
from tools.train_matte.scene_pool import pack

F32 = npt.NDArray[np.float32]

_NOISE = 2.0


def moving_scene(
    rng: np.random.Generator, maker: SceneMaker, backgrounds: Backgrounds, frames: int
) -> list[Sample]:
    """A person who sways, leans and nears before a background that stays; noise is the camera's.

    The crop stays as well, as one held by a perfect tracker of the background would: all motion shows.
    """
    scene = maker.drawn(rng)
    person = scene.values[..., 2]
    room = backgrounds.random(rng, CANVAS)
    samples = []
    for index in range(frames):
        phase = 2.0 * np.pi * index / frames
        pivot, zoom = (0.5 * CANVAS, 0.6 * CANVAS), 1.0 + 0.03 * np.sin(2.0 * phase)
        affine = np.asarray(cv2.getRotationMatrix2D(pivot, 5.0 * np.sin(phase), zoom), np.float64)
        affine[:, 2] += [10.0 * np.sin(phase + 1.0), 4.0 * np.sin(2.0 * phase)]
        rgb, values = (warp(plane, affine, CANVAS, repeat=True) for plane in (scene.rgb, scene.values))
        cover = warp(person, affine, CANVAS, repeat=True)
        frame = over(room, rgb, cover)
        frame = frame + rng.normal(0.0, _NOISE / 255.0, frame.shape).astype(np.float32)
        samples.append(plain(pack(Scene(np.clip(frame, 0.0, 1.0), values, np.ones_like(values)))))
    return samples
