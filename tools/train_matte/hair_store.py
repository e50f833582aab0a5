"""Rendered hair on disk: layers of strand hair whose alpha is exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.palette import linear_to_srgb
from engines.strands.fitted import FittedStrands
from engines.strands.library import StrandLibrary
from engines.strands.renderer import StrandRenderer
from tools.errors import ToolError
from tools.train_matte.canvas import CANVAS
from tools.train_matte.hair_looks import random_color, random_look
from tools.train_matte.imaging import warp
from tools.train_matte.subject import Subject, random_shape, random_subject

U8 = npt.NDArray[np.uint8]

_ENLARGE = 2
_LAYERS, _INDEX = "layers-{:02d}.npy", "layers-{:02d}.json"
HEADS, VIEWS = 2, 10
"""Heads that a grown look is put on, and poses that each head is seen at."""


@dataclass(frozen=True, slots=True)
class HairRecord:
    """Where a layer comes from and how the head below it stands: what HeadShape and HeadPose take."""

    style: str
    part: int
    shape: dict[str, float]
    rotation: list[list[float]]
    scale: float
    translation: list[float]

    @property
    def head(self) -> HeadShape:
        """The head below the hair."""
        return HeadShape(**self.shape)

    @property
    def pose(self) -> HeadPose:
        """How it stands in the canvas."""
        return HeadPose(np.array(self.rotation), self.scale, np.array(self.translation))


class HairStore:
    """The layers of a folder, mapped from disk.

    Layers are (CANVAS, CANVAS, 4) uint8: straight sRGB colour and alpha, occluded by head, neck and
    shoulders.
    """

    def __init__(self, folder: Path) -> None:
        self.records: list[HairRecord] = []
        self._layers: list[U8] = []
        self._place: list[tuple[int, int]] = []
        for path in sorted(folder.glob("layers-*.json")):
            records = [HairRecord(**entry) for entry in json.loads(path.read_text())]
            self._place += [(len(self._layers), i) for i in range(len(records))]
            self._layers.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
            self.records += records
        if not self.records:
            raise ToolError(f"{folder} holds no hair: run python -m tools.train_matte render-hair first.")
        self.yaws = np.array([record.pose.yaw for record in self.records])

    def __len__(self) -> int:
        return len(self.records)

    def layer(self, index: int) -> U8:
        """(CANVAS, CANVAS, 4) uint8, a copy."""
        part, row = self._place[index]
        return np.array(self._layers[part][row])


def render_part(folder: Path, part: int, styles: list[str], looks: int) -> int:
    """Render ``looks`` random looks of each of ``styles`` as part ``part`` of a store; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([1977, part])
    layers, records = [], []
    library = StrandLibrary(capacity=1)
    for style in styles:
        for _ in range(looks):
            for rgba, subject in _looks_of(rng, library, style):
                layers.append(rgba)
                records.append(_record(style, part, subject))
    np.save(folder / _LAYERS.format(part), np.stack(layers))
    (folder / _INDEX.format(part)).write_text(json.dumps([asdict(record) for record in records]))
    return len(records)


def _looks_of(rng: np.random.Generator, library: StrandLibrary, style: str) -> Iterator[tuple[U8, Subject]]:
    strands = library.strands(random_look(rng, style).shape)
    for _ in range(HEADS):
        shape = random_shape(rng)
        fitted = FittedStrands(strands, shape)
        renderer = StrandRenderer(max_scale=100.0)
        for _ in range(VIEWS):
            subject = random_subject(rng, shape)
            layer = renderer.render(subject.face(_ENLARGE), fitted, random_color(rng))
            if layer is None:
                continue
            side = CANVAS * _ENLARGE
            placed = warp(layer.rgba, layer.to_frame, side, nearest=True)
            small = cv2.resize(placed, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA)
            yield _straight(np.asarray(small, np.float32)), subject


def _straight(rgba: npt.NDArray[np.float32]) -> U8:
    """Premultiplied linear (h, w, 4) float32 to straight sRGB uint8."""
    alpha = rgba[..., 3:]
    color = linear_to_srgb(rgba[..., :3] / np.maximum(alpha, 1e-3))
    return np.asarray(np.rint(np.concatenate([color, np.clip(alpha, 0.0, 1.0)], axis=-1) * 255.0), np.uint8)


def _record(style: str, part: int, subject: Subject) -> HairRecord:
    pose = subject.pose
    return HairRecord(
        style, part, asdict(subject.shape), pose.rotation.tolist(), pose.scale, pose.translation.tolist()
    )
