"""What quantisation scales are set with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.train_matte.camera import shoot
from tools.train_matte.matte_session import network_input
from tools.train_matte.previous import previous_matte
from tools.train_matte.scene_pool import ScenePool

F32 = npt.NDArray[np.float32]


def calibration_inputs(scenes: Path, count: int, seed: int = 5) -> list[F32]:
    """``count`` inputs (1, 4, 256, 256) as training sees them."""
    pool = ScenePool(scenes)
    pool.refresh()
    rng = np.random.default_rng(seed)
    inputs = []
    for _ in range(count):
        sample = shoot(rng, pool.random(rng))
        hair = np.ascontiguousarray(sample.values[..., 0])
        previous = previous_matte(rng, hair, np.zeros_like(hair)).astype(np.float32) / np.float32(255.0)
        inputs.append(network_input(sample.rgb, previous))
    return inputs
