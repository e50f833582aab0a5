"""What the pipeline returns for a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engines.base import EngineStatus
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.quality import Quality
from realtime.rect import Rect


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know. ``code`` is for programs, ``message`` a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FrameResult:
    """A processed frame.

    ``rgb`` (h, w, 3) uint8 sRGB: the frame to show; not to be written to. ``rect``: the pixels of it that
    may differ from the input, ``None`` where nothing does. ``notices``: raised on this frame, each once.
    ``timings``: milliseconds per stage: ``track``, ``render``, ``occlusion``, ``composite``, ``total``, and
    of the keyframe that became current on this frame ``prepare``, ``analyze``, ``keyframe``. ``face``: the
    tracked face, ``layer``: the hair drawn. ``keyframe_reason``: why a keyframe was ordered, or ``None``.
    ``status``: what the engine that drew says about itself, ``None`` where none did. ``quality``: what it was
    asked for.
    """

    rgb: npt.NDArray[np.uint8]
    rect: Rect | None = None
    notices: tuple[Notice, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    face: Face | None = None
    layer: HairLayer | None = None
    keyframe_reason: str | None = None
    status: EngineStatus | None = None
    quality: Quality = field(default_factory=Quality)
