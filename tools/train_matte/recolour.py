"""Other colours for hair and for what surrounds it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.hair_looks import random_color

F32 = npt.NDArray[np.float32]

_BLEACHED_CONTRAST = 11.0


def dye(rng: np.random.Generator, rgb: F32, hair: F32) -> F32:
    """``rgb`` (h, w, 3) sRGB 0..1 with the hair (h, w) in another colour, its texture kept.

    Dark hair that is made light gets the contrast that light hair has.
    """
    sure = hair > 0.6
    if sure.sum() < 50:
        return rgb
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    mean = lab[sure].mean(axis=0)
    target = np.array(random_color(rng).root, np.float32)
    if target[0] > 30.0:
        target[0] = min(target[0] * rng.uniform(0.8, 1.4), 88.0)
    deviation = float(lab[sure][:, 0].std()) + 1.0
    wanted = np.clip(_BLEACHED_CONTRAST * (target[0] / 50.0) ** 0.5, 3.0, 16.0) * rng.uniform(0.6, 1.3)
    gain = np.array([np.clip(wanted / deviation, 0.3, 3.0), 0.7, 0.7], np.float32)
    dyed = target + (lab - mean) * gain
    dyed[..., 0] = np.clip(dyed[..., 0], 0.0, 100.0)
    changed = np.clip(cv2.cvtColor(dyed.astype(np.float32), cv2.COLOR_LAB2RGB), 0.0, 1.0)
    return np.asarray(rgb + hair[..., None] * (changed - rgb), np.float32)


def shift_color(rng: np.random.Generator, rgba: npt.NDArray[np.uint8]) -> F32:
    """The colour of a hair layer (h, w, 4) uint8 straight sRGB, changed a little, (h, w, 3) 0..1."""
    color = rgba[..., :3].astype(np.float32) / 255.0
    if rng.random() < 0.3:
        return dye(rng, color, (rgba[..., 3] > 127).astype(np.float32))
    gain = np.exp(rng.normal(0.0, 0.08, 3)).astype(np.float32)
    return np.asarray(
        np.clip(color ** np.float32(np.exp(rng.normal(0.0, 0.18))) * gain, 0.0, 1.0), np.float32
    )


def towards(rng: np.random.Generator, rgb: F32, hair_color: F32) -> F32:
    """``rgb`` (h, w, 3) sRGB, its mean moved near ``hair_color`` (3,): the hardest backgrounds."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    goal = cv2.cvtColor(hair_color.reshape(1, 1, 3).astype(np.float32), cv2.COLOR_RGB2LAB)[0, 0]
    goal = goal + rng.normal(0.0, [9.0, 4.0, 4.0])
    moved = goal + (lab - lab.mean(axis=(0, 1))) * rng.uniform(0.3, 1.0)
    moved[..., 0] = np.clip(moved[..., 0], 0.0, 100.0)
    shown = cv2.cvtColor(moved.astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(shown, 0.0, 1.0), np.float32)
