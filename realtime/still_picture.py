"""A still picture through the live pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from realtime.frame_result import FrameResult, Notice
from realtime.pipeline import FramePipeline

PASSES = 9
"""How often a still picture goes through the pipeline: 2 s at STEP, after which the landmarks have settled,
the head's shape is fitted and the keyframe that refines the removal of the wearer's own hair is done."""
STEP = 0.25
"""Seconds of stream time between the passes."""


def edit_picture(
    pipeline: FramePipeline, rgb: npt.NDArray[np.uint8], progress: Callable[[int], None] = lambda done: None
) -> FrameResult:
    """``rgb`` (h, w, 3) uint8 sRGB with the look of ``pipeline`` on; the result's ``face`` is ``None`` where
    none was found, its ``notices`` are those of all passes. ``progress`` is told after each of the PASSES
    how many are done.

    ``pipeline`` makes its keyframes on the frame that orders them.
    """
    notices: dict[str, Notice] = {}
    for step in range(PASSES):
        result = pipeline.process(rgb.copy(), step * STEP)
        notices.update({notice.code: notice for notice in result.notices})
        progress(step + 1)
        if result.face is None and step >= 2:
            break
    return replace(result, notices=tuple(notices.values()))
