"""How the network does on people and hair that it never saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.train_matte.backgrounds import Backgrounds
from tools.train_matte.camera import plain
from tools.train_matte.canvas import MARGIN, SIDE
from tools.train_matte.measures import absolute_difference, dtssd, intersection_over_union
from tools.train_matte.moving_scene import moving_scene
from tools.train_matte.photo_store import PhotoStore
from tools.train_matte.scene_maker import SceneMaker
from tools.train_matte.scene_pool import ScenePool

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Matte = Callable[[U8, F32 | None], F32]
"""(256, 256, 3) uint8 and the previous hair to (3, 256, 256)."""

_INNER = np.s_[MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE]


@dataclass(frozen=True, slots=True)
class PersonScore:
    """Means over the pictures of one identity. ``judge``: hair against the second mask, if any."""

    hair: float
    skin: float
    person: float
    difference: float
    settled: float
    """Hair when the network is given its own first answer."""
    judge: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """``people``: by identity; ``empty``: share of hair in pictures known to have none."""

    people: dict[str, PersonScore] = field(default_factory=dict)
    empty: dict[str, float] = field(default_factory=dict)

    def mean(self, name: str) -> float:
        """The mean over identities of one field of PersonScore that all have."""
        return float(np.mean([getattr(score, name) for score in self.people.values()]))


def score_people(photos: PhotoStore, matte: Matte, held_out: bool) -> Scores:
    """Against the teacher, in the nominal crop, starting without a previous matte."""
    rows: dict[str, list[list[float]]] = defaultdict(list)
    judged: dict[str, list[float]] = defaultdict(list)
    bare: dict[str, list[float]] = defaultdict(list)
    for index in photos.indices(held_out):
        record = photos.records[index]
        rgb = np.ascontiguousarray(photos.rgb[index][_INNER])
        values = photos.values[index][_INNER].astype(np.float32) / 255.0
        counts = photos.weights[index][_INNER] > 127
        first = matte(rgb, None)
        if record.hair == "none":
            bare[record.identity].append(float((first[0] > 0.5).mean()))
            continue
        again = matte(rgb, first[0])
        overlaps = [intersection_over_union(first[i], values[..., i], counts[..., i]) for i in range(3)]
        difference = absolute_difference(first[0], values[..., 0], counts[..., 0])
        settled = intersection_over_union(again[0], values[..., 0], counts[..., 0])
        rows[record.identity].append([*overlaps, difference, settled])
        if record.judged:
            truth = photos.judge[index][_INNER].astype(np.float32) / 255.0
            judged[record.identity].append(intersection_over_union(first[0], truth, counts.any(axis=-1)))
    scores = Scores(empty={name: float(np.mean(shares)) for name, shares in bare.items()})
    for name, values_of in rows.items():
        hair, skin, person, difference, settled = (float(v) for v in np.mean(values_of, axis=0))
        judge = float(np.mean(judged[name])) if judged[name] else None
        scores.people[name] = PersonScore(hair, skin, person, difference, settled, judge)
    return scores


def score_scenes(folder: Path, matte: Matte) -> tuple[float, float]:
    """Mean IoU and mean absolute difference of the hair over the scenes of ``folder`` that show some."""
    pool = ScenePool(folder)
    pool.refresh()
    overlaps, differences = [], []
    for packed in pool.all():
        sample = plain(np.asarray(packed))
        truth = sample.values[..., 0].astype(np.float32) / 255.0
        counts = sample.weights[..., 0] > 0
        found = matte(sample.rgb, None)[0]
        differences.append(absolute_difference(found, truth, counts))
        if ((truth > 0.5) & counts).mean() > 0.002:
            overlaps.append(intersection_over_union(found, truth, counts))
    return float(np.mean(overlaps)), float(np.mean(differences))


def score_motion(
    maker: SceneMaker, backgrounds: Backgrounds, matte: Matte, clips: int, frames: int = 24
) -> tuple[float, float]:
    """Mean dtSSD of the hair on clips of drawn people, without and with the previous matte."""
    alone, following = [], []
    for clip in range(clips):
        samples = moving_scene(np.random.default_rng([31, clip]), maker, backgrounds, frames)
        truth = np.stack([sample.values[..., 0] for sample in samples]).astype(np.float32) / 255.0
        alone.append(dtssd(np.stack([matte(sample.rgb, None)[0] for sample in samples]), truth))
        last: F32 | None = None
        mattes = []
        for sample in samples:
            last = matte(sample.rgb, last)[0]
            mattes.append(last)
        following.append(dtssd(np.stack(mattes), truth))
    return float(np.mean(alone)), float(np.mean(following))
