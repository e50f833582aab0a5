"""A drawn head with long hair before a striped shirt, and the same picture without the hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from tests.unit.synthetic_head import HAIR, SHIRT, SKIN, background

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
STRIPE = (70, 130, 200)


def draw_long_hair(face: Face) -> tuple[U8, U8, F32, F32]:
    """The picture, the picture without hair, the person's mask and the hair's, (h, w, 3) and (h, w)."""
    width, height = face.size
    bare = background(width, height)
    scale, (x, y) = face.pose.scale, face.pose.translation
    shape = (height, width)

    def ellipse(cx: float, cy: float, rx: float, ry: float) -> npt.NDArray[np.bool_]:
        mask = np.zeros(shape, np.uint8)
        center = (round(x + cx * scale), round(y - cy * scale))
        cv2.ellipse(mask, center, (round(rx * scale), round(ry * scale)), 0, 0, 360, (1,), -1)
        return mask > 0

    shirt, neck = ellipse(0, -34, 20, 18), ellipse(0, -12, 5, 7)
    head = ellipse(0, -1.5, 6.8, 9.0)
    hair = ellipse(0, 4.5, 9.3, 11.0)
    for side in (-1.0, 1.0):
        hair |= ellipse(side * 7.5, -10.0, 2.8, 14.0)
    hair &= ~head
    bare[neck] = SKIN
    bare[shirt] = SHIRT
    bare[shirt & (np.arange(height)[:, None] // 6 % 2 == 0)] = STRIPE
    bare[ellipse(0, 3.1, 7.6, 9.8)] = SKIN
    bare[head] = SKIN
    picture = bare.copy()
    picture[hair] = HAIR
    person = (hair | head | neck | shirt).astype(np.float32)
    return picture, bare, person, hair.astype(np.float32)
