"""Where strands take which colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.look import Look
from engines.palette import PALETTE, lab_to_linear, linear_to_lab
from engines.strands.groom_file import load_groom
from engines.strands.groomer import grow
from engines.strands.paint import painted
from engines.strands.strand_set import StrandSet
from engines.strands.tint import tint_table

F64 = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def hair() -> StrandSet:
    return grow(load_groom("long-straight"), Look("long-straight").shape)


def owner(hair: StrandSet) -> npt.NDArray[np.intp]:
    return np.repeat(np.arange(len(hair.hair)), np.diff(hair.hair_start))


def per_strand(hair: StrandSet, paint: npt.NDArray[np.float32]) -> F64:
    """The most of the second colour that each strand has."""
    return np.asarray(np.maximum.reduceat(paint, hair.hair_start[:-1]), np.float64)


def length(hair: StrandSet) -> F64:
    steps = np.linalg.norm(np.diff(hair.points, axis=0), axis=1)
    return np.asarray(np.add.reduceat(np.append(steps, 0.0), hair.hair_start[:-1]))


def test_plain_hair_has_no_second_colour(hair: StrandSet) -> None:
    assert not painted(hair, "plain").any()


def test_ombre_leaves_the_roots_and_fills_the_tips(hair: StrandSet) -> None:
    paint = painted(hair, "ombre")
    long = (length(hair) > 40.0)[owner(hair)]
    assert paint[long & (hair.t < 0.12)].max() < 0.05
    assert paint[long & (hair.t > 0.85)].min() > 0.9


def test_ombre_leaves_short_hair_in_front_alone() -> None:
    bangs = grow(load_groom("full-bang-bob"), Look("full-bang-bob").shape)
    paint = painted(bangs, "ombre")
    short = (length(bangs) < 7.0)[owner(bangs)]
    whole = (length(bangs) > 18.0)[owner(bangs)]
    assert paint[short & (bangs.t > 0.9)].mean() < 0.75 * paint[whole & (bangs.t > 0.9)].mean()


def test_balayage_differs_from_lock_to_lock(hair: StrandSet) -> None:
    tips = per_strand(hair, painted(hair, "balayage"))
    assert 0.2 < (tips > 0.8).mean() < 0.8
    assert (tips < 0.05).mean() > 0.15


@pytest.mark.parametrize("gradient", ["balayage", "highlights", "money-piece"])
def test_a_lock_is_painted_as_a_whole(hair: StrandSet, gradient: str) -> None:
    chosen = per_strand(hair, painted(hair, gradient)) > 0.5  # type: ignore[arg-type]
    share = np.bincount(hair.lock, chosen) / np.bincount(hair.lock)
    assert ((share < 0.05) | (share > 0.95)).mean() > 0.97


def test_highlights_take_a_fair_share_of_the_locks_from_near_the_root(hair: StrandSet) -> None:
    paint = painted(hair, "highlights")
    chosen = per_strand(hair, paint) > 0.5
    assert 0.15 < chosen.mean() < 0.40
    assert paint[chosen[owner(hair)] & (hair.t > 0.15)].min() > 0.9


def test_a_money_piece_starts_at_the_front_hairline(hair: StrandSet) -> None:
    chosen = per_strand(hair, painted(hair, "money-piece")) > 0.5
    roots = hair.points[hair.hair_start[:-1]]
    assert 0.01 < chosen.mean() < 0.25
    assert np.quantile(roots[chosen, 2], 0.02) > -1.0
    assert {-1.0, 1.0} == set(np.sign(roots[chosen, 0]))


def test_two_tone_parts_the_hair_at_its_parting(hair: StrandSet) -> None:
    chosen = per_strand(hair, painted(hair, "two-tone")) > 0.5
    roots = hair.points[hair.hair_start[:-1], 0]
    assert (roots[chosen] > hair.part_x).all()
    assert (roots[~chosen] <= hair.part_x).all()


def test_the_second_colour_is_where_the_paint_is(hair: StrandSet) -> None:
    color = Look("long-straight", "N2", "F5", gradient="two-tone").hair_color()
    table, paint = tint_table(hair, color), painted(hair, "two-tone")
    for share, lab in ((1.0, PALETTE["F5"].tip), (0.0, PALETTE["N2"].root)):
        mean = table[(paint == share) & (hair.t < 0.3)].mean(axis=0)
        np.testing.assert_allclose(linear_to_lab(mean), lab, atol=2.5)


@pytest.mark.parametrize("color", ["N1", "N8", "X4", "X6"])
def test_the_mean_of_all_strands_is_the_swatch(hair: StrandSet, color: str) -> None:
    roots = tint_table(hair, PALETTE[color])[hair.t < 0.05].astype(np.float64)
    np.testing.assert_allclose(linear_to_lab(roots.mean(axis=0)), PALETTE[color].root, atol=2.5)


def test_salt_and_pepper_is_black_and_white_strands(hair: StrandSet) -> None:
    lightness = linear_to_lab(tint_table(hair, PALETTE["X6"])[hair.hair_start[:-1]])[:, 0]
    assert 0.15 < (lightness > 50.0).mean() < 0.3
    assert (lightness < 32.0).mean() > 0.65


def test_a_second_colour_nobody_chose_is_lighter_on_dark_and_darker_on_light_hair() -> None:
    assert Look(color="N3", gradient="ombre").hair_color().second[0] > PALETTE["N3"].tip[0] + 15.0
    assert Look(color="N10", gradient="ombre").hair_color().second[0] < PALETTE["N10"].root[0] - 10.0


def test_gloss_is_a_factor_within_bounds() -> None:
    assert Look(color="N5", gloss=0.5).hair_color().gloss == pytest.approx(0.5 * PALETTE["N5"].gloss)
    assert Look(color="N1", gloss=1.5).hair_color().gloss == 1.0


def test_colours_without_white_strands_are_all_pigment() -> None:
    color = PALETTE["N5"]
    assert color.pigmented == (color.root, color.tip)
    mixed = replace(color, white=0.1).pigmented
    assert (lab_to_linear(mixed[0]) < lab_to_linear(color.root)).all()
