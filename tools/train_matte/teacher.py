"""Hair as a larger network sees it, for pseudo-labels."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import invert_affine
from tools.errors import ToolError

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_SIZE = 512
# Sides of the squares it looks at, in heights of the face: between these it is at its best.
_SQUARES = (2.3, 3.0)
# Less hair than this share of their outline leaves the squares: none.
_LEAVING = 0.005


class Teacher:
    """``hair_teacher.py`` of ``folder``: a class HairTeacher that takes (512, 512, 3) uint8 BGR to hair
    probability (512, 512).

    Raises:
        ToolError: the folder holds none.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "hair_teacher.py"
        if not path.is_file():
            raise ToolError(f"{folder} holds no hair_teacher.py.")
        sys.path.insert(0, str(folder))
        try:
            spec = importlib.util.spec_from_file_location("hair_teacher", path)
            if spec is None or spec.loader is None:
                raise ToolError(f"{path} cannot be imported.")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        finally:
            sys.path.remove(str(folder))
        self._network: Any = module.HairTeacher()

    def hair(self, rgb: U8, center: tuple[float, float], face_height: float, roll: float) -> tuple[F32, F32]:
        """Hair probability in ``rgb`` (h, w, 3) uint8 and how far its views of it differ, both (h, w).

        It looks at upright squares about ``center`` (x, y), moved so that they lie in the picture, of two
        sizes and mirrored: their mean is steadier than any of them. What it did not look at differs by 1.
        """
        height, width = rgb.shape[:2]
        views, seen = [], np.zeros((height, width), np.float32)
        for factor in _SQUARES:
            side = min(factor * face_height, width, height)
            low = 0.5 * side
            x, y = np.clip(center, low, [max(low, width - low), max(low, height - low)])
            angle, zoom = np.radians(roll), side / _SIZE
            turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            to_frame = np.column_stack([turn, [x, y] - turn @ np.full(2, 0.5 * _SIZE - 0.5)])
            view = cv2.warpAffine(
                rgb, invert_affine(to_frame), (_SIZE, _SIZE), flags=cv2.INTER_AREA,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            bgr = np.ascontiguousarray(view[..., ::-1])
            for mirrored in (False, True):
                hair = self._network(np.ascontiguousarray(bgr[:, ::-1]) if mirrored else bgr)
                hair = np.ascontiguousarray(hair[:, ::-1] if mirrored else hair)
                both = np.dstack([hair, np.ones_like(hair)])
                views.append(cv2.warpAffine(both, to_frame, (width, height), flags=cv2.INTER_LINEAR))
                seen += views[-1][..., 1]
        total = np.maximum(seen, 1e-3)
        mean = sum(view[..., 0] for view in views) / total
        spread = sum(np.abs(view[..., 0] - mean * view[..., 1]) for view in views) / total
        return np.asarray(mean, np.float32), np.asarray(np.where(seen > 0.5, spread, 1.0), np.float32)


def nothing_beyond(hair: F32, spread: F32) -> F32:
    """``spread`` with 0 where the teacher did not look, if no hair leaves what it looked at."""
    seen = (spread < 1.0).astype(np.uint8)
    rim = (seen > 0) & (cv2.erode(seen, np.ones((9, 9), np.uint8)) == 0)
    leaving = float((hair[rim] > 0.3).mean()) if rim.any() else 0.0
    return np.where(seen > 0, spread, 0.0).astype(np.float32) if leaving < _LEAVING else spread
