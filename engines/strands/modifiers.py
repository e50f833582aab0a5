"""What a look changes about a groom: fringe, part, length, volume, curl and density."""

from __future__ import annotations

from dataclasses import replace

from engines.look import Look
from engines.strands.curl import curled
from engines.strands.fringe_file import load_fringe
from engines.strands.groom import Fall, Groom, Parting

CROWN_HEIGHT = 12.0
"""Height in cm from which cut planes are measured when a look asks for longer or shorter hair."""

_PART_X = {"left": 3.0, "center": 0.0, "right": -3.0}
_ZONES = ("top", "edge", "front", "side", "back", "nape")
# Hair shorter than this at the forehead, cm, has nothing to comb over it.
_SHORTEST_FRINGE = 2.0
# From this length on, cm, hair that wears no fringe parts before the face; shorter hair is brushed up.
_FALLS = 6.0
_BRUSHED_UP = 48.0
# How hair falls that stood by its curl alone.
_FALLEN_GRAVITY, _FALLEN_VOLUME = 0.26, 1.6


def modified(groom: Groom, look: Look) -> Groom:
    """``groom`` as ``look`` asks for it.

    Fringes and fades keep their heights, so that longer hair does not cover the eyes.

    Raises:
        GroomError: the file of the look's fringe is broken.
    """
    groom = _parted(_fringed(groom, look), look)
    groom = _lengthened(_curled(groom, look.curl), look.length)
    return _thinned(_raised(groom, look), look.density)


def wears_fringes(groom: Groom) -> bool:
    """Whether there is hair at the forehead that can be combed over it."""
    return groom.ball is None and groom.braids is None and groom.lengths.front >= _SHORTEST_FRINGE


def _fringed(groom: Groom, look: Look) -> Groom:
    if look.fringe == "auto" or not wears_fringes(groom):
        return groom
    if look.fringe == "none":
        return _without_fringe(groom)
    preset = load_fringe(look.fringe)
    fringe, fall, parting = preset.fringe, groom.fall, groom.parting
    if parting is not None:
        parting = replace(parting, show=parting.show * preset.around.show)
        if fringe.part > 0.0 and parting.x < 0.0:
            fringe = replace(fringe, x=-fringe.x)
    fall = replace(fall, curtain_top=max(fall.curtain_top, preset.around.room))
    return replace(groom, fringe=fringe, fall=fall, parting=parting)


def _without_fringe(groom: Groom) -> Groom:
    if groom.fringe is None:
        return groom
    if groom.lengths.front < _FALLS:
        comb = replace(groom.comb, lift=max(groom.comb.lift, _BRUSHED_UP))
        return replace(groom, fringe=None, comb=comb)
    parting = groom.parting or Parting(x=2.0, back=-4.0, show=0.4)
    parting = replace(parting, show=max(parting.show, 0.4))
    fall = replace(
        groom.fall,
        curtain=1.0,
        curtain_top=min(groom.fall.curtain_top, 1.2),
        curtain_low=6.0,
        curtain_ragged=0.4,
    )
    return replace(groom, fringe=None, parting=parting, fall=fall)


def _parted(groom: Groom, look: Look) -> Groom:
    if look.part == "auto":
        return groom
    x = _PART_X[look.part]
    groom = replace(groom, parting=replace(groom.parting or Parting(x=x, back=-5.0, show=0.5), x=x))
    fringe = groom.fringe
    if fringe is None:
        return groom
    if fringe.part > 0.0:
        return replace(groom, fringe=replace(fringe, x=x if x else 0.0))
    if not x and fringe.sweep:
        # Combed to one side, hair opens where the new part is.
        return replace(groom, fringe=replace(fringe, part=0.8, x=0.0, open=2.4, tilt=0.0))
    away = -1.0 if x > 0.0 else 1.0
    return replace(
        groom, fringe=replace(fringe, sweep=away * abs(fringe.sweep), tilt=away * abs(fringe.tilt))
    )


def _lengthened(groom: Groom, factor: float) -> Groom:
    lengths = replace(groom.lengths, **{zone: getattr(groom.lengths, zone) * factor for zone in _ZONES})
    groom = replace(groom, lengths=lengths)
    if groom.cut is not None:
        groom = replace(groom, cut=replace(groom.cut, height=_lower(groom.cut.height, factor)))
    if groom.side_locks is not None:
        locks = replace(groom.side_locks, height=_lower(groom.side_locks.height, factor))
        groom = replace(groom, side_locks=locks)
    if groom.tail is not None:
        groom = replace(groom, tail=replace(groom.tail, length=groom.tail.length * factor))
    if groom.ball is not None:
        groom = _sized(groom, 1.0 + 0.45 * (factor - 1.0))
    return groom


def _lower(height: float, factor: float) -> float:
    return height - (CROWN_HEIGHT - height) * (factor - 1.0)


def _curled(groom: Groom, curl: float) -> Groom:
    if curl == 1.0:
        return groom
    waves = curled(groom.waves, curl)
    groom = replace(groom, waves=waves.waves)
    if groom.ball is None:
        groom = _lengthened(groom, waves.length)
    more, less = max(curl - 1.0, 0.0), max(1.0 - curl, 0.0)
    frizz = groom.strands.frizz * (0.3 + 0.7 * curl if curl < 1.0 else 1.0 + 0.5 * more)
    fall = replace(groom.fall, volume=groom.fall.volume * (1.0 + 0.25 * more))
    if groom.ball is not None and less:
        groom, fall = _relaxed(groom, less)
    ends = groom.ends
    if ends is not None:
        ends = replace(ends, radius=ends.radius / min(max(curl, 0.3), 1.6)) if curl > 0.1 else None
    return replace(groom, strands=replace(groom.strands, frizz=frizz), fall=fall, ends=ends)


def _relaxed(groom: Groom, share: float) -> tuple[Groom, Fall]:
    """Standing hair as it falls when its curl goes, and its fall."""
    fall = groom.fall
    comb = replace(groom.comb, radial=groom.comb.radial * (1.0 - share))
    fall = replace(
        fall,
        gravity=fall.gravity + share * (_FALLEN_GRAVITY - fall.gravity),
        volume=fall.volume + share * (_FALLEN_VOLUME - fall.volume),
        hug=0.1 * share,
        curtain=1.0,
        curtain_low=6.2,
    )
    parting = groom.parting or Parting(x=1.5, back=-2.0, show=0.0)
    comb = replace(comb, lift=comb.lift * (1.0 - 0.6 * share))
    underlay = groom.surface.underlay + share * (0.9 - groom.surface.underlay)
    surface = replace(groom.surface, underlay=underlay)
    return replace(groom, comb=comb, parting=parting, surface=surface), fall


def _raised(groom: Groom, look: Look) -> Groom:
    fall = replace(groom.fall, volume=groom.fall.volume * look.volume)
    comb = replace(groom.comb, lift=groom.comb.lift * (0.4 + 0.6 * look.volume))
    groom = replace(groom, fall=fall, comb=comb)
    if groom.gathered is not None:
        groom = replace(groom, gathered=replace(groom.gathered, rise=groom.gathered.rise * look.volume))
    if groom.ball is not None:
        groom = _sized(groom, 1.0 + 0.3 * (look.volume - 1.0))
    return groom


def _sized(groom: Groom, factor: float) -> Groom:
    assert groom.ball is not None
    radii = {axis: getattr(groom.ball, axis) * factor for axis in ("width", "height", "depth")}
    return replace(groom, ball=replace(groom.ball, **radii))


def _thinned(groom: Groom, density: float) -> Groom:
    if density == 1.0:
        return groom
    # The width is of one of a fixed number of strands: fewer must not be drawn wider.
    strands = replace(
        groom.strands,
        count=round(groom.strands.count * density),
        width=groom.strands.width * density**0.5,
    )
    surface = replace(groom.surface, underlay=groom.surface.underlay * min(density, 1.0))
    parting = groom.parting
    if parting is not None:
        parting = replace(parting, show=min(1.0, parting.show + 0.8 * max(0.0, 1.0 - density)))
    return replace(groom, strands=strands, surface=surface, parting=parting)
