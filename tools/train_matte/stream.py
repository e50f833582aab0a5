"""The endless stream of training samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from tools.train_matte.camera import Sample, shoot
from tools.train_matte.previous import previous_matte
from tools.train_matte.scene_pool import ScenePool

_REFRESH = 500
_EDGE = np.ones((9, 9), np.uint8)
WEIGHT_UNIT = 85
EDGE_WEIGHT = 3
"""Of pixels within 9 px of an edge, against 1 elsewhere."""

Row = tuple[Tensor, Tensor, Tensor]


class SampleStream(IterableDataset[Row]):
    """Crops of the scenes in ``folder``: input (4, 256, 256), values and weights (3, 256, 256), uint8.

    Weights are WEIGHT_UNIT times what losses.matte_loss takes.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed

    def __iter__(self) -> Iterator[Row]:
        worker = get_worker_info()
        rng = np.random.default_rng([self._seed, worker.id if worker else 0])
        cv2.setNumThreads(1)
        pool = ScenePool(self._folder)
        other = np.zeros((256, 256), np.uint8)
        count = 0
        while True:
            if count % _REFRESH == 0:
                pool.refresh()
            count += 1
            sample = shoot(rng, pool.random(rng))
            hair = np.ascontiguousarray(sample.values[..., 0])
            previous = previous_matte(rng, hair, other)
            other = hair
            yield (
                _planes(np.dstack([sample.rgb, previous])),
                _planes(sample.values),
                _planes(edge_weights(sample)),
            )


def edge_weights(sample: Sample) -> npt.NDArray[np.uint8]:
    """(h, w, 3) uint8: WEIGHT_UNIT where a label counts, EDGE_WEIGHT times as much at edges, 0 elsewhere."""
    edge = cv2.subtract(cv2.dilate(sample.values, _EDGE), cv2.erode(sample.values, _EDGE))
    table = np.rint(WEIGHT_UNIT * (1.0 + (EDGE_WEIGHT - 1.0) * np.arange(256) / 255.0)).astype(np.uint8)
    return np.asarray(cv2.LUT(edge, table) * sample.weights, np.uint8)


def _planes(picture: npt.NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
