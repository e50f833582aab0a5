"""Grown hair: on the head, outside the head, within its budget, and as the look asks for."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.look import Look
from engines.strands.body import FACE, NECK, SKULL, Ellipsoid, hairline_height
from engines.strands.boxes import boxes
from engines.strands.braids import braid
from engines.strands.groom_file import list_styles, load_groom
from engines.strands.groomer import grow
from engines.strands.scalp import random_roots
from engines.strands.strand_set import StrandSet

STYLES = [style.id for style in list_styles()]
MEDIUM_AND_LONG = {
    "long-straight",
    "long-wavy",
    "hush-cut",
    "mid-c-curl",
    "c-curl-bob",
    "blunt-bob",
    "full-bang-bob",
    "leaf-cut",
    "hime-cut",
    "wolf-cut",
}
COILED = {"long-wavy", "afro", "hippie-perm", "natural-curly", "box-braids"}
EYE_LINE = 2.6
VERTEX_BUDGET, COILED_BUDGET = 200_000, 340_000

_PX = 6.0


@lru_cache(maxsize=64)
def _grown(style: str, **look: float | str) -> StrandSet:
    return grow(load_groom(style), Look(style=style, **look))  # type: ignore[arg-type]


def _depth_inside(points: npt.NDArray[np.float32], body: Ellipsoid) -> float:
    """Largest distance in cm of a point below the surface of ``body`` (first order)."""
    u = (points - np.array(body.center)) / np.array(body.radii)
    r = np.linalg.norm(u, axis=1) + 1e-6
    gradient = np.linalg.norm(u / np.array(body.radii), axis=1) + 1e-9
    return float(((1.0 - r) * r / gradient).max())


def _strand_of(strands: StrandSet) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(strands.start) - 1), np.diff(strands.start))


def _roots(strands: StrandSet) -> npt.NDArray[np.float32]:
    return np.asarray(strands.points[strands.t == 0.0])


def _silhouette(strands: StrandSet) -> npt.NDArray[np.bool_]:
    """The outline from the front at 6 px per cm, hair behind face and neck left out."""
    image = np.zeros((300, 240), np.uint8)
    xy = np.stack([120 + _PX * strands.points[:, 0], 110 - _PX * strands.points[:, 1]], axis=1)
    behind = np.zeros(len(xy), bool)
    for body in (SKULL, FACE, NECK):
        flat = (strands.points[:, :2] - np.array(body.center[:2])) / np.array(body.radii[:2])
        behind |= ((flat**2).sum(axis=1) < 1.0) & (strands.points[:, 2] < body.center[2])
    ends = np.flatnonzero(np.diff(_strand_of(strands)) == 0)
    ends = ends[~(behind[ends] | behind[ends + 1])]
    lines = np.rint(np.stack([xy[ends], xy[ends + 1]], axis=1)).astype(np.int32)
    cv2.polylines(image, list(lines), False, (255,), 1)
    return cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0


@pytest.mark.parametrize("style", STYLES)
def test_a_strand_set_is_well_formed(style: str) -> None:
    strands = _grown(style)
    vertices, pieces = len(strands.points), len(strands.start) - 1
    assert strands.points.shape == (vertices, 3)
    assert strands.points.dtype == np.float32
    assert strands.start.dtype == np.int32
    assert strands.start[0] == 0
    assert strands.start[-1] == vertices
    assert (np.diff(strands.start) >= 2).all()
    assert strands.tau.shape == (vertices, 5)
    assert (strands.tau >= 0.0).all()
    assert strands.jitter.shape == (pieces, 3)
    assert strands.width.shape == (pieces,)
    assert (strands.width > 0.0).all()
    assert ((strands.t >= 0.0) & (strands.t <= 1.0)).all()
    inside = np.diff(_strand_of(strands)) == 0
    assert (np.diff(strands.t)[inside] > 0.0).all()
    for array in (strands.points, strands.tau, strands.relief, strands.jitter, strands.width):
        assert np.isfinite(array).all()
    assert np.abs(strands.relief).max() <= 1.71


@pytest.mark.parametrize("style", STYLES)
def test_growth_keeps_its_budget(style: str) -> None:
    groom = load_groom(style)
    assert len(_grown(style).points) <= (COILED_BUDGET if style in COILED else VERTEX_BUDGET)
    if style in MEDIUM_AND_LONG:
        assert groom.strands.count >= 10_000


def test_growth_is_deterministic() -> None:
    first, second = (grow(load_groom("pixie"), Look(style="pixie")) for _ in range(2))
    for name in ("points", "start", "t", "tau", "relief", "jitter", "width"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("style", STYLES)
def test_hair_stays_outside_skull_face_and_neck(style: str) -> None:
    points = _grown(style).points
    for body in (SKULL, FACE, NECK):
        assert _depth_inside(points, body) < 0.1


@pytest.mark.parametrize("style", STYLES)
def test_roots_stand_on_the_scalp_above_the_hairline(style: str) -> None:
    roots = _roots(_grown(style))
    assert len(roots) > 500
    # The nape grows on the neck where that stands out of the skull.
    radius = [
        np.linalg.norm((roots - body.center) / np.array(body.radii), axis=1) for body in (SKULL, FACE, NECK)
    ]
    assert np.abs(np.array(radius) - 1.0).min(axis=0).max() < 0.04
    # Pushed out of the neck, a root of the nape may slip a little.
    assert (roots[:, 1] > hairline_height(roots) - 0.3).mean() > 0.999


@pytest.mark.parametrize("style", STYLES)
def test_no_hair_hangs_before_the_eyes(style: str) -> None:
    points = _grown(style).points
    eyes = (np.abs(np.abs(points[:, 0]) - 3.15) < 1.2) & (np.abs(points[:, 1] - 2.1) < 0.5)
    assert np.count_nonzero(eyes & (points[:, 2] > 4.0)) <= 0.0005 * len(points)


@pytest.mark.parametrize("style", [s for s in STYLES if load_groom(s).fringe is not None])
@pytest.mark.parametrize("length", [1.0, 1.3])
def test_a_fringe_covers_the_forehead_but_not_the_eyes(style: str, length: float) -> None:
    points = _grown(style, length=length).points
    before = points[(np.abs(points[:, 0]) < 4.0) & (points[:, 2] > 5.5)]
    assert np.percentile(before[:, 1], 0.2) > EYE_LINE - 0.3
    assert np.percentile(before[:, 1], 1.0) < max(5.5, load_groom(style).fringe.height + 0.3)  # type: ignore[union-attr]


@pytest.mark.parametrize("style", [s for s in STYLES if load_groom(s).parting is not None])
def test_no_strand_starts_on_one_side_of_a_parting_and_ends_on_the_other_at_the_top(style: str) -> None:
    strands = _grown(style)
    part_x = load_groom(style).parting.x  # type: ignore[union-attr]
    owner = _strand_of(strands)
    at_root = strands.t == 0.0
    front = at_root & (strands.points[:, 2] > 4.5) & (np.abs(strands.points[:, 0] - part_x) > 0.4)
    side = np.zeros(len(strands.start) - 1)
    side[owner[front]] = np.sign(strands.points[front, 0] - part_x)
    near = (strands.t < 0.15) & (side[owner] != 0)
    crossed = np.sign(strands.points[near, 0] - part_x) != side[owner[near]]
    assert crossed.mean() < 0.02


def test_silhouettes_differ() -> None:
    outlines = {style: _silhouette(_grown(style)) for style in STYLES}
    for (a, first), (b, second) in itertools.combinations(outlines.items(), 2):
        overlap = np.count_nonzero(first & second) / np.count_nonzero(first | second)
        assert overlap < 0.9, f"{a} and {b} look alike from the front ({overlap:.2f})"


@pytest.mark.parametrize("style", ["c-curl-bob", "long-straight", "hush-cut", "afro"])
def test_length_makes_hair_longer_and_shorter(style: str) -> None:
    def reach(length: float) -> float:
        points = _grown(style, length=length).points
        low = points[points[:, 2] < -1.0]
        return float(np.percentile(np.linalg.norm(low, axis=1) if style == "afro" else -low[:, 1], 99))

    short, normal, long = (reach(length) for length in (0.7, 1.0, 1.3))
    assert short < normal - 0.2
    assert normal < long - 0.2


@pytest.mark.parametrize("style", ["c-curl-bob", "two-block", "afro"])
def test_volume_makes_hair_wider(style: str) -> None:
    def width(volume: float) -> float:
        points = _grown(style, volume=volume).points
        return float(np.percentile(np.abs(points[points[:, 1] > 3.0, 0]), 98))

    assert width(0.5) < width(1.0) - 0.1
    assert width(1.0) < width(1.5) - 0.05


@pytest.mark.parametrize("style", ["long-wavy", "center-part-perm"])
def test_curl_bends_strands_and_none_leaves_them_straight(style: str) -> None:
    def turning(curl: float) -> float:
        strands = _grown(style, curl=curl)
        steps = np.diff(strands.points, axis=0)
        inside = np.diff(_strand_of(strands)) == 0
        length = np.linalg.norm(steps, axis=1)
        direction = steps / np.maximum(length, 1e-6)[:, None]
        both = inside[:-1] & inside[1:]
        cosine = np.clip((direction[:-1] * direction[1:]).sum(axis=1), -1.0, 1.0)
        return float(np.arccos(cosine)[both].sum() / length[inside].sum())

    assert turning(0.0) < 0.75 * turning(1.0)
    assert turning(1.0) < turning(2.0)


@pytest.mark.parametrize("style", ["long-straight", "full-bang-bob"])
def test_part_moves_the_parting(style: str) -> None:
    assert _grown(style, part="left").part_x > 1.0
    assert _grown(style, part="center").part_x == pytest.approx(0.0)
    assert _grown(style, part="right").part_x < -1.0


def test_a_part_to_the_left_is_the_mirror_of_one_to_the_right() -> None:
    left, right = (_grown("c-curl-bob", part=part).points for part in ("left", "right"))
    front_left, front_right = (p[(p[:, 2] > 4.0) & (p[:, 1] > 4.0)] for p in (left, right))
    assert front_left[:, 0].mean() == pytest.approx(-front_right[:, 0].mean(), abs=0.5)
    assert front_left[:, 0].mean() < -0.5


def test_a_fade_leaves_no_hair_by_the_ears_and_all_of_it_above() -> None:
    def near_the_ears(style: str, low: float, high: float) -> int:
        roots = _roots(_grown(style))
        at = (np.abs(roots[:, 2] - 1.0) < 2.0) & (roots[:, 1] > low) & (roots[:, 1] < high)
        return int(np.count_nonzero(at))

    fade = load_groom("french-crop").fade
    assert fade is not None
    assert near_the_ears("french-crop", -3.0, fade.low) == 0
    assert near_the_ears("two-block", -3.0, fade.low) > 50
    assert near_the_ears("french-crop", fade.high, fade.high + 1.0) > 50


def test_side_locks_end_in_a_step_before_the_long_hair() -> None:
    strands = _grown("hime-cut")
    locks = load_groom("hime-cut").side_locks
    assert locks is not None
    tips = strands.points[strands.t == 1.0]
    beside_the_mouth = tips[(np.abs(tips[:, 0]) < 7.5) & (tips[:, 2] > 0.0)]
    assert np.count_nonzero(np.abs(beside_the_mouth[:, 1] - locks.height) < 0.5) > 200
    assert np.count_nonzero(np.abs(beside_the_mouth[:, 1] - locks.height + 2.0) < 1.0) < 40


def test_the_strands_of_a_ringlet_stay_together() -> None:
    groom = load_groom("natural-curly")
    assert groom.ringlets is not None
    loose = replace(groom, ringlets=replace(groom.ringlets, spread=3.0))

    def unlike_neighbours(set_of: StrandSet) -> float:
        """How much the direction of vertices that lie together differs."""
        inside = np.diff(_strand_of(set_of)) == 0
        steps = np.diff(set_of.points, axis=0)[inside]
        cell = np.floor(set_of.points[:-1][inside] / 0.6).astype(np.int64)
        _, member = np.unique(cell, axis=0, return_inverse=True)
        unit = steps / np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-6)
        count = np.bincount(member)
        mean = np.column_stack([np.bincount(member, unit[:, axis]) for axis in range(3)]) / count[:, None]
        full = count > 8
        return float(1.0 - np.linalg.norm(mean[full], axis=1).mean())

    look = Look(style="natural-curly")
    assert unlike_neighbours(_grown("natural-curly")) < 0.9 * unlike_neighbours(grow(loose, look))


def test_a_ponytail_hangs_behind_the_head_and_leaves_neck_and_shoulders_free_before_it() -> None:
    points = _grown("high-ponytail").points
    low = points[points[:, 1] < -11.0]
    assert len(low) > 2000
    assert low[:, 2].max() < -5.0
    assert points[points[:, 2] < -9.0, 1].max() > SKULL.center[1] + SKULL.radii[1]


def test_a_bun_keeps_all_hair_but_what_was_left_out_near_the_head() -> None:
    groom = load_groom("low-bun")
    assert groom.gathered is not None
    assert groom.bun is not None
    points = grow(replace(groom, gathered=replace(groom.gathered, loose=0.0)), Look("low-bun")).points
    assert points[:, 1].min() > -8.0
    knot = points[points[:, 2] < SKULL.center[2] - SKULL.radii[2] - 1.5]
    assert len(knot) > 1000
    assert np.abs(knot[:, 0]).max() < groom.bun.radius + 0.5


def test_a_longer_look_makes_the_tail_longer() -> None:
    assert (
        _grown("high-ponytail", length=1.3).points[:, 1].min()
        < _grown("high-ponytail").points[:, 1].min() - 5
    )


def test_no_hair_grows_in_the_partings_between_boxes() -> None:
    braids = load_groom("box-braids").braids
    assert braids is not None
    roots = _roots(_grown("box-braids")).astype(np.float64)
    # Lower down the neck stands out of the skull and moves them a little.
    on_skull = roots[:, 1] > 2.0
    _, edge = boxes(roots[on_skull], braids.size)
    assert (edge > 0.5 * braids.part - 0.02).all()


def test_the_hair_of_a_box_stays_in_its_braid() -> None:
    groom = load_groom("box-braids")
    assert groom.braids is not None
    rng = np.random.default_rng(3)
    strands, locks = braid(groom, groom.braids, random_roots(1500, 0.4, rng), rng)
    for owner in np.unique(locks.large[:, 0]):
        mine = strands.points[
            (locks.large[:, 0] == owner) & (strands.length > 20.0), strands.points.shape[1] // 2
        ]
        if len(mine) > 2:
            across = mine - mine.mean(axis=0)
            assert np.linalg.norm(across[:, [0, 2]], axis=1).max() < 1.2 * groom.braids.width
