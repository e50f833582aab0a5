"""A hair store of one layer and scenes made from it, for tests."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from tools.train_matte.canvas import CANVAS
from tools.train_matte.hair_store import HairRecord, HairStore
from tools.train_matte.scene_maker import SceneMaker
from tools.train_matte.scene_pool import pack
from tools.train_matte.subject import centred_pose

U8 = npt.NDArray[np.uint8]


def ring_of_hair() -> U8:
    """(CANVAS, CANVAS, 4): soft brown hair in a ring about where the face is."""
    y, x = np.mgrid[:CANVAS, :CANVAS].astype(np.float32)
    distance = np.hypot(x - 175.5, (y - 155.0) * 0.9)
    alpha = np.clip(3.0 - np.abs(distance - 50.0) / 6.0, 0.0, 1.0)
    color = np.full((CANVAS, CANVAS, 3), (90, 60, 40), np.float32) + 8.0 * np.sin(x / 2.0)[..., None]
    return np.dstack([color, 255.0 * alpha]).astype(np.uint8)


def small_store(folder: Path) -> HairStore:
    """A store of :func:`ring_of_hair` on the mean head, seen from the front."""
    folder.mkdir(parents=True, exist_ok=True)
    pose = centred_pose(HeadShape(), np.eye(3))
    record = HairRecord(
        "ring", 0, asdict(HeadShape()), pose.rotation.tolist(), pose.scale, pose.translation.tolist()
    )
    np.save(folder / "layers-00.npy", ring_of_hair()[None])
    (folder / "layers-00.json").write_text(json.dumps([asdict(record)]))
    return HairStore(folder)


def drawn_scenes(folder: Path, count: int) -> list[U8]:
    """Packed scenes of drawn people."""
    maker = SceneMaker(small_store(folder), None)
    return [pack(maker.drawn(np.random.default_rng(seed))) for seed in range(count)]
