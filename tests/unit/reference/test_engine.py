"""Shells of hair: they show the photo's hair and nothing else of it, up to the angle where strands begin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from engines.base import AdjustableEngine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.head_shape import HeadShape
from engines.light import Light
from engines.look import Look
from engines.palette import linear_to_lab, linear_to_srgb, resolve_color
from engines.quality import Quality
from engines.reference.engine import ReferenceEngine
from engines.reference.reference import Reference
from tests.unit.reference.portraits import HAIR, face_at, reference, turned

CROP = HeadCrop(np.zeros((8, 8, 3), np.uint8), np.eye(2, 3), np.eye(2, 3))
NEUTRAL = Light(ambient=0.9, color=np.ones(3, np.float32))


class Strands:
    """Stands in for the strand engine: says what it was asked, and draws a blue frame."""

    name = "strands"

    def __init__(self) -> None:
        self.prepared: list[Look] = []
        self.drawn = 0
        self.quality = Quality()
        self.closed = False

    def prepare(self, look: Look) -> Look:
        self.prepared.append(look)
        return look

    def keyframe(self, crop: HeadCrop, face: Face, prepared: Look) -> Look:
        return prepared

    def render(self, face: Face, keyframe: Look) -> HairLayer:
        self.drawn += 1
        rgba = np.zeros((face.size[1], face.size[0], 4), np.float32)
        rgba[..., 2:] = 1.0
        return HairLayer(rgba, np.eye(2, 3))

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def photo() -> Reference:
    return reference()


def rendered(engine: ReferenceEngine, look: Look, face: Face) -> np.ndarray[Any, np.dtype[np.float32]]:
    keyframe = engine.keyframe(CROP, face, engine.prepare(look))
    layer = engine.render(face, keyframe)
    assert layer is not None
    return np.asarray(cv2.warpAffine(layer.rgba, layer.to_frame, face.size), np.float32)


def srgb(rgba: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Colours of what is opaque, 0..255."""
    return linear_to_srgb(rgba[rgba[..., 3] > 0.95][:, :3]) * 255.0


def lit(face: Face) -> Face:
    return replace(face, light=NEUTRAL)


def test_in_the_photos_pose_its_hair_is_where_it_was(photo: Reference) -> None:
    rgba = rendered(
        ReferenceEngine(Strands()), Look("long-straight", reference=photo), lit(face_at(photo.pose))
    )
    ours, theirs = rgba[..., 3] > 0.5, photo.alpha > 127
    assert (ours & theirs).sum() / (ours | theirs).sum() > 0.93
    np.testing.assert_allclose(np.median(srgb(rgba), axis=0), HAIR, atol=22)


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (-24, 0), (24, 0), (0, 18), (12, -18)])
def test_neither_wall_nor_skin_of_the_photo_is_shown(photo: Reference, yaw: float, pitch: float) -> None:
    face = lit(face_at(turned(yaw, pitch)))
    rgba = rendered(ReferenceEngine(Strands()), Look("long-straight", reference=photo), face)
    seen = rgba[rgba[..., 3] > 0.2]
    red, green, blue = (seen[:, k] / seen[:, 3] for k in range(3))
    assert (red > green).all()
    assert (green > blue).all()
    assert red.max() < 0.4


@pytest.mark.parametrize("yaw", [-24, -12, 12, 24])
def test_a_turned_head_has_hair_all_over_its_top_and_sides(photo: Reference, yaw: float) -> None:
    face = lit(face_at(turned(yaw)))
    rgba = rendered(ReferenceEngine(Strands()), Look("long-straight", reference=photo), face)
    crown = face.pose.project(np.array([(0.0, 12.2, -2.0), (0.0, 11.5, 1.0), (0.0, 11.5, -4.0)]))
    side = -np.sign(yaw)
    beside = face.pose.project(np.array([(side * 8.2, y, -3.0) for y in (0.0, 4.0, 8.0)]))
    for x, y, _ in (*crown, *beside):
        assert rgba[round(y), round(x), 3] > 0.9


def test_the_face_is_left_free(photo: Reference) -> None:
    for yaw in (-20, 0, 20):
        face = lit(face_at(turned(yaw)))
        rgba = rendered(ReferenceEngine(Strands()), Look("long-straight", reference=photo), face)
        for index in (1, 4, 13, 152, 159, 386, 50, 280):
            x, y, _ = face.landmarks[index]
            assert rgba[round(float(y)), round(float(x)), 3] < 0.05


def test_strands_are_drawn_only_where_the_shell_ends(photo: Reference) -> None:
    strands = Strands()
    engine, look = ReferenceEngine(strands), Look("pixie", reference=photo)
    rendered(engine, look, face_at(turned(34.0)))
    assert strands.drawn == 0
    whole = rendered(engine, look, replace(face_at(turned(40.0)), time=10.0))
    assert (whole[..., 2] == 1.0).all()
    assert [prepared.reference for prepared in strands.prepared] == [None] * 2
    assert {prepared.color for prepared in strands.prepared} == {photo.colors.color}


def test_between_shell_and_strands_time_mixes_and_nobody_is_left_with_a_mixture(photo: Reference) -> None:
    engine = ReferenceEngine(Strands())
    keyframe = engine.keyframe(CROP, face_at(turned(0.0)), engine.prepare(Look("pixie", reference=photo)))
    corner = []
    for frame, yaw in enumerate([*[30.0] * 3, *[39.0] * 14, *[36.5] * 6, *[34.0] * 14]):
        layer = engine.render(replace(face_at(turned(yaw)), time=frame / 30.0), keyframe)
        assert layer is not None
        corner.append(cv2.warpAffine(layer.rgba, layer.to_frame, (400, 450))[5, 5, 3])
    assert corner[2] == 0.0
    assert 0.0 < corner[6] < 1.0
    assert corner[16:23] == [1.0] * 7
    assert 0.0 < corner[26] < 1.0
    assert corner[-1] == 0.0
    assert np.abs(np.diff(corner)).max() < 0.2


def test_long_hair_swings_when_the_head_stops_and_comes_to_rest(photo: Reference) -> None:
    def tips(motion: bool) -> list[float]:
        engine = ReferenceEngine(Strands())
        engine.quality = Quality(motion=motion)
        keyframe = engine.keyframe(CROP, face_at(turned(0.0)), engine.prepare(Look("pixie", reference=photo)))
        middle = []
        for frame in range(75):
            # The head moves to image right for half a second, then stands.
            pose = turned(0.0)
            pose = replace(pose, translation=np.array([110.0 + 6.0 * min(frame, 15), 200.0]))
            layer = engine.render(replace(face_at(pose), time=frame / 30.0), keyframe)
            assert layer is not None
            row = round(pose.translation[1] + 15.0 * pose.scale)
            alpha = cv2.warpAffine(layer.rgba, layer.to_frame, (400, 450))[row, :, 3]
            middle.append(float((alpha * np.arange(400)).sum() / alpha.sum()) - float(pose.translation[0]))
        return middle

    still, swinging = tips(False), tips(True)
    assert max(still[20:]) - min(still[20:]) < 1.0
    assert max(swinging[15:30]) - still[-1] > 2.0
    assert abs(swinging[-1] - still[-1]) < 1.0


def test_looks_without_a_reference_are_the_strand_engines_alone() -> None:
    strands = Strands()
    engine = ReferenceEngine(strands)
    rgba = rendered(engine, Look("pixie", color="N4"), face_at(turned(0.0)))
    assert strands.prepared == [Look("pixie", color="N4")]
    assert (rgba[..., 2] == 1.0).all()


def test_another_colour_dyes_the_hair_and_keeps_its_locks(photo: Reference) -> None:
    engine, face = ReferenceEngine(Strands()), lit(face_at(photo.pose))
    plain = rendered(engine, Look("long-straight", reference=photo), face)
    dyed = rendered(engine, Look("long-straight", color="X7", reference=photo), replace(face, time=10.0))
    opaque = (plain[..., 3] > 0.95) & (dyed[..., 3] > 0.95)
    lab = linear_to_lab(dyed[opaque][:, :3])
    wanted = np.array(resolve_color("X7").root)
    np.testing.assert_allclose(np.median(lab, axis=0), wanted, atol=9.0)
    lights = [linear_to_lab(image[opaque][:, :3])[:, 0] for image in (plain, dyed)]
    assert np.corrcoef(lights[0], lights[1])[0, 1] > 0.6


def test_colour_of_the_reference_itself_is_its_own_texture(photo: Reference) -> None:
    engine, face = ReferenceEngine(Strands()), lit(face_at(photo.pose))
    plain = rendered(engine, Look("long-straight", reference=photo), face)
    told = rendered(
        engine,
        Look("long-straight", color=photo.colors.color, reference=photo),
        replace(face, time=10.0),
    )
    np.testing.assert_array_equal(plain, told)


def test_dim_light_makes_dim_hair(photo: Reference) -> None:
    engine, face = ReferenceEngine(Strands()), face_at(photo.pose)
    look = Look("long-straight", reference=photo)
    dim = replace(NEUTRAL, color=np.full(3, 0.4, np.float32))
    bright = rendered(engine, look, replace(face, light=NEUTRAL))
    dark = rendered(engine, look, replace(face, light=dim, time=10.0))
    opaque = bright[..., 3] > 0.95
    assert np.median(dark[opaque][:, 0] / bright[opaque][:, 0]) == pytest.approx(0.4, abs=0.02)


def test_a_wider_head_gets_wider_hair(photo: Reference) -> None:
    engine, face = ReferenceEngine(Strands()), lit(face_at(photo.pose))
    look = Look("long-straight", reference=photo)
    widths = []
    for width in (0.95, 1.08):
        rgba = rendered(engine, look, replace(face, shape=HeadShape(width=width), time=100.0 * width))
        columns = np.flatnonzero((rgba[..., 3] > 0.5).any(axis=0))
        widths.append(columns[-1] - columns[0])
    assert widths[1] / widths[0] == pytest.approx(1.08 / 0.95, abs=0.03)


def test_the_governor_reaches_the_strands() -> None:
    strands = Strands()
    engine = ReferenceEngine(strands)
    assert isinstance(engine, AdjustableEngine)
    engine.quality = Quality(level=2, strands=0.5)
    rendered(engine, Look("pixie"), face_at(turned(0.0)))
    assert strands.quality.strands == 0.5
    engine.close()
    assert strands.closed
