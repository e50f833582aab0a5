"""Taking the wearer's own hair away: what goes, and what comes in its place."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.body_outline import BodyOutline, body_outline
from realtime.head.face_regions import fill_features, fill_oval
from realtime.head.head_lock import moved_face
from realtime.head.head_view import HeadView
from realtime.pictures import resized
from realtime.rect import Rect
from realtime.removal.background_plate import BackgroundPlate
from realtime.removal.bare_head import BareHead, bare_head
from realtime.removal.clothes_fill import clothed, fill_clothes
from realtime.removal.ear_sight import EarSight
from realtime.removal.removal import RemovalFill
from realtime.removal.removal_mask import grown, hair_of_colors, sure_hair, wisps
from realtime.removal.skin_continuation import like_skin

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Part of what hair is removed with around it that is kept over brows and cheeks.
_OVER_FACE = 0.45
# Above this, cm, hair gets thinner over so many cm before it is skin.
_FOREHEAD, _ROOTS = 4.4, 0.5
# So far from the point between the ears hair is removed, cm.
_ASIDE, _ABOVE, _BELOW = 26.0, 22.0, 50.0
# How far the head may have moved before the next keyframe is made, cm.
_SLACK = 1.8
_SHARP = 0.08
# Edges are wide enough for the working scale to hold their curve (per radius of the skull), and shown narrow.
_ROUND = 12.0
_EDGE = np.clip((np.arange(256) - 127.5) * 2.4 + 127.5, 0.0, 255.0).astype(np.uint8)
# Background so far from hair, neck and trunk is sure to be none of them, cm.
_APART = 0.4
# Skin and clothes below this, cm under the chin, show where the one ends and the other begins.
_BELOW_CHIN = 1.0
# Where clothes begin under the chin if nothing of them is seen, cm; how fast that is believed otherwise.
_NECKLINE, _NECKLINE_MEMORY = 6.5, 0.4


class HairRemover:
    """Makes the removal fills of one stream; remembers whose ears were seen, and hair on the body."""

    def __init__(self, grow: float) -> None:
        self._grow = grow
        self._ears = EarSight()
        self._neckline: float | None = None
        self._lying = np.zeros((0, 0), np.float32)

    def remove(
        self, frame: U8, rgb: U8, person: F32, face: Face, hair: F32, plate: BackgroundPlate, max_age: float
    ) -> tuple[RemovalFill, BackgroundPlate]:
        """What is under ``hair`` (h, w) of ``rgb`` (h, w, 3) uint8 sRGB, and the plate with its new guesses.

        ``face`` is in the pixels of ``rgb``, ``person`` (h, w) its probability; ``frame`` is the same picture
        at the resolution of ``plate``, whose background is believed up to ``max_age`` seconds.
        Skull and forehead become skin, with ears; below the jaw come neck and clothes; all else is
        background, guessed where it was never seen.
        """
        width, height = rgb.shape[1], rgb.shape[0]
        area = _reach(face, width, height)
        if area.empty:
            return _nothing(rgb, person, plate), plate
        if self._lying.shape != hair.shape:
            self._lying = np.zeros_like(hair)
        zoom = frame.shape[1] / width
        near = np.s_[area.top : area.bottom, area.left : area.right]
        top, left, bottom, right = (round(v * zoom) for v in (area.top, area.left, area.bottom, area.right))
        fine = np.s_[top:bottom, left:right]
        part = BackgroundPlate(plate.color[fine], plate.seen[fine], plate.guessed[fine])
        moved = moved_face(face, 1.0, (-area.left, -area.top))
        fill, done = self._remove(
            frame[fine], rgb[near], person[near], moved, hair[near], self._lying[near], part, max_age
        )
        if done is not part:
            color, seen, guessed = plate.color.copy(), plate.seen.copy(), plate.guessed.copy()
            color[fine], seen[fine], guessed[fine] = done.color, done.seen, done.guessed
            plate = BackgroundPlate(color, seen, guessed)
        whole = _nothing(rgb, person, plate)
        whole.head[near], whole.masks[near], whole.plate[fine] = fill.head, fill.masks, fill.plate
        return replace(whole, guessed=fill.guessed), plate

    def _remove(
        self, frame: U8, rgb: U8, person: F32, face: Face, hair: F32, lying: F32, plate: BackgroundPlate,
        max_age: float,
    ) -> tuple[RemovalFill, BackgroundPlate]:  # fmt: skip
        view = HeadView.of(rgb, person, face)
        unit = view.face.pose.scale
        found = sure_hair(resized(hair, view.size))
        outline = body_outline(view.face, view.person, grown(found, 0.4 * unit))
        ball = _ball(view)
        inner = (view.oval > 0.9) & (view.y < 5.5) & (view.y > -7.0) & (found < 0.05)
        head = np.maximum(view.oval, ball)
        features = fill_features(view.face.landmarks, view.size, 0.5 * unit)
        # A beard has hair's colour and stays.
        features |= (view.oval > 0.5) & (view.y < -2.5)
        before, seen = resized(lying, view.size), found
        found = hair_of_colors(view.rgb, found, inner, features, head, outline, view.person, before, unit)
        # Only what a matte once found: what merely has hair's colour would spread over dark clothes.
        hanging = np.where(outline.down > 0.0, np.maximum(seen, before * found), np.float32(0.0))
        lying[:] = resized(hanging, (lying.shape[1], lying.shape[0]))
        self._ears.look(view.face, view.linear, found, inner)
        body = np.maximum.reduce([view.oval, outline.neck, outline.trunk])
        removed = self._removed(view, found, wisps(view.rgb, found, body, features, unit), ball)
        skin = like_skin(view.linear, inner, 0.5)
        outline = self._dressed(view, outline, removed, skin)
        bare = bare_head(view, found, removed, outline, ball, self._ears.hidden)
        return self._layers(view, face, bare, outline, removed, skin, frame, rgb.shape, plate, max_age)

    def _dressed(self, view: HeadView, outline: BodyOutline, removed: F32, skin: Mask) -> BodyOutline:
        clear = removed < 0.02
        body = clear & (view.person > 0.7)
        found = outline.neckline(skin, body)
        if found is not None:
            last = found if self._neckline is None else self._neckline
            self._neckline = last + _NECKLINE_MEMORY * (found - last)
        neckline = _NECKLINE if self._neckline is None else self._neckline
        below = body & (outline.down > _BELOW_CHIN) & (view.oval < 0.1)
        wall = clear & (view.person < 0.15)
        return outline.dressed(neckline, below & skin, below & ~skin, wall)

    def _removed(self, view: HeadView, found: F32, loose: F32, ball: F32) -> F32:
        reach = self._grow * view.face.pose.scale
        features = view.oval * np.clip(5.4 - view.y, 0.0, 1.0)
        ears = self._ears.shown * (1.0 - view.oval)
        wide, narrow = grown(found, reach), grown(found, _OVER_FACE * reach)
        hairline = np.maximum(view.oval, ball) * np.clip(view.y - _FOREHEAD, 0.0, 1.0)
        roots = grown(found, _ROOTS * view.face.pose.scale) * hairline
        answer = np.maximum.reduce([wide * (1.0 - features), narrow, loose, roots])
        return np.asarray(np.clip(answer * 1.15, 0.0, 1.0) * (1.0 - ears), np.float32)

    def _layers(
        self, view: HeadView, face: Face, head: BareHead, outline: BodyOutline, removed: F32, skin: Mask,
        frame: U8, shape: tuple[int, ...], plate: BackgroundPlate, max_age: float,
    ) -> tuple[RemovalFill, BackgroundPlate]:  # fmt: skip
        size, full = (shape[1], shape[0]), (frame.shape[1], frame.shape[0])
        behind = (removed > 0.004) & (head.weight < 0.996)
        # Until the next keyframe the head may move on, over a background that has not been wanted yet.
        wide = cv2.dilate(behind.astype(np.uint8), _disc(_SLACK * view.face.pose.scale)) > 0
        wall = _wide(wide & (clothed(outline) < 0.996), full)
        cloth = _wide(wide & (clothed(outline) > 0.004), full)
        time = view.face.time
        bare = (cv2.dilate(removed, _disc(_APART * view.face.pose.scale)) < 0.004) & (view.person < 0.5)
        bare &= (outline.inside < -_APART) & (head.weight < 0.004)
        plate = plate.glimpsed(frame, _narrow(bare, full), time).completed(wall, time, max_age)
        known = plate.known(time, max_age)
        there = cv2.resize(known.astype(np.uint8), view.size, interpolation=cv2.INTER_NEAREST) > 0
        gone = removed > 0.5
        unseen = gone & (head.weight < 0.5) & (outline.trunk < 0.5) & ~there
        guessed = float(unseen.sum()) / max(int(gone.sum()), 1)
        color = plate.color
        if cloth.any():
            color = fill_clothes(frame, color, cloth, view, head, outline, removed, skin)
        shaded = view.person + removed * (np.maximum(head.weight, outline.trunk) - view.person)
        masks = np.dstack([removed, shaded]) * 255.0 + 0.5
        layer = np.dstack([head.rgb, 255.0 * head.weight + 0.5])
        large = resized(np.clip(layer, 0.0, 255.0).astype(np.uint8), size)
        large[..., 3] = cv2.LUT(large[..., 3], _EDGE)
        jaw = fill_oval(face.landmarks, size, _SHARP * face.pose.scale)
        large[..., 3] = np.maximum(large[..., 3], 255.0 * jaw)
        fill = RemovalFill(
            large,
            _bytes(color),
            resized(np.clip(masks, 0.0, 255.0).astype(np.uint8), size),
            guessed,
        )
        return fill, plate


def _reach(face: Face, width: int, height: int) -> Rect:
    """Where the hair of this head can be, with something around it to continue."""
    x, y = face.pose.translation
    unit = face.pose.scale
    low = _BELOW if abs(face.pose.roll) < 35.0 else _ASIDE
    box = (x - _ASIDE * unit, y - _ABOVE * unit, x + _ASIDE * unit, y + low * unit)
    return Rect(*(round(float(v)) for v in box)).within(Rect(0, 0, width, height))


def _nothing(rgb: U8, person: F32, plate: BackgroundPlate) -> RemovalFill:
    """A fill that removes nothing."""
    masks = np.zeros((*rgb.shape[:2], 2), np.uint8)
    masks[..., 1] = np.clip(person * 255.0 + 0.5, 0.0, 255.0)
    return RemovalFill(np.zeros((*rgb.shape[:2], 4), np.uint8), _bytes(plate.color), masks)


def _bytes(color: F32) -> U8:
    return np.asarray(cv2.convertScaleAbs(color), np.uint8)


def _ball(view: HeadView) -> F32:
    """Where the skull is seen: all of its outline, but below the ears only what lies behind them."""
    inside = np.clip((1.0 - view.skull.radius) * _ROUND + 0.5, 0.0, 1.0)
    # Turned to the camera, the side of the head reaches down to where jaw and neck meet.
    turned = np.clip(3.0 * view.skull.normals[..., 2] - 1.0, 0.0, 1.0)
    low = np.clip((view.y + 1.5 + 3.5 * turned) / 2.0, 0.0, 1.0)
    behind = np.clip(-2.5 - view.skull.points[..., 2], 0.0, 1.0) * np.clip((view.y + 5.5) / 2.0, 0.0, 1.0)
    return np.asarray(inside * np.maximum(low, behind), np.float32)


def _disc(radius: float) -> U8:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _wide(mask: Mask, size: tuple[int, int]) -> Mask:
    """``mask`` in a picture of ``size`` (width, height), a little wider than it is."""
    wide = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(wide, size, interpolation=cv2.INTER_NEAREST) > 0)


def _narrow(mask: Mask, size: tuple[int, int]) -> Mask:
    """``mask`` in a picture of ``size`` (width, height), a little narrower than it is."""
    return ~_wide(~mask, size)
