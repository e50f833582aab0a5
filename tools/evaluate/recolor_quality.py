"""Whether recoloured hair has the colour, keeps its strands, and nothing else takes the colour."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import HairColor, linear_to_lab
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.head.face_regions import OVAL
from tools.errors import ToolError
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame, lab, lightness

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_SETTLED = 1.0
_DETAIL = 12.0 / 720.0
"""Standard deviation of what is not detail, in heights of the frame."""


class RecolorQuality:
    """How well the own hair took a colour, over the judged frames after the first second.

    ``delta_e``: CIEDE2000 between the hair's mean colour (of the linear light of pixels that the judge is
    surer than 0.9 of), divided by the estimated light (von Kries), and the nearest colour on the way from
    the swatch's root to its tip. ``detail``: Pearson correlation, in that hair, of L* less its local
    mean (Gaussian, 12 px at 720 lines) before and after. ``spill``: mean change of the face's skin as a
    share of the hair's, per cent; ``background``: mean change away from hair and face. A change is
    CIEDE2000 between input and output.
    """

    def __init__(self, scene: Scene, color: HairColor) -> None:
        self._scene = scene
        self._color = color
        self._begin = scene.clip.frames[0][1]
        self._found: list[dict[str, float]] = []

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account."""
        own = self._scene.hair.get(frame.index)
        if own is None or frame.face is None or frame.time - self._begin < _SETTLED:
            return
        radius = max(1, round(0.15 * frame.face.pose.scale))
        kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        hair = cv2.erode((np.nan_to_num(own) > 0.9).astype(np.uint8), kernel).astype(bool)
        if hair.sum() < 20.0 * frame.face.pose.scale**2:
            return
        shown = frame.result.rgb
        light = np.maximum(np.asarray(frame.face.light.color, np.float64), 1e-3)
        mean = LINEAR_OF_SRGB[shown[hair]].mean(axis=0, dtype=np.float64) / light
        values = {
            "delta_e": _to_swatch(linear_to_lab(mean), self._color),
            "detail": detail_correlation(lightness(frame.camera), lightness(shown), hair),
        }
        near = own.copy()
        wide = np.ones((6 * radius + 1, 6 * radius + 1), np.uint8)
        hairless = cv2.dilate((np.nan_to_num(near, nan=1.0) > 0.05).astype(np.uint8), wide) == 0
        oval = _face(frame.face, shown.shape[:2])
        changed = {
            name: float(color_difference(lab(frame.camera[mask]), lab(shown[mask])).mean())
            for name, mask in (("hair", hair), ("skin", hairless & oval), ("rest", hairless & ~oval))
            if mask.any()
        }
        if "skin" in changed:
            values["spill"] = 100.0 * changed["skin"] / max(changed["hair"], 1e-3)
        if "rest" in changed:
            values["background"] = changed["rest"]
        self._found.append(values)

    def values(self) -> dict[str, float]:
        """The means over frames of ``delta_e``, ``detail``, ``spill`` and ``background``."""
        names = {name for values in self._found for name in values}
        return {
            name: float(np.mean([values[name] for values in self._found if name in values])) for name in names
        }


def color_difference(a: F32 | F64, b: F32 | F64) -> F64:
    """CIEDE2000 between Lab colours (..., 3) (CIE 142:2001; Sharma, Wu and Dalal 2005).

    Raises:
        ToolError: scikit-image is not installed.
    """
    try:
        from skimage.color import deltaE_ciede2000
    except ImportError:
        raise ToolError("This needs scikit-image: pip install -e '.[dev]'.") from None
    return np.asarray(deltaE_ciede2000(a, b), np.float64)  # type: ignore[no-untyped-call]


def detail_correlation(before: F32, after: F32, hair: Mask) -> float:
    """Pearson correlation of two L* pictures (h, w) less their local means, over ``hair``; 0 without any."""
    sigma = max(1.0, _DETAIL * before.shape[0])
    weight = cv2.GaussianBlur(hair.astype(np.float32), (0, 0), sigma) + 1e-3
    details = []
    for image in (before, after):
        local = cv2.GaussianBlur(image * hair.astype(np.float32), (0, 0), sigma) / weight
        details.append((image - local)[hair])
    a, b = (detail - detail.mean() for detail in details)
    return float((a * b).sum() / max(np.sqrt((a * a).sum() * (b * b).sum()), 1e-6))


def _to_swatch(mean: F64, color: HairColor) -> float:
    way = np.linspace(0.0, 1.0, 21)[:, None]
    swatch = np.asarray(color.root) * (1.0 - way) + np.asarray(color.tip) * way
    return float(color_difference(np.broadcast_to(mean, swatch.shape), swatch).min())


def _face(face: Face, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], (1,))
    return mask.astype(bool)
