"""Frames that touch all of the pipeline before anyone waits for it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from engines.look import Look
from server.frame_processor import ProcessorFactory

_FRAMES = 3


def process_warmup_frames(make_processor: ProcessorFactory) -> None:
    """Run a few grey frames through a processor of their own, which is closed again."""
    processor = make_processor(Look())
    try:
        for index in range(_FRAMES):
            frame = av.VideoFrame.from_ndarray(np.full((480, 640, 3), 128, np.uint8), "rgb24").reformat(
                format="yuv420p"
            )
            frame.pts, frame.time_base = index * 3000, Fraction(1, 90000)
            processor.process(frame)
    finally:
        processor.close()
