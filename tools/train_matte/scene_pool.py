"""Scenes on disk, made by one process while another trains on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.errors import ToolError
from tools.train_matte.canvas import CANVAS
from tools.train_matte.scene import Scene
from tools.train_matte.scene_maker import SceneMaker

U8 = npt.NDArray[np.uint8]

SHARD = 200
"""Scenes in a file."""
_NAME, _PATTERN = "scenes-{:05d}.npy", "scenes-*.npy"
_BITS = np.array([1, 2, 4], np.uint8)


def pack(scene: Scene) -> U8:
    """(CANVAS, CANVAS, 7) uint8: colour, values, and one bit for each weight."""
    picture = np.rint(np.concatenate([scene.rgb, scene.values], axis=-1) * 255.0)
    known = ((scene.weights > 0.5) * _BITS).sum(axis=-1, dtype=np.uint8)
    return np.dstack([np.clip(picture, 0, 255).astype(np.uint8), known])


def unpack_weights(packed: U8) -> U8:
    """(h, w, 3) uint8, 0 or 1, of the last plane of :func:`pack`."""
    return np.asarray((packed[..., None] & _BITS) > 0, np.uint8)


class ScenePool:
    """The newest files of a folder; older ones are deleted, so that scenes stay new and the disk free."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[Path, U8] = {}

    def refresh(self) -> None:
        """Take up files that appeared, let go of those that went.

        Raises:
            ToolError: there is none.
        """
        paths = sorted(self._folder.glob(_PATTERN))
        if not paths:
            raise ToolError(f"{self._folder} holds no scenes: run python -m tools.train_matte make-scenes.")
        self._open = {path: self._open.get(path, np.load(path, mmap_mode="r")) for path in paths}

    def random(self, rng: np.random.Generator) -> U8:
        """A packed scene, a copy."""
        shards = list(self._open.values())
        shard = shards[int(rng.integers(len(shards)))]
        return np.array(shard[int(rng.integers(len(shard)))])

    def all(self) -> list[U8]:
        """Every packed scene, mapped, oldest first."""
        return [scene for path in sorted(self._open) for scene in self._open[path]]


def fill(folder: Path, maker: SceneMaker, scenes: int, keep: int, seed: int) -> None:
    """Make ``scenes`` scenes into files of SHARD, of which the newest ``keep`` stay."""
    folder.mkdir(parents=True, exist_ok=True)
    done = sorted(folder.glob(_PATTERN))
    first = int(done[-1].stem.split("-")[1]) + 1 if done else 0
    for number in range(first, first + -(-scenes // SHARD)):
        rng = np.random.default_rng([seed, number])
        shard = np.empty((SHARD, CANVAS, CANVAS, 7), np.uint8)
        for row in shard:
            row[...] = pack(maker.random(rng))
        part = folder / "unfinished.npy"
        np.save(part, shard)
        # A rename is atomic: readers see whole files only.
        part.rename(folder / _NAME.format(number))
        for old in sorted(folder.glob(_PATTERN))[:-keep]:
            old.unlink()
