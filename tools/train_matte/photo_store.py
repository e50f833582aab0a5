"""Pictures of real people with their labels, on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from engines.affine import compose_affine, resize_affine
from engines.face import Face
from engines.head_pose import HeadPose
from realtime.frame import frame_to_rgb
from realtime.matte.matte_crop import MatteCrop
from realtime.matte.person_mask import PersonSegmenter
from realtime.settings import TrackerSettings
from realtime.tracking.face_tracker import FaceTracker
from realtime.video_file.video_source import VideoSource
from tools.errors import ToolError
from tools.media_io import read_image
from tools.train_matte.canvas import CANVAS, MARGIN, SIDE
from tools.train_matte.imaging import warp
from tools.train_matte.people import Person
from tools.train_matte.pseudo_labels import make_labels
from tools.train_matte.teacher import Teacher, nothing_beyond

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# A still goes through the tracker so often until its landmarks have settled.
_STILL_LOOKS = 4
_INTO_CANVAS = np.array([[1.0, 0.0, -MARGIN], [0.0, 1.0, -MARGIN]])


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """One picture: who it shows and where the head is. ``rotation`` empty: nobody is in it."""

    identity: str
    held_out: bool
    hair: str
    judged: bool
    rotation: list[list[float]]
    scale: float
    translation: list[float]
    landmarks: list[list[float]]

    @property
    def pose(self) -> HeadPose | None:
        """How the head stands in the canvas."""
        if not self.rotation:
            return None
        return HeadPose(np.array(self.rotation), self.scale, np.array(self.translation))


class PhotoStore:
    """A folder of pictures: ``rgb``, ``values`` and ``weights``, each (n, CANVAS, CANVAS, 3) uint8, mapped.

    Values and weights (0..255) are those of pseudo_labels.Labels; ``judge`` (n, CANVAS, CANVAS) uint8 is the
    second mask of the hair, where ``judged``. Outside the camera's picture weights are 0.
    """

    def __init__(self, folder: Path) -> None:
        index = folder / "photos.json"
        if not index.is_file():
            raise ToolError(
                f"{folder} holds no pictures: run python -m tools.train_matte pseudo-label first."
            )
        self.records = [PhotoRecord(**entry) for entry in json.loads(index.read_text())]
        self.rgb, self.values, self.weights, self.judge = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("rgb", "values", "weights", "judge")
        )

    def indices(self, held_out: bool) -> list[int]:
        """The pictures on one side of the split."""
        return [i for i, record in enumerate(self.records) if record.held_out is held_out]


def build_photo_store(people: list[Person], teacher: Teacher, folder: Path, frames: int) -> int:
    """Label every picture and ``frames`` frames of each clip of ``people``; returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    segmenter = PersonSegmenter()
    rows: list[tuple[U8, U8, U8, U8]] = []
    records: list[PhotoRecord] = []
    rng = np.random.default_rng(7)
    for person in tqdm(people, unit="file"):
        for rgb, face in _frames(person, frames):
            crop = _square(rgb, face, rng)
            rows.append(_label(rgb, face, crop, person, teacher, segmenter))
            records.append(_record(person, face, crop))
    segmenter.close()
    for name, column in zip(("rgb", "values", "weights", "judge"), zip(*rows, strict=True), strict=True):
        np.save(folder / f"{name}.npy", np.stack(column))
    (folder / "photos.json").write_text(json.dumps([asdict(record) for record in records]))
    return len(records)


def _frames(person: Person, frames: int) -> Iterator[tuple[U8, Face | None]]:
    """Pictures and their faces; of clips without any face, pictures with ``None``."""
    tracker = FaceTracker(TrackerSettings())
    picture = read_image(person.file)
    if picture is not None:
        face = None
        for look in range(_STILL_LOOKS):
            face = tracker.track(picture, 0.1 * look)
        yield picture, face
    else:
        with VideoSource(person.file) as source:
            step = max(1, (source.frame_count or frames) // frames)
            for index, item in enumerate(source):
                rgb = frame_to_rgb(item.frame)
                face = tracker.track(rgb, item.time)
                if index % step == step // 2 and (face is None or tracker.seen):
                    yield rgb, face
    tracker.close()


def _square(rgb: U8, face: Face | None, rng: np.random.Generator) -> MatteCrop:
    """The network's crop of ``face``, or any square where there is none."""
    if face is not None:
        return MatteCrop.of(face)
    height, width = rgb.shape[:2]
    zoom = rng.uniform(0.5, 1.0) * min(height, width) / SIDE
    corner = [rng.uniform(0, width - zoom * SIDE), rng.uniform(0, height - zoom * SIDE)]
    return MatteCrop(np.column_stack([np.eye(2) * zoom, corner]))


def into_canvas(picture: U8, crop: MatteCrop, repeat: bool) -> U8:
    """``picture`` (h, w[, c]) in the canvas about ``crop``; outside its edge repeated, or 0."""
    to_frame = compose_affine(crop.to_frame, _INTO_CANVAS)
    affine = MatteCrop(to_frame).to_crop
    shrink = int(np.sqrt(abs(np.linalg.det(to_frame[:, :2]))))
    if shrink > 1:
        size = (picture.shape[1], picture.shape[0])
        small = (size[0] // shrink, size[1] // shrink)
        picture = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8)
        affine = compose_affine(affine, resize_affine(small, size))
    return warp(picture, affine, CANVAS, repeat=repeat)


def _label(
    rgb: U8, face: Face | None, crop: MatteCrop, person: Person, teacher: Teacher, segmenter: PersonSegmenter
) -> tuple[U8, U8, U8, U8]:
    height, width = rgb.shape[:2]
    hair = spread = mask = np.zeros((height, width), np.float32)
    if face is not None:
        mask = segmenter.segment(rgb)
        center = MatteCrop.of(face).to_frame @ [0.5 * SIDE - 0.5, 0.45 * SIDE - 0.5, 1.0]
        side = float(np.sqrt(np.linalg.det(crop.to_frame[:, :2]))) * SIDE
        if person.hair == "teacher":
            hair, spread = teacher.hair(rgb, (center[0], center[1]), side / 3.0, face.pose.roll)
            if not person.held_out:
                spread = nothing_beyond(hair, spread)
    judge = np.zeros((height, width), np.float32)
    if person.judge is not None:
        found = cv2.imread(str(person.judge), cv2.IMREAD_GRAYSCALE)
        judge = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255.0
        if not person.held_out and person.hair == "teacher":
            spread = np.maximum(spread, 0.6 * np.abs(judge - hair))
            hair = np.asarray(0.5 * (hair + judge), np.float32)
    labels = make_labels(rgb, face, hair, spread, mask)
    columns = (rgb, *((255.0 * plane).astype(np.uint8) for plane in (labels.values, labels.weights, judge)))
    cut = [into_canvas(plane, crop, repeat=index == 0) for index, plane in enumerate(columns)]
    return cut[0], cut[1], cut[2], cut[3]


def _record(person: Person, face: Face | None, crop: MatteCrop) -> PhotoRecord:
    record = PhotoRecord(
        person.identity, person.held_out, person.hair, person.judge is not None, [], 0.0, [], []
    )
    if face is None:
        return record
    to_canvas = MatteCrop(compose_affine(crop.to_frame, _INTO_CANVAS)).to_crop
    turn, zoom = to_canvas[:, :2], float(np.sqrt(np.linalg.det(to_canvas[:, :2])))
    upright = np.diag([1.0, -1.0]) @ (turn / zoom) @ np.diag([1.0, -1.0])
    rotation = np.eye(3)
    rotation[:2, :2] = upright
    landmarks = np.column_stack(
        [face.landmarks[:, :2] @ turn.T + to_canvas[:, 2], face.landmarks[:, 2] * zoom]
    )
    return replace(
        record,
        rotation=(rotation @ face.pose.rotation).tolist(),
        scale=face.pose.scale * zoom,
        translation=(turn @ face.pose.translation + to_canvas[:, 2]).tolist(),
        landmarks=landmarks.round(2).tolist(),
    )
