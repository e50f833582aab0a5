"""Up to four styles side by side on the live face, for about the price of one."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.look import Look
from realtime.four_up.tile import Tile, tile_places
from realtime.four_up.tile_view import view_about, whole_view
from realtime.frame_result import FrameResult
from realtime.keyframe_worker import Engine
from realtime.pipeline import FramePipeline
from realtime.rect import Rect
from realtime.settings import PipelineSettings

U8 = npt.NDArray[np.uint8]

_LINE = (20, 17, 15)
# In pictures with a shorter side than this, px, there is no face to divide them for.
_SMALLEST = 64
# A pipeline is made when the one before it draws, or after so many seconds: four first keyframes at once
# would take the time of frames.
_START = 0.6
# A tile keeps its last picture for so many seconds until a new pipeline of it draws.
_PATIENCE = 2.0
# After a gap of so many seconds in the stream nothing is worth continuing.
_GAP = 2.0


class FourUp:
    """A picture divided among styles, one of which is drawn anew with every frame, in turn.

    Each style has a pipeline of its own that sees every second to fourth frame, about the head and at half
    the size. Calls of :meth:`process` one after the other, in any thread. ``freed`` is called in a worker
    after the pipelines were.
    """

    def __init__(
        self,
        engine_factory: Callable[[], Engine],
        settings: PipelineSettings,
        freed: Callable[[], None] = lambda: None,
    ) -> None:
        self._factory = engine_factory
        self._settings = settings
        self._freed = freed
        self._tiles: list[Tile] = []
        self._styles = 0
        self._picture: U8 = np.zeros((0, 0, 3), np.uint8)
        self._view = Rect(0, 0, 0, 0)
        self._found = False
        self._turn = 0
        self._time = -math.inf
        # Closing a pipeline waits for its running keyframe.
        self._closer = ThreadPoolExecutor(1, "four-up")

    def process(
        self,
        rgb: U8,
        time: float,
        look: Look,
        styles: tuple[str, ...],
        *,
        motion: bool = True,
        head: HeadPose | None = None,
    ) -> FrameResult:
        """The frame ``rgb`` (h, w, 3) uint8 sRGB of ``time`` seconds as a picture of 2 to 4 ``styles``, all
        else as ``look`` says; with three of them the fourth place shows the wearer as they are. ``head``:
        where it was last seen, if that is known.

        The picture is written to again by the next call. Raises as little as :meth:`FramePipeline.process`.
        """
        if min(rgb.shape[:2]) < _SMALLEST:
            return FrameResult(rgb)
        gap = not 0.0 <= time - self._time < _GAP
        if gap or rgb.shape != self._picture.shape or len(styles) != self._styles:
            self._divide(rgb, len(styles), head)
        self._time = time
        index, self._turn = self._turn, (self._turn + 1) % len(self._tiles)
        tile, view = self._tiles[index], self._view
        result = FrameResult(_fitted(_cut(rgb, view), tile.place))
        if index < self._styles:
            self._renew(tile, time)
            if tile.pipeline is not None and tile.view == view:
                tile.pipeline.look = replace(look, style=styles[index], reference=None)
                tile.pipeline.motion = motion
                result = tile.pipeline.process(result.rgb, time)
                tile.drawn = tile.drawn or result.rect is not None
                if result.face is not None:
                    self._follow(result.face.pose, rgb, tile)
        if tile.pipeline is None or (tile.view == view and (tile.drawn or time >= tile.hold)):
            _cut(self._picture, tile.place)[:] = result.rgb
        whole = Rect(0, 0, rgb.shape[1], rgb.shape[0])
        return replace(result, rgb=self._picture, rect=whole, face=None, layer=None)

    def leave(self) -> None:
        """Free the pipelines, without waiting until it is done; again is harmless."""
        if not self._tiles:
            return
        for tile in self._tiles:
            self._retire(tile)
        self._closer.submit(self._freed)
        self._tiles = []
        self._picture = np.zeros((0, 0, 3), np.uint8)

    def close(self) -> None:
        """Free the pipelines; no other call follows."""
        self.leave()
        self._closer.shutdown()

    def _divide(self, rgb: U8, count: int, head: HeadPose | None) -> None:
        """Begin anew with ``count`` styles, and the camera's picture at all places."""
        self.leave()
        size = (rgb.shape[1], rgb.shape[0])
        self._tiles = [Tile(place) for place in tile_places(size, count)]
        self._styles, self._turn = count, 0
        shape = self._tiles[0].size
        self._found = head is not None
        self._view = whole_view(size, shape) if head is None else view_about(head, size, shape, None)
        self._picture = np.full_like(rgb, _LINE)
        for tile in self._tiles:
            _cut(self._picture, tile.place)[:] = _fitted(_cut(rgb, self._view), tile.place)

    def _renew(self, tile: Tile, time: float) -> None:
        """Give ``tile`` a pipeline of the present view, when it is its turn."""
        if tile.pipeline is not None and tile.view == self._view:
            return
        if any(not other.drawn and time - other.begun < _START for other in self._tiles):
            return
        self._retire(tile)
        tile.pipeline = FramePipeline(self._factory, self._tile_settings(), background=True)
        tile.hold = time + _PATIENCE if tile.drawn else time
        tile.view, tile.begun, tile.drawn = self._view, time, False

    def _follow(self, pose: HeadPose, rgb: U8, tile: Tile) -> None:
        """Show another part of the frame where the head, at ``pose`` in the tile, needs it."""
        factor = (self._view.right - self._view.left) / tile.size[0]
        moved = pose.translation * factor + (self._view.left, self._view.top)
        pose = replace(pose, scale=pose.scale * factor, translation=moved)
        current = self._view if self._found else None
        self._view = view_about(pose, (rgb.shape[1], rgb.shape[0]), tile.size, current)
        self._found = True

    def _retire(self, tile: Tile) -> None:
        if tile.pipeline is not None:
            self._closer.submit(tile.pipeline.close)
        tile.pipeline = None

    def _tile_settings(self) -> PipelineSettings:
        """All tiles together may cost what one picture does: rarer keyframes, no longer frames."""
        count = len(self._tiles)
        keyframe, governor = self._settings.keyframe, self._settings.governor
        return replace(
            self._settings,
            keep_strip=0,
            prepared_looks=1,
            keyframe=replace(
                keyframe,
                max_age=keyframe.max_age * count,
                min_interval=keyframe.min_interval * count,
                analysis_interval=keyframe.analysis_interval * count,
            ),
            governor=replace(governor, high=governor.high / count, low=governor.low / count),
        )


def _cut(rgb: U8, rect: Rect) -> U8:
    """The pixels of ``rect``; shares their memory."""
    return rgb[rect.top : rect.bottom, rect.left : rect.right]


def _fitted(rgb: U8, place: Rect) -> U8:
    """``rgb`` in the size of ``place``, as a new array."""
    size = (place.right - place.left, place.bottom - place.top)
    if size == (rgb.shape[1], rgb.shape[0]):
        return rgb.copy()
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
