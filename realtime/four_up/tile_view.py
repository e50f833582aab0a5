"""Which part of the camera's picture a tile shows."""

from __future__ import annotations

import math

from engines.head_pose import HeadPose
from realtime.rect import Rect

# A tile shows so many centimetres of the head's own scale from top to bottom, its middle so far below the
# ears: the head fills it, and long hair has room.
_HEIGHT, _BELOW = 42.0, 5.0
# What must stay in sight, cm from the ears: to either side, upwards, downwards.
_SIDE, _ABOVE, _UNDER = 10.0, 15.0, 14.0
# A view stays until the one about the head would be larger or smaller by this factor.
_ZOOM = 1.3


def whole_view(size: tuple[int, int], tile: tuple[int, int]) -> Rect:
    """The largest view of a frame of ``size`` (width, height) px that has the shape of ``tile``, centred."""
    factor = _most(size, tile)
    return _placed(size, tile, factor, (size[0] / 2, size[1] / 2))


def view_about(pose: HeadPose, size: tuple[int, int], tile: tuple[int, int], current: Rect | None) -> Rect:
    """The view for a head at ``pose`` in a frame of ``size``: ``current`` while it serves.

    Never smaller than ``tile``, so that nothing is enlarged.
    """
    factor = min(max(_HEIGHT * pose.scale / tile[1], 1.0), _most(size, tile))
    x, y = (float(value) for value in pose.translation)
    head = Rect(
        math.floor(x - _SIDE * pose.scale),
        math.floor(y - _ABOVE * pose.scale),
        math.ceil(x + _SIDE * pose.scale),
        math.ceil(y + _UNDER * pose.scale),
    ).within(Rect(0, 0, *size))
    if current is not None and head.within(current) == head:
        zoom = (current.bottom - current.top) / tile[1] / factor
        if 1.0 / _ZOOM < zoom < _ZOOM:
            return current
    return _placed(size, tile, factor, (x, y + _BELOW * pose.scale))


def _most(size: tuple[int, int], tile: tuple[int, int]) -> float:
    return min(size[0] / tile[0], size[1] / tile[1])


def _placed(size: tuple[int, int], tile: tuple[int, int], factor: float, center: tuple[float, float]) -> Rect:
    """``factor`` times ``tile`` about ``center``, moved into the frame."""
    width, height = (min(round(side * factor), limit) for side, limit in zip(tile, size, strict=True))
    left = min(max(round(center[0] - width / 2), 0), size[0] - width)
    top = min(max(round(center[1] - height / 2), 0), size[1] - height)
    return Rect(left, top, left + width, top + height)
