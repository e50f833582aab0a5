"""When a keyframe is due."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.head_pose import HeadPose
from engines.look import Look
from realtime.settings import KeyframeSettings

KeyframeReason = Literal["first", "look", "regained", "turned", "scaled", "moved", "light", "bared", "age"]


@dataclass(frozen=True, slots=True)
class KeyframeView:
    """What the decision looks at, of one frame.

    ``look``: the one wanted. ``pose``: the head. ``luma``: mean of the face, 0..255. ``time``: seconds.
    ``track``: number of the tracked appearance; it grows each time a lost face is found again.
    ``hidden``: whether something is in front of the hair.
    """

    look: Look
    pose: HeadPose
    luma: float
    time: float
    track: int
    hidden: bool = False


def keyframe_due(
    now: KeyframeView, last: KeyframeView | None, settings: KeyframeSettings
) -> KeyframeReason | None:
    """Why a new keyframe is due at ``now``, given the ``last`` one ordered; ``None``: it is not."""
    if last is None:
        return "first"
    if now.look != last.look:
        return "look"
    if now.track != last.track:
        return "regained"
    age = now.time - last.time
    if age < settings.min_interval:
        return None
    if now.pose.angle_to(last.pose) > settings.turn:
        return "turned"
    if abs(math.log(now.pose.scale / last.pose.scale)) > math.log1p(settings.zoom):
        return "scaled"
    if np.linalg.norm(now.pose.translation - last.pose.translation) / last.pose.scale > settings.move:
        return "moved"
    if abs(now.luma - last.luma) > settings.light * max(last.luma, 8.0):
        return "light"
    if last.hidden and not now.hidden:
        return "bared"
    return "age" if age > settings.max_age else None
