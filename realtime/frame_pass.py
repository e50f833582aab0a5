"""One frame on its way through the pipeline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engines.base import EngineStatus
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.quality import Quality
from realtime.frame_result import Notice
from realtime.keyframe_policy import KeyframeReason

U8 = npt.NDArray[np.uint8]


@dataclass(slots=True)
class FramePass:
    """What is known of a frame so far.

    ``rgb`` is drawn into, ``untouched`` is a copy from before; the rest as in :class:`FrameResult`.
    """

    rgb: U8
    untouched: U8
    time: float
    notices: list[Notice] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    face: Face | None = None
    layer: HairLayer | None = None
    reason: KeyframeReason | None = None
    status: EngineStatus | None = None
    quality: Quality = field(default_factory=Quality)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside, in milliseconds."""
        begin = time.perf_counter()
        yield
        self.timings[name] = (time.perf_counter() - begin) * 1e3
