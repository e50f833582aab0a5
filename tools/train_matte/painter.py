"""Skin, eyes, mouth, beard and clothes on the geometry of a body."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.light import Light
from realtime.head.face_regions import OVAL
from tools.train_matte.body import FACE_MESH, HEAD, NOTHING, THROAT, TORSO, Body
from tools.train_matte.imaging import blur
from tools.train_matte.skin import random_skin
from tools.train_matte.texture import color, noise

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

# FaceMesh's outlines of eyes, brows and lips (mediapipe.python.solutions.face_mesh_connections).
_EYES = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)

_IRISES = (468, 473)
_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_NOSTRILS = (98, 327)
_NECKLINE = (-19.0, -14.5)


@dataclass(frozen=True, slots=True)
class FaceTexture:
    """A photographed face: ``rgb`` (h, w, 3) uint8 sRGB, ``landmarks`` (478, 2) px in it."""

    rgb: U8
    landmarks: F32


@dataclass(frozen=True, slots=True)
class Painted:
    """``rgb`` (h, w, 3) sRGB 0..1; ``skin`` and ``person`` (h, w) 0..1; ``unsure`` (h, w): beard."""

    rgb: F32
    skin: F32
    person: F32
    unsure: F32


def paint(
    rng: np.random.Generator,
    body: Body,
    landmarks: F32,
    light: Light,
    texture: FaceTexture | None,
    fabric: F32,
) -> Painted:
    """The body as a picture; ``landmarks`` (478, 3) in its pixels. Without ``texture`` the face is drawn.

    ``fabric`` (h, w, 3) sRGB 0..1: what the clothes are made of.
    """
    side = body.depth.shape[0]
    shade = _shade(rng, body.normal, light)
    tone = random_skin(rng) if texture is None else _tone(texture, shade, body)
    grain = np.exp(0.05 * noise(rng, side, 12.0, 3) + 0.03 * noise(rng, side, 120.0))
    linear = tone * shade * grain[..., None]
    face = (body.part == FACE_MESH).astype(np.uint8)
    beard = np.zeros((side, side), np.float32)
    if texture is not None:
        photo = np.asarray(_sampled(texture.rgb, body.source), np.float32) / np.float32(255.0)
        inner = blur(cv2.erode(face, np.ones((7, 7), np.uint8)).astype(np.float32), 3.0)
        inner = inner * face
        linear += inner[..., None] * (photo * photo - linear)
    else:
        if rng.random() < 0.3:
            beard = _beard(rng, body)
            linear += beard[..., None] * (linear * rng.uniform(0.05, 0.5) - linear)
        linear = _features(rng, linear, landmarks, face)
    skin = ((body.part == HEAD) | (body.part == THROAT) | (body.part == FACE_MESH)).astype(np.float32)
    rgb = np.clip(linear, 0.0, 1.0) ** 0.5

    x, y = body.position[..., 0], body.position[..., 1]
    rim = rng.uniform(*_NECKLINE) - rng.uniform(0.0, 0.8) * np.maximum(0.0, 6.0 - np.abs(x))
    dressed = (body.part == TORSO) | (body.part == THROAT)
    clothes = (dressed & (y < rim)).astype(np.float32)
    bare = dressed & (y >= rim)
    gain = (shade / np.maximum(shade.max(), 1e-3)) ** 0.5
    rgb = np.where(clothes[..., None] > 0.0, fabric * gain, rgb)
    skin = np.where(clothes > 0.0, 0.0, np.where(bare, 1.0, skin))
    person = (body.part != NOTHING).astype(np.float32)
    soft = [blur(plane.astype(np.float32), 0.6) for plane in (skin, person)]
    return Painted(rgb.astype(np.float32), soft[0], soft[1], beard)


def _sampled(picture: U8, places: F32) -> U8:
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR), np.uint8)


def _shade(rng: np.random.Generator, normal: F32, light: Light) -> F32:
    """(h, w, 3) linear light on each pixel: ambient, dominant and a second light from elsewhere."""
    lit = np.clip(normal @ light.direction * 0.85 + 0.15, 0.0, 1.0)
    other = rng.normal(0.0, 1.0, 3).astype(np.float32)
    second = np.clip(normal @ (other / np.linalg.norm(other)), 0.0, 1.0)
    sky = 0.85 + 0.15 * normal[..., 1]
    tint = np.exp(rng.normal(0.0, 0.15, 3)).astype(np.float32)
    share = np.float32(light.ambient)
    strength = np.float32(rng.uniform(0.0, 0.35))
    total = (share * sky + (1.0 - share) * lit)[..., None] * light.color + (strength * second)[
        ..., None
    ] * tint
    return np.asarray(total, np.float32)


def _tone(texture: FaceTexture, shade: F32, body: Body) -> F32:
    """The linear skin colour that, lit as the body is, looks like the photographed cheeks."""
    points = texture.landmarks[[50, 280, 205, 425, 151, 9]].round().astype(int)
    height, width = texture.rgb.shape[:2]
    seen = texture.rgb[np.clip(points[:, 1], 0, height - 1), np.clip(points[:, 0], 0, width - 1)]
    linear = np.median((seen / 255.0) ** 2, axis=0)
    face = body.part == FACE_MESH
    lit = np.median(shade[face], axis=0) if face.any() else np.ones(3)
    return np.asarray(linear / np.maximum(lit, 0.05), np.float32)


def _beard(rng: np.random.Generator, body: Body) -> F32:
    y, x = body.position[..., 1], np.abs(body.position[..., 0])
    low = rng.uniform(-6.5, -3.5)
    field = np.clip((low - y + 0.5 * x - 1.0) / 1.2, 0.0, 1.0) * (body.part == FACE_MESH)
    grain = 0.6 + 0.4 * noise(rng, y.shape[0], 150.0)
    return np.asarray(np.clip(field * grain * rng.uniform(0.3, 1.0), 0.0, 1.0), np.float32)


def _features(rng: np.random.Generator, linear: F32, landmarks: F32, face: U8) -> F32:
    """Eyes, brows, lips and nostrils; shading alone leaves a doll without them."""
    size = linear.shape[:2]
    scale = float(np.ptp(landmarks[OVAL, 1])) / 85.0

    def region(points: tuple[int, ...], soft: float) -> F32:
        mask = np.zeros(size, np.uint8)
        cv2.fillPoly(mask, [np.rint(landmarks[list(points), :2]).astype(np.int32)], (1,))
        return blur((mask * face).astype(np.float32), soft * scale)

    def lay(alpha: F32, paint: F32, strength: float = 1.0) -> None:
        linear[...] += (alpha * strength)[..., None] * (paint - linear)

    mean = linear[face > 0].mean(axis=0) if face.any() else np.full(3, 0.3, np.float32)
    brow = np.asarray(mean * rng.uniform(0.05, 0.7), np.float32)
    lip = np.asarray(mean * rng.uniform([0.7, 0.3, 0.3], [1.3, 0.8, 0.9]), np.float32)
    iris = np.asarray(color(rng) ** 2 * 0.5, np.float32)
    for eye, point, brows in zip(_EYES, _IRISES, _BROWS, strict=True):
        lay(region(eye, 2.5), mean * np.float32(rng.uniform(0.4, 0.9)), 0.6)
        lay(region(eye, 0.7), mean * np.float32(0.2), 1.0)
        opening = region(eye, 0.6)
        lay(opening, np.asarray(0.4 * mean + 0.3, np.float32), 0.8)
        spot = np.zeros(size, np.uint8)
        center = tuple(int(v) for v in np.rint(landmarks[point, :2]))
        cv2.circle(spot, center, max(1, round(2.6 * scale)), (1,), -1, cv2.LINE_AA)
        lay(np.asarray(spot * opening, np.float32), iris, 0.9)
        lay(region(brows, 0.8), brow, float(rng.uniform(0.4, 1.0)))
    lay(region(_LIPS, 1.0), lip, 0.8)
    for nostril in _NOSTRILS:
        spot = np.zeros(size, np.float32)
        cv2.circle(
            spot, tuple(int(v) for v in np.rint(landmarks[nostril, :2])), max(1, round(1.5 * scale)), (1,), -1
        )
        lay(np.asarray(blur(spot, 1.2 * scale) * face, np.float32), mean * np.float32(0.3), 0.7)
    return linear
