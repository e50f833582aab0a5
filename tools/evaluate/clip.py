"""A video to measure on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realtime.frame import frame_to_rgb
from realtime.video_file.video_source import VideoSource
from tools.errors import ToolError
from tools.media_io import VIDEO_SUFFIXES

U8 = npt.NDArray[np.uint8]

_HAIR_WORDS = {
    "coily": ("coily", "afro", "locs", "4c"),
    "curly": ("curly", "curls"),
    "wavy": ("wavy", "waves"),
    "straight": ("straight", "slick"),
}


@dataclass(frozen=True, slots=True)
class Clip:
    """``frames``: (h, w, 3) uint8 sRGB with their times in seconds. ``hair``: the wearer's hair in words, as
    far as the fixture table tells, else a dash."""

    name: str
    frames: tuple[tuple[U8, float], ...]
    hair: str = "–"

    @property
    def rate(self) -> float:
        """Frames per second."""
        return (len(self.frames) - 1) / max(self.frames[-1][1] - self.frames[0][1], 1e-6)


def video_paths(given: Sequence[Path]) -> list[Path]:
    """The video files among ``given``, and those below the folders among them.

    Raises:
        ToolError: there are none.
    """
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.suffix.lower() in VIDEO_SUFFIXES)
        else:
            found.append(path)
    if not found:
        raise ToolError(f"There is no video in {', '.join(map(str, given))}.")
    return found


def read_clip(path: Path, seconds: float) -> Clip:
    """The first ``seconds`` of the video ``path``.

    Raises:
        LiveHairError: it cannot be read.
        ToolError: it has fewer than two frames.
    """
    frames: list[tuple[U8, float]] = []
    with VideoSource(path) as source:
        for item in source:
            if frames and item.time - frames[0][1] >= seconds:
                break
            frames.append((frame_to_rgb(item.frame), item.time))
    if len(frames) < 2:
        raise ToolError(f"{path} has fewer than two frames.")
    return Clip(path.stem, tuple(frames), _hair(path))


def hair_words(text: str) -> str:
    """Length and type of the hair that a description names, a dash where it names neither."""
    words = text.lower()
    length = next((word for word in ("short", "medium", "long") if word in words), "")
    kind = next((kind for kind, signs in _HAIR_WORDS.items() if any(s in words for s in signs)), "")
    return " ".join(word for word in (length, kind) if word) or "–"


def _hair(path: Path) -> str:
    for folder in path.parents[:2]:
        table = folder / "MANIFEST.json"
        if table.is_file():
            for video in json.loads(table.read_text()).get("videos", []):
                if video["name"] == path.stem:
                    return hair_words(video["desc"])
    return "–"
