"""What is known of a clip before any hair is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.face import Face
from tools.evaluate.clip import Clip
from tools.evaluate.face_motion import face_motion, grey, largest_shift
from tools.evaluate.hair_judge import HairJudge
from tools.fresh_faces import FreshFaces

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_SETTLED = 1.0
_WINDOW = 0.5
_STILL, _UNTURNED = 0.2, 2.0
_JUDGED_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class StillWindow:
    """Half a second in which the head holds still: no point of the upper face moves by more than 0.2 cm, and
    the head does not turn by more than 2°.

    ``first``: index of its first frame; ``motions``: (2, 3) similarities from that frame's pixels to those
    of each of its frames; ``face``: the face in the first.
    """

    first: int
    motions: tuple[F64, ...]
    face: Face


@dataclass(frozen=True, slots=True)
class Scene:
    """``faces``: per frame, found in that frame alone. ``steps``: (2, 3) motion of the face from the frame
    before, per frame, ``None`` where it cannot be told. ``hair``: own hair by frame, (h, w) float32 with NaN
    where not judged, for some frames; empty without a judge."""

    clip: Clip
    faces: tuple[tuple[Face, ...], ...]
    steps: tuple[F64 | None, ...]
    windows: tuple[StillWindow, ...]
    hair: dict[int, F32]

    def face_near(self, index: int, point: F64) -> Face | None:
        """The face of frame ``index`` that is nearest to ``point`` (x, y)."""
        faces = self.faces[index]
        return min(faces, key=lambda face: float(np.linalg.norm(face.pose.translation - point)), default=None)


def study(clip: Clip, find: FreshFaces, judge: HairJudge | None) -> Scene:
    """Read ``clip`` without the pipeline."""
    faces = tuple(find(rgb, time) for rgb, time in clip.frames)
    pictures = [grey(rgb) for rgb, _ in clip.frames]
    steps: list[F64 | None] = [None]
    for index in range(1, len(pictures)):
        main = _main(faces[index - 1])
        steps.append(face_motion(pictures[index - 1], pictures[index], main) if main else None)
    windows = tuple(_still_windows(clip, pictures, faces))
    hair: dict[int, F32] = {}
    if judge is not None:
        wanted = {window.first for window in windows} | set(_every(clip, _JUDGED_EVERY))
        for index in sorted(wanted):
            main = _main(faces[index])
            if main is not None:
                hair[index] = judge(clip.frames[index][0], main)
    return Scene(clip, faces, tuple(steps), windows, hair)


def _main(faces: tuple[Face, ...]) -> Face | None:
    return max(faces, key=lambda face: face.pose.scale, default=None)


def _every(clip: Clip, seconds: float) -> list[int]:
    step = max(1, round(clip.rate * seconds))
    return list(range(step, len(clip.frames), step))


def _still_windows(clip: Clip, pictures: list[U8], faces: tuple[tuple[Face, ...], ...]) -> list[StillWindow]:
    count = max(5, round(clip.rate * _WINDOW))
    windows = []
    first = round(clip.rate * _SETTLED)
    while first + count <= len(pictures):
        face = _main(faces[first])
        motions: list[F64] = []
        if face is not None:
            for index in range(first, first + count):
                motion = face_motion(pictures[first], pictures[index], face)
                now = _main(faces[index])
                if motion is None or largest_shift(motion, face) > _STILL:
                    break
                if now is None or now.pose.angle_to(face.pose) > _UNTURNED:
                    break
                motions.append(motion)
        if face is not None and len(motions) == count:
            windows.append(StillWindow(first, tuple(motions), face))
            first += count
        else:
            first += max(1, count // 3)
    return windows
