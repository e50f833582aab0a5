"""Pictures side by side with captions."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose

U8 = npt.NDArray[np.uint8]

_PAPER = 245
_INK = (30, 30, 30)
_HEADER = 22
# The head and long hair around it, in cm about the point between the ears.
_VIEW_HEIGHT = 44.0
_VIEW_CENTER = -4.0


def head_view(rgb: U8, pose: HeadPose, size: tuple[int, int]) -> U8:
    """The head of ``pose`` with room for long hair, as far as the picture has it, cut out of ``rgb`` and
    scaled to ``size`` (width, height)."""
    height = min(_VIEW_HEIGHT * pose.scale, float(rgb.shape[0]))
    zoom = size[1] / height
    x, y = pose.translation[0], pose.translation[1] - _VIEW_CENTER * pose.scale
    y = float(np.clip(y, height / 2, rgb.shape[0] - height / 2))
    matrix = np.array([[zoom, 0.0, size[0] / 2 - zoom * x], [0.0, zoom, size[1] / 2 - zoom * y]])
    return _warp(rgb, matrix, zoom, size)


def fit_view(rgb: U8, size: tuple[int, int]) -> U8:
    """The whole of ``rgb`` on paper of ``size`` (width, height)."""
    height, width = rgb.shape[:2]
    zoom = min(size[0] / width, size[1] / height)
    matrix = np.array([[zoom, 0.0, (size[0] - zoom * width) / 2], [0.0, zoom, (size[1] - zoom * height) / 2]])
    return _warp(rgb, matrix, zoom, size)


def caption(cell: U8, text: str) -> U8:
    """``cell`` with ``text`` in its lower left corner."""
    out = cell.copy()
    at = (5, cell.shape[0] - 7)
    for color, thickness in (((255, 255, 255), 3), (_INK, 1)):
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, color, thickness, cv2.LINE_AA)
    return out


def assemble(header: Sequence[str], rows: Sequence[Sequence[U8]], gap: int = 2) -> U8:
    """A sheet of equally large cells; ``header`` captions the columns, a short row is filled with paper."""
    height, width = rows[0][0].shape[:2]
    above = _HEADER if any(header) else 0
    sheet = np.full(
        (above + len(rows) * (height + gap), len(header) * (width + gap) - gap, 3), _PAPER, np.uint8
    )
    for column, text in enumerate(header):
        at = (column * (width + gap) + 4, above - 7)
        cv2.putText(sheet, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)
        for row, cells in enumerate(rows):
            if column < len(cells):
                top, left = above + row * (height + gap), column * (width + gap)
                sheet[top : top + height, left : left + width] = cells[column]
    return sheet


def _warp(rgb: U8, matrix: npt.NDArray[np.float64], zoom: float, size: tuple[int, int]) -> U8:
    if zoom < 0.7:
        # Bilinear sampling skips pixels when it shrinks: average them first.
        rgb = np.asarray(cv2.resize(rgb, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ np.diag([1.0 / zoom, 1.0 / zoom, 1.0])
    paper = (_PAPER, _PAPER, _PAPER)
    return np.asarray(
        cv2.warpAffine(
            rgb, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
        ),
        np.uint8,
    )
