"""Changing the colour of the wearer's own hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import HairColor, lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_linear
from realtime.analysis import FrameAnalysis
from realtime.rect import Rect


class Recolorer:
    """Recolours one session's frames; keeps that person's hair statistics steady over time."""

    def apply(
        self, rgb: npt.NDArray[np.uint8], face: Face, analysis: FrameAnalysis | None, color: HairColor
    ) -> Rect | None:
        """Give the own hair in ``rgb`` (h, w, 3) uint8 sRGB the colour ``color``, in place.

        Returns the pixels that may have changed; ``None`` where no hair was found.
        """
        if analysis is None or analysis.hair.empty or face.opacity <= 0.0:
            return None
        height, width = rgb.shape[:2]
        alpha = cv2.warpAffine(analysis.hair.alpha, analysis.to_frame_of(face), (width, height))
        ys, xs = np.nonzero(alpha > 0.004)
        if not len(ys):
            return None
        area = Rect(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
        part = rgb[area.top : area.bottom, area.left : area.right]
        share = alpha[area.top : area.bottom, area.left : area.right, None] * face.opacity
        lab = linear_to_lab(srgb_to_linear(part / 255.0))
        mean = np.median(lab[share[..., 0] > 0.5], axis=0)
        target = np.array(color.root)
        moved = np.dstack(
            [lab[..., 0] - mean[0] + target[0], np.broadcast_to(target[1:], (*lab.shape[:2], 2))]
        )
        recolored = linear_to_srgb(lab_to_linear(moved)) * 255.0
        part[...] = np.rint(part + share * (recolored - part)).astype(np.uint8)
        return area
