"""Makes up scenes: real people, real people in other hair, and people who do not exist."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.light import Light
from tools.train_matte.backgrounds import Backgrounds
from tools.train_matte.body import trace_body
from tools.train_matte.canvas import CANVAS
from tools.train_matte.hair_store import HairStore
from tools.train_matte.hands import draw_hand, draw_thing
from tools.train_matte.headwear import COVERING, KINDS, draw_headwear
from tools.train_matte.imaging import blur, warp
from tools.train_matte.layering import over
from tools.train_matte.painter import FaceTexture, paint
from tools.train_matte.photo_store import PhotoStore
from tools.train_matte.recolour import dye, shift_color, towards
from tools.train_matte.scene import Scene
from tools.train_matte.subject import Subject, random_light, random_subject
from tools.train_matte.texture import cloth

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

_SAME_VIEW = 9.0
# How much less often each of many pictures of one person is shown, as a power of their number; and those
# without anybody.
_REPEAT, _NOBODY = -0.8, 0.3
# A face with less hair before it than this share of it is bare.
_BARE = 0.02
# Clothes with a picture on them.
_PRINTED = 0.25


class SceneMaker:
    """Random scenes from one side of the split.

    ``photos`` may be ``None``: then everybody is drawn. ``mix``: shares of real people, of real people with
    other hair on, and of drawn people. Without ``obstacles`` drawn people have hair, bare heads and hands
    down, and backgrounds keep their colours.
    """

    def __init__(
        self,
        hair: HairStore,
        photos: PhotoStore | None,
        held_out: bool = False,
        mix: tuple[float, float, float] = (0.42, 0.26, 0.32),
        obstacles: bool = True,
    ) -> None:
        self._hair, self._photos = hair, photos
        self._backgrounds = Backgrounds(photos, held_out)
        self._obstacles = obstacles
        self._mix = np.cumsum(mix) if photos is not None else np.zeros(3)
        self._indices: list[int] = photos.indices(held_out) if photos is not None else []
        self._weights = self._share()
        self._textures = self._bare_faces()
        self._worn = [i for i in self._indices if self._has_hair(i)]

    def random(self, rng: np.random.Generator) -> Scene:
        """Any scene."""
        kind = rng.random()
        if kind < self._mix[0]:
            return self.real(rng)
        if kind < self._mix[1]:
            return self.other_hair(rng)
        return self.drawn(rng)

    def real(self, rng: np.random.Generator) -> Scene:
        """A photographed person, as is or dyed, moved or with something on or before the head."""
        index = int(rng.choice(self._indices, p=self._weights))
        scene = self._photo(index)
        pose = self._pose(index)
        if rng.random() < 0.40:
            scene = Scene(dye(rng, scene.rgb, scene.values[..., 0]), scene.values, scene.weights)
        if pose is not None and rng.random() < 0.35:
            scene = self._elsewhere(rng, scene)
        if pose is not None and rng.random() < 0.12:
            kind = str(rng.choice(KINDS))
            scene = self._dress(rng, scene, pose, random_light(rng), kind)
        return self._held(rng, scene, pose, 0.10)

    def other_hair(self, rng: np.random.Generator) -> Scene:
        """A photographed person with other hair over their own."""
        index = int(rng.choice(self._indices, p=self._weights))
        pose = self._pose(index)
        scene = self._photo(index)
        if pose is None:
            return scene
        if rng.random() < 0.4:
            scene = self._elsewhere(rng, scene)
        color, alpha = self._layer(rng, pose)
        scene = scene.with_hair(color, alpha, _shadow(rng, alpha))
        return self._held(rng, scene, pose, 0.10)

    def drawn(self, rng: np.random.Generator) -> Scene:
        """A person who does not exist."""
        bald = self._obstacles and rng.random() < 0.10
        index = int(rng.integers(len(self._hair)))
        if bald:
            subject = random_subject(rng)
        else:
            record = self._hair.records[index]
            subject = Subject(record.head, record.pose, random_light(rng))
        textured = bool(self._textures) and rng.random() < 0.65
        texture = self._textures[int(rng.integers(len(self._textures)))] if textured else None
        source = texture.landmarks if texture is not None else np.zeros((478, 2), np.float32)
        body = trace_body(subject.pose, subject.points, source, CANVAS)
        printed = rng.random() < _PRINTED
        fabric = self._backgrounds.random(rng, CANVAS) if printed else cloth(rng, CANVAS)
        painted = paint(rng, body, subject.face().landmarks, subject.light, texture, fabric)
        color = alpha = None
        if not bald:
            color, alpha = self._drawn_hair(rng, index, subject.pose)
        background = self._backgrounds.random(rng, CANVAS)
        if self._obstacles and rng.random() < 0.4:
            camouflaged = painted.rgb, painted.skin
            if color is not None and alpha is not None and rng.random() < 0.7:
                camouflaged = color, alpha
            background = _alike(rng, background, *camouflaged)
        values = np.stack([np.zeros_like(painted.skin), painted.skin, painted.person], axis=-1)
        weights = np.ones_like(values)
        weights[..., 1] -= np.minimum(painted.unsure, 1.0)
        scene = Scene(over(background, painted.rgb, painted.person), values, weights)
        dressed = self._obstacles and rng.random() < (0.3 if bald else 0.15)
        kind = str(rng.choice(KINDS)) if dressed else ""
        if color is not None and alpha is not None and kind not in COVERING:
            scene = scene.with_hair(color, alpha, _shadow(rng, alpha))
        if kind:
            scene = self._dress(rng, scene, subject.pose, subject.light, kind, background)
        return self._held(rng, scene, subject.pose, 0.15 if self._obstacles else 0.0)

    def _drawn_hair(self, rng: np.random.Generator, index: int, pose: HeadPose) -> tuple[F32, F32]:
        if self._worn and rng.random() < 0.15:
            return self._harvest(rng, pose)
        layer = self._hair.layer(index)
        return shift_color(rng, layer), layer[..., 3].astype(np.float32) / 255.0

    def _layer(self, rng: np.random.Generator, pose: HeadPose) -> tuple[F32, F32]:
        """Rendered hair seen from about the same side, moved onto the head."""
        near = np.flatnonzero(np.abs(self._hair.yaws - pose.yaw) < _SAME_VIEW)
        if near.size == 0:
            near = np.argsort(np.abs(self._hair.yaws - pose.yaw))[:20]
        index = int(rng.choice(near))
        layer = self._hair.layer(index)
        return _moved(shift_color(rng, layer), layer[..., 3], self._hair.records[index].pose, pose)

    def _harvest(self, rng: np.random.Generator, pose: HeadPose) -> tuple[F32, F32]:
        """Photographed hair, moved onto a head that looks about the same way."""
        turned = [abs(self._photo_pose(i).yaw - pose.yaw) for i in self._worn]
        choice = [i for i, angle in zip(self._worn, turned, strict=True) if angle < 1.5 * _SAME_VIEW]
        if not choice:
            return self._layer(rng, pose)
        photos = self._store()
        index = int(rng.choice(choice))
        hair = photos.values[index, ..., 0].astype(np.float32) * (photos.weights[index, ..., 0] > 127)
        rgba = np.dstack([photos.rgb[index], hair.astype(np.uint8)])
        return _moved(shift_color(rng, rgba), rgba[..., 3], self._photo_pose(index), pose)

    def _dress(
        self,
        rng: np.random.Generator,
        scene: Scene,
        pose: HeadPose,
        light: Light,
        kind: str,
        background: F32 | None = None,
    ) -> Scene:
        wear = draw_headwear(rng, kind, pose, light, CANVAS)
        if background is not None:
            gone = wear.crown * scene.values[..., 0]
            rgb = scene.rgb + gone[..., None] * (background - scene.rgb)
            keep = (1.0 - gone)[..., None]
            values = scene.values * np.concatenate([keep, np.ones_like(keep), keep], axis=-1)
            scene = Scene(rgb, values, scene.weights)
        if kind in COVERING:
            # Hair that hangs out below a cloth that covers it all is a thing that is not seen.
            weights = scene.weights.copy()
            weights[..., 0] *= scene.values[..., 0] < 0.05
            scene = Scene(scene.rgb, scene.values, weights)
        return scene.with_headwear(wear)

    def _held(self, rng: np.random.Generator, scene: Scene, pose: HeadPose | None, share: float) -> Scene:
        if pose is None or rng.random() > share:
            return scene
        unit = pose.scale
        x, y = pose.translation + rng.normal(0.0, [7.0, 8.0]) * unit
        if rng.random() < 0.35:
            scene = scene.with_held(draw_thing(rng, CANVAS, (float(x), float(y)), unit))
            x, y = x + rng.normal(0.0, 4.0) * unit, y + rng.uniform(0.0, 8.0) * unit
        face = scene.rgb[(scene.values[..., 1] > 0.9) & (scene.weights[..., 1] > 0.9)]
        tone = np.median(face, axis=0) if len(face) > 50 else np.array([0.7, 0.55, 0.45])
        hand = draw_hand(rng, tone.astype(np.float32), CANVAS, (float(x), float(y)), unit)
        return scene.with_held(hand)

    def _elsewhere(self, rng: np.random.Generator, scene: Scene) -> Scene:
        """The person before another background, at times one of the hair's colour."""
        person = scene.values[..., 2]
        background = self._backgrounds.random(rng, CANVAS)
        if rng.random() < 0.5:
            background = _alike(rng, background, scene.rgb, scene.values[..., 0 if rng.random() < 0.7 else 1])
        return Scene(over(background, scene.rgb, person), scene.values, scene.weights)

    def _photo(self, index: int) -> Scene:
        photos = self._store()
        rgb, values, weights = (
            plane[index].astype(np.float32) / 255.0 for plane in (photos.rgb, photos.values, photos.weights)
        )
        return Scene(rgb, values, weights)

    def _store(self) -> PhotoStore:
        assert self._photos is not None
        return self._photos

    def _pose(self, index: int) -> HeadPose | None:
        return self._store().records[index].pose

    def _photo_pose(self, index: int) -> HeadPose:
        pose = self._pose(index)
        assert pose is not None
        return pose

    def _share(self) -> npt.NDArray[np.float64]:
        """People with many pictures come up more often than those with one, but not so many times more."""
        names = [self._store().records[i].identity for i in self._indices]
        somebody = np.array([self._pose(i) is not None for i in self._indices])
        counts = np.array([names.count(name) for name in names], np.float64)
        weights = counts**_REPEAT * np.where(somebody, 1.0, _NOBODY)
        return np.asarray(weights / max(weights.sum(), 1e-9))

    def _has_hair(self, index: int) -> bool:
        photos = self._store()
        sure = (photos.weights[index, ..., 0] > 127) & (photos.values[index, ..., 0] > 200)
        return photos.records[index].pose is not None and int(sure.sum()) > 1500

    def _bare_faces(self) -> list[FaceTexture]:
        """Faces with no hair before them."""
        faces = []
        for index in self._indices:
            pose = self._pose(index)
            if pose is None or abs(pose.yaw) > 22.0:
                continue
            photos = self._store()
            landmarks = np.array(photos.records[index].landmarks, np.float32)
            inside = np.zeros((CANVAS, CANVAS), np.uint8)
            cv2.fillConvexPoly(inside, cv2.convexHull(np.rint(landmarks[:, :2]).astype(np.int32)), (1,))
            if float(photos.values[index, ..., 0][inside > 0].mean()) < 255.0 * _BARE:
                faces.append(FaceTexture(np.array(photos.rgb[index]), landmarks[:, :2]))
        return faces


def _alike(rng: np.random.Generator, background: F32, rgb: F32, mask: F32) -> F32:
    """``background`` in about the colour that ``rgb`` has within ``mask``."""
    inside = mask > 0.6
    return towards(rng, background, np.median(rgb[inside], axis=0)) if inside.any() else background


def _moved(color: F32, alpha: U8, source: HeadPose, target: HeadPose) -> tuple[F32, F32]:
    motion = source.motion_to(target)
    cover = (alpha / 255.0).astype(np.float32)
    return warp(color, motion, CANVAS, repeat=True), warp(cover, motion, CANVAS)


def _shadow(rng: np.random.Generator, alpha: F32) -> F32:
    """What hair darkens near it, 0..1."""
    soft = blur(alpha, rng.uniform(1.5, 5.0))
    fall = np.array([[1.0, 0.0, rng.normal(0.0, 2.0)], [0.0, 1.0, rng.uniform(0.0, 4.0)]])
    return np.asarray(rng.uniform(0.0, 0.45) * warp(soft, fall, CANVAS), np.float32)
