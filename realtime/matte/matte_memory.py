"""The own hair's matte, steady on the head."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine
from engines.face import Face
from realtime.matte.matte_crop import SIZE, MatteCrop

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# A head that turned, moved or came closer by more since the last matte tells little of where hair is now:
# degrees, parts of the crop, factor.
_TURN, _MOVE, _ZOOM = 30.0, 0.35, 1.5
# Nor does a matte so old, seconds.
_AGE = 4.0
# A pixel that changed by so much is believed at once.
_CHANGE = 0.35


def is_jump(before: Face, now: Face) -> bool:
    """Whether ``now`` is too far from ``before``, in place or time, for hair to be carried over."""
    near, far = sorted((before.pose.scale, now.pose.scale))
    moved = float(np.linalg.norm(now.pose.translation - before.pose.translation))
    return (
        not 0.0 <= now.time - before.time <= _AGE
        or before.pose.angle_to(now.pose) > _TURN
        or far / near > _ZOOM
        or moved > _MOVE * math.sqrt(abs(np.linalg.det(MatteCrop.of(now).to_frame[:, :2]))) * SIZE
    )


def steadied(now: F32, before: F32, share: float) -> F32:
    """``now`` (h, w) with up to ``share`` of the matte ``before`` in the same pixels, where they agree."""
    change = cv2.blur(np.abs(now - before), (3, 3))
    keep = share * np.exp(-((change / _CHANGE) ** 2))
    return np.asarray(now + keep * (before - now), np.float32)


def hair_in_crop(alpha: F32, to_frame: F64, crop: MatteCrop) -> F32:
    """(256, 256): the matte ``alpha`` (h, w), which ``to_frame`` (2, 3) carries to the frame, in ``crop``."""
    moved = cv2.warpAffine(alpha, compose_affine(crop.to_crop, to_frame), (SIZE, SIZE))
    return np.asarray(moved, np.float32)
