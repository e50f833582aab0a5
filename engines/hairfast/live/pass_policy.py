"""When the networks run again."""

from __future__ import annotations

import math

import numpy as np

from engines.face import Face
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.settings import LiveSettings

# Heads turned further are none that the networks know.
_MOST_YAW = 38.0


def pass_due(face: Face, nearest: GanKeyframe | None, settings: LiveSettings) -> bool:
    """Whether ``face`` deserves a run of the networks, given the ``nearest`` keyframe of its look."""
    if abs(face.pose.yaw) > _MOST_YAW or face.opacity < 1.0:
        return False
    if nearest is None:
        return True
    then = nearest.anchor.face
    light = np.abs(face.light.color - then.light.color) / np.maximum(then.light.color, 1e-3)
    return bool(
        nearest.anchor.turned(face) > settings.turn
        or abs(math.log(face.pose.scale / then.pose.scale)) > math.log1p(settings.zoom)
        or light.max() > settings.light
        or face.time - then.time >= settings.max_age
        or face.time < then.time
    )
