"""Mattes laid on the edges of a larger picture."""

from __future__ import annotations

import cv2
import numpy as np

from realtime.still.fine_analysis import upsampled


def test_the_edge_of_a_small_matte_lands_on_the_edge_in_the_large_picture() -> None:
    y, x = np.mgrid[:480, :640]
    inside = (np.hypot(x - 300.5, y - 221.5) < 120).astype(np.float32)
    rgb = np.where(inside[..., None] > 0, (60, 40, 30), (190, 200, 210)).astype(np.uint8)
    small = np.asarray(cv2.resize(inside, (80, 60), interpolation=cv2.INTER_AREA), np.float32)
    fine = upsampled(small, rgb, 2)
    plain = cv2.resize(small, (640, 480))
    assert np.abs(fine - inside).mean() < 0.35 * np.abs(plain - inside).mean()
    assert fine.min() >= 0.0
    assert fine.max() <= 1.0
