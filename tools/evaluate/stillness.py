"""Whether hair is steady on a head that holds still."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from tools.evaluate.scene import Scene, StillWindow
from tools.evaluate.shown_frame import ShownFrame

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_COLUMNS = np.arange(-4.5, 4.6, 0.25)
_FOREHEAD = (1.5, 11.0)
"""Lines up the forehead: from below the brows to well inside the hair, cm above the head's origin."""
_STEP = 0.5
_PATCH = 1.0
_REACH = 16
_COVERED = 0.97


class Stillness:
    """Hairline jitter and brightness flicker over half-second windows without head motion.

    Every frame is carried back to the window's first by the motion of the face that the *pictures* show, so
    that the tracker's own unrest counts.

    ``jitter``: along lines up the forehead the alpha of the layer is added up, px; for a hairline this
    is the length of its hair-covered part, so it changes by one where the hairline moves by one pixel, and it
    stays defined where single strands make the crossing of 0.5 ambiguous. Root mean square over lines and
    frames, the linear trend of each line in each window (slow motion in depth that no motion in the
    picture undoes) taken off: ``sqrt(sum r² / (lines (n - 2)))``. Lines without a hairline are left out.

    ``flicker``: root mean square, over patches of 1 cm that stay inside the hair, of the second temporal
    difference of their mean L*: ``L[t+1] - 2 L[t] + L[t-1]``.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._window_of = {
            window.first + offset: (window, offset)
            for window in scene.windows
            for offset in range(len(window.motions))
        }
        self._heights: list[F64] = []
        self._patches: list[F32] = []
        self._covers: list[F32] = []
        self._jitter: list[tuple[float, int]] = []
        self._flicker: list[F32] = []

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account; frames come in order."""
        if frame.index not in self._window_of:
            return
        window, offset = self._window_of[frame.index]
        if offset == 0:
            self._heights, self._patches, self._covers = [], [], []
        motion = window.motions[offset]
        cover = self._cover(frame, window)
        if cover is None:
            return
        if frame.alpha is not None:
            self._heights.append(hairline_heights(frame.alpha, window.face, motion))
        self._patches.append(_patches(frame.lightness, window.face, motion))
        self._covers.append(_patches(cover, window.face, motion if frame.alpha is not None else np.eye(2, 3)))
        if offset == len(window.motions) - 1:
            self._close(len(window.motions))

    def _cover(self, frame: ShownFrame, window: StillWindow) -> F32 | None:
        """Where hair is: the layer, or, where the own hair is shown, the judge's view of the first frame."""
        if frame.alpha is not None:
            return frame.alpha
        own = self._scene.hair.get(window.first)
        return None if own is None else np.nan_to_num(own)

    def _close(self, count: int) -> None:
        if len(self._heights) == count:
            rows = np.array(self._heights)
            rows = rows[:, np.isfinite(rows).all(axis=0)]
            if rows.size:
                self._jitter.append((float((_detrended(rows) ** 2).sum()), rows.shape[1] * (count - 2)))
        if len(self._patches) == count:
            inside = np.min(self._covers, axis=0) > _COVERED
            second = np.diff(np.array(self._patches)[:, inside], n=2, axis=0)
            if second.size:
                self._flicker.append(second.ravel())

    def values(self) -> dict[str, float]:
        """``jitter`` (px) and ``flicker`` (L*), as far as the head ever held still."""
        values = {}
        if self._jitter:
            total, count = np.sum(self._jitter, axis=0)
            values["jitter"] = float(np.sqrt(total / count))
        if self._flicker:
            values["flicker"] = float(np.sqrt(np.mean(np.concatenate(self._flicker) ** 2)))
        return values


def hairline_heights(alpha: F32, face: Face, motion: F64) -> F64:
    """(lines,) length of the covered part of each line up the forehead, px; NaN where no hairline crosses it.

    ``face`` is where the lines are laid, ``motion`` (2, 3) carries them to the frame of ``alpha`` (h, w).
    """
    scale = face.pose.scale
    rows = np.arange(_FOREHEAD[0] * scale, _FOREHEAD[1] * scale, _STEP)
    along = np.radians(face.pose.roll)
    up, right = np.array([np.sin(along), -np.cos(along)]), np.array([np.cos(along), np.sin(along)])
    middle = face.pose.project([0.0, 0.0, 7.0])[:2]
    points = middle + rows[:, None, None] * up + (_COLUMNS * scale)[:, None] * right
    sampled = _sampled(alpha, points, motion)
    heights = sampled.sum(axis=0) * _STEP
    crossed = (sampled[: len(rows) // 20 + 1] < 0.5).all(axis=0) & (sampled.max(axis=0) > 0.5)
    return np.asarray(np.where(crossed, heights, np.nan), np.float64)


def _patches(image: F32, face: Face, motion: F64) -> F32:
    """(n,) means of ``image`` over squares of 1 cm on a grid about the head of ``face``."""
    scale = face.pose.scale
    side = max(1, round(_PATCH * scale))
    grid = np.arange(-_REACH, _REACH + 1) * _PATCH * scale
    points = face.pose.translation + np.stack(np.meshgrid(grid, grid), axis=-1)
    return _sampled(np.asarray(cv2.blur(image, (side, side)), np.float32), points, motion).ravel()


def _sampled(image: F32, points: F64, motion: F64) -> F32:
    moved = (points @ motion[:, :2].T + motion[:, 2]).astype(np.float32)
    return np.asarray(cv2.remap(image, moved[..., 0], moved[..., 1], cv2.INTER_LINEAR), np.float32)


def _detrended(rows: F64) -> F64:
    """``rows`` (n, lines) without the straight line that fits each column best."""
    time = np.arange(len(rows), dtype=np.float64)
    design = np.stack([np.ones_like(time), time - time.mean()], axis=1)
    return np.asarray(rows - design @ np.linalg.lstsq(design, rows, rcond=None)[0])
