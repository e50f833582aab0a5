"""Whether the wearer's own hair is gone where the new hair is not."""

from __future__ import annotations

import cv2
import numpy as np

from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.hair_tones import HairTones
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame, lab

_AFTER = 3.0
_LEAST_AREA = 8.0
"""A removal area below this, cm², is too small for a share of it to mean anything."""


class Residue:
    """Share of the removal area that still shows own hair, once three seconds have passed.

    The removal area is what the judge takes for hair (> 0.5) in the camera's picture and the layer does not
    cover (alpha < 0.5, and not within 0.3 cm of its edge). A pixel of it is residue where the judge still
    takes it for hair in what is *shown* and its colour is one of the own hair's: not farther in Lab from the
    nearest of six tones of that hair (k-means) than 90 % of that hair is. Both must hold: a judge sees hair
    around every head, and backgrounds can have the hair's colour.
    """

    def __init__(self, scene: Scene, judge: HairJudge | None) -> None:
        self._scene = scene
        self._judge = judge
        self._begin = scene.clip.frames[0][1]
        self._left = 0
        self._area = 0.0

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account."""
        own = self._scene.hair.get(frame.index)
        late = frame.time - self._begin >= _AFTER
        if own is None or self._judge is None or frame.face is None or frame.alpha is None or not late:
            return
        scale = frame.face.pose.scale
        radius = max(1, round(0.3 * scale))
        drawn = cv2.dilate(frame.alpha, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)) > 0.5
        area = (np.nan_to_num(own) > 0.5) & ~drawn
        if area.sum() < _LEAST_AREA * scale**2:
            return
        still = np.nan_to_num(self._judge(frame.result.rgb, frame.face)) > 0.5
        tones = HairTones.of(lab(frame.camera)[np.nan_to_num(own) > 0.9])
        self._left += int(tones.typical(lab(frame.result.rgb[area & still])).sum())
        self._area += float(area.sum())

    def values(self) -> dict[str, float]:
        """``residue``, per cent; nothing where the new hair covers the own."""
        return {"residue": 100.0 * self._left / self._area} if self._area else {}
