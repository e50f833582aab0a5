"""What a look asks of a groom: fringes, density, part, curl; on every style, and without hair in the eyes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest

from engines.errors import GroomError
from engines.look import Fringe, Look
from engines.strands import fringe_file
from engines.strands.body import FACE, NECK, SKULL
from engines.strands.curl import curled
from engines.strands.fringe_file import FRINGE_FOLDER, load_fringe
from engines.strands.groom_file import STYLE_ORDER, load_groom
from engines.strands.groomer import grow
from engines.strands.modifiers import modified, wears_fringes
from engines.strands.strand_set import StrandSet

PRESETS = tuple(name for name in get_args(Fringe) if name not in ("auto", "none"))
# Every style in one look, every modifier in several.
LOOKS = [
    Look(style, fringe=(*PRESETS, "none")[i % 6], part=("auto", "left", "center", "right")[i % 4],
         curl=(0.0, 1.0, 2.0)[i % 3], length=(1.3, 0.7)[i % 2], volume=(0.5, 1.5)[(i // 2) % 2],
         density=(1.2, 0.6)[(i // 3) % 2])
    for i, style in enumerate(STYLE_ORDER)
]  # fmt: skip


@lru_cache(maxsize=64)
def _grown(style: str, **look: float | str) -> StrandSet:
    return grow(load_groom(style), Look(style=style, **look))  # type: ignore[arg-type]


def _before_forehead(strands: StrandSet, half_width: float = 3.0) -> npt.NDArray[np.float32]:
    """Vertices of hair in front of the forehead, between brows and hairline."""
    p = strands.points
    return np.asarray(p[(np.abs(p[:, 0]) < half_width) & (p[:, 1] > 4.6) & (p[:, 1] < 7.0) & (p[:, 2] > 5.5)])


def _turning(strands: StrandSet) -> float:
    """Radians by which strands turn per cm."""
    owner = np.repeat(np.arange(len(strands.start) - 1), np.diff(strands.start))
    steps = np.diff(strands.points, axis=0)
    inside = np.diff(owner) == 0
    length = np.linalg.norm(steps, axis=1)
    unit = steps / np.maximum(length, 1e-6)[:, None]
    both = inside[:-1] & inside[1:]
    cosine = np.clip((unit[:-1] * unit[1:]).sum(axis=1), -1.0, 1.0)
    return float(np.arccos(cosine)[both].sum() / length[inside].sum())


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.style}-{look.fringe}")
def test_every_style_grows_as_asked_outside_the_head_and_clear_of_the_eyes(look: Look) -> None:
    strands = grow(load_groom(look.style), look)
    p = strands.points
    assert np.isfinite(p).all()
    assert np.abs(strands.relief).max() <= 1.71
    for body in (SKULL, FACE, NECK):
        u = (p - np.array(body.center)) / np.array(body.radii)
        r = np.linalg.norm(u, axis=1) + 1e-6
        gradient = np.linalg.norm(u / np.array(body.radii), axis=1) + 1e-9
        assert float(((1.0 - r) * r / gradient).max()) < 0.1
    eyes = (np.abs(np.abs(p[:, 0]) - 3.15) < 1.2) & (np.abs(p[:, 1] - 2.1) < 0.5) & (p[:, 2] > 4.0)
    assert np.count_nonzero(eyes) <= 0.0005 * len(p)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_a_file_that_can_be_read(name: str) -> None:
    assert load_fringe(name).fringe.half_width > 2.0


def test_there_is_no_fringe_file_that_no_look_can_ask_for() -> None:
    assert {path.stem for path in FRINGE_FOLDER.glob("*.toml")} == set(PRESETS)


def test_a_broken_fringe_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = (FRINGE_FOLDER / "full.toml").read_text(encoding="utf-8")
    (tmp_path / "broken.toml").write_text(good.replace("[around]", "[about]"), encoding="utf-8")
    (tmp_path / "half.toml").write_text(good.split("[around]")[0], encoding="utf-8")
    monkeypatch.setattr(fringe_file, "FRINGE_FOLDER", tmp_path)
    with pytest.raises(GroomError, match=r"broken\.toml: about is unknown"):
        load_fringe("broken")
    with pytest.raises(GroomError, match=r"half\.toml: section \[around\] is missing"):
        load_fringe("half")
    with pytest.raises(GroomError, match=r"absent\.toml"):
        load_fringe("absent")


@pytest.mark.parametrize("style", ["blunt-bob", "high-ponytail"])
def test_presets_cover_the_forehead_as_their_names_say(style: str) -> None:
    covered = {name: len(_before_forehead(_grown(style, fringe=name))) for name in (*PRESETS, "none")}
    assert covered["none"] < 0.05 * covered["full"]
    assert covered["none"] < covered["see-through"] < 0.6 * covered["full"]
    assert covered["curtain"] < 0.6 * covered["full"]


def test_a_choppy_fringe_ends_above_a_full_one() -> None:
    full, choppy = (
        float(np.percentile(points[(np.abs(points[:, 0]) < 3.0) & (points[:, 2] > 5.5), 1], 2))
        for points in (_grown("blunt-bob", fringe=name).points for name in ("full", "choppy"))
    )
    assert choppy > full + 0.8


def test_a_curtain_fringe_is_open_in_the_middle_and_falls_to_both_sides() -> None:
    p = _grown("high-ponytail", fringe="curtain").points
    front = p[(p[:, 1] > 2.5) & (p[:, 1] < 5.5) & (p[:, 2] > 2.0)]
    assert np.count_nonzero(np.abs(front[:, 0]) < 2.0) < 0.01 * len(front)
    left, right = np.count_nonzero(front[:, 0] > 0.0), np.count_nonzero(front[:, 0] < 0.0)
    assert 0.7 < left / right < 1.4


def test_a_side_fringe_falls_away_from_the_part() -> None:
    left, right = (
        float(_before_forehead(_grown("high-ponytail", fringe="side", part=part), 4.5)[:, 0].mean())
        for part in ("left", "right")
    )
    assert left < -0.5
    assert right > 0.5


@pytest.mark.parametrize("style", ["buzz-cut", "afro", "box-braids"])
def test_a_style_without_hair_to_comb_forward_ignores_fringes(style: str) -> None:
    groom = load_groom(style)
    assert not wears_fringes(groom)
    assert modified(groom, Look(style, fringe="full")) == groom


def test_a_look_that_asks_for_nothing_leaves_every_groom_as_it_is() -> None:
    for style in STYLE_ORDER:
        assert modified(load_groom(style), Look(style)) == load_groom(style)


def test_thin_hair_has_fewer_strands_of_the_same_width() -> None:
    sets = [_grown("c-curl-bob", density=density) for density in (0.6, 1.0, 1.2)]
    counts = [len(strands.start) for strands in sets]
    assert counts == sorted(counts)
    assert counts[0] < 0.75 * counts[1]
    assert np.median(sets[0].width) == pytest.approx(np.median(sets[1].width), rel=0.02)
    assert sets[0].underlay < sets[1].underlay


@pytest.mark.parametrize("style", ["long-straight", "natural-curly", "afro", "as-perm"])
def test_more_curl_turns_more_and_none_is_straight(style: str) -> None:
    none, own, twice = (_turning(_grown(style, curl=curl)) for curl in (0.0, 1.0, 2.0))
    assert none < 0.2
    assert none < own < twice


def test_curl_moves_waves_along_the_types() -> None:
    waves = load_groom("long-wavy").waves
    assert curled(waves, 1.0).waves == waves
    assert curled(waves, 1.0).length == pytest.approx(1.0)
    more, none = curled(waves, 2.0), curled(waves, 0.0)
    assert more.waves.pitch < 0.7 * waves.pitch
    assert more.length < 1.0 < none.length
    assert none.waves.amplitude == 0.0


@pytest.mark.parametrize("style", ["two-block", "slick-back", "afro", "high-ponytail"])
def test_any_style_can_be_parted(style: str) -> None:
    for part, x in (("left", 3.0), ("center", 0.0), ("right", -3.0)):
        parting = modified(load_groom(style), Look(style, part=part)).parting  # type: ignore[arg-type]
        assert parting is not None
        assert parting.x == x


def test_a_swept_fringe_opens_in_the_middle_where_the_part_is() -> None:
    p = _grown("two-block", part="center").points
    front = p[(p[:, 1] > 4.6) & (p[:, 1] < 5.6) & (p[:, 2] > 5.5)]
    assert np.count_nonzero(np.abs(front[:, 0]) < 1.0) < 0.05 * max(len(front), 1)
