"""From a groom to strands ready to draw."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.look import Look
from engines.strands.bake import thin_out
from engines.strands.braids import braid
from engines.strands.children import Strands, crosses_face, gate_features, interpolate, push_out
from engines.strands.clumps import Locks, gather
from engines.strands.fields import LOOSE, Fields, density, fade_share, fields_at
from engines.strands.finer import Baked, refined
from engines.strands.gathered import even, sweep
from engines.strands.groom import Groom
from engines.strands.growth import grow_guides
from engines.strands.modifiers import modified
from engines.strands.optical_depth import optical_depth
from engines.strands.scalp import F64, Roots, drawn_to_part, even_roots, join, random_roots
from engines.strands.strand_set import F32, StrandSet
from engines.strands.streams import stream_noise
from engines.strands.tied import Gathered
from engines.strands.waves import frizz, turn_ends, wave

Mask = npt.NDArray[np.bool_]

_GUIDE_MARGIN = 0.6
_FEWEST_VERTICES, _MOST_VERTICES, _MOST_VERTICES_OF_RINGLETS = 20, 48, 80
_VERTICES_OF_GATHERED = 64
# Hair pressed together at a tie lies in order and lets its surface be seen.
_SHADE_TO_TIE, _SHADE_BEYOND_TIE = 0.5, 0.25
_VERTICES_PER_TURN = 7
# A braid's parts are thinner than the waves of other hair.
_FINER_IN_BRAIDS = 3.0
_BABY_BAND = 1.0
_BABY_LENGTH = (0.6, 2.8)
_CLEARANCE = 0.10
_FACE_SHARE = 0.72
# Widths in cm of the streams in which hair catches the light alike.
_STREAMS = (1.8, 0.6, 0.6)
_STREAMS_OF_COILS = 0.35


def grow(groom: Groom, look: Look, detail: float = 1.0) -> StrandSet:
    """The strands of ``groom`` as ``look`` asks for it. The same every time.

    ``detail``: so many fine strands in the place of each, a whole number, for pictures in which single hairs
    are seen; or below 1 that share of them, as much thicker, for thumbnails.

    Source of the pipeline (guides, gated children, clumps, waves, frizz): research on Snap and XGen grooms;
    design values from strand captures and by eye.
    """
    groom = modified(groom, look)
    fewer = min(1.0, detail)
    groom = replace(groom, strands=replace(groom.strands, count=round(fewer * groom.strands.count)))
    rng = np.random.default_rng(groom.strands.seed)
    roots = _sample(groom, rng)
    fields = fields_at(groom, roots, rng, ragged=True)
    baby = (roots.above < _BABY_BAND) & (rng.random(len(roots)) < groom.strands.baby)
    short = np.minimum(fields.length, rng.uniform(*_BABY_LENGTH, len(roots)))
    fields = replace(fields, length=np.where(baby, short, fields.length))
    if groom.braids:
        strands, locks = braid(groom, groom.braids, roots, rng)
        shade, loose = np.ones(len(roots), np.float32), baby
        _fan(strands.points, groom.fall.fan * (0.8 + locks.large[:, 3]))
    else:
        strands, locks, shade, loose = _combed(groom, roots, fields, baby, rng)
    points, length = strands.points, strands.length
    amount = (groom.strands.frizz * np.where(loose, 2.5, 1.0)).astype(np.float32)
    frizz(points, length, amount, rng)
    push_out(points, _CLEARANCE)

    tau, least = optical_depth(points, length, shade / np.float32(math.sqrt(fewer)), rng)
    if groom.fall.curtain > 0.0:
        least[(fields.zone < 2) & crosses_face(points, _FACE_SHARE * groom.fall.curtain_low)] = np.inf
    # What is curled more than its style has more bends, but no more to show.
    finer = _FINER_IN_BRAIDS if groom.braids else 1.0 - 0.35 * max(0.0, look.curl - 1.0)
    t = np.broadcast_to(np.linspace(0.0, 1.0, points.shape[1], dtype=np.float32), points.shape[:2])
    # A generator of its own: hair that gets longer keeps its streaks.
    rng = np.random.default_rng([groom.strands.seed, 1])
    # Coils do not lie in streams.
    share = _STREAMS_OF_COILS if groom.ringlets else 1.0
    broad, upper, lower = (share * stream_noise(points, width, rng) for width in _STREAMS)
    jitter = np.column_stack(
        [
            0.45 * rng.normal(size=len(roots)),
            0.7 * locks.large[:, 1] + broad,
            0.45 * locks.small[:, 1] + 0.5 * upper,
        ]
    )
    relief = (1.0 - 0.4 * share) * locks.relief + 0.2 * broad[:, None] * np.minimum(1.0, 0.3 + 2.0 * t)
    # From root to tip one stream gives way to another, or they would look dyed.
    relief += 0.35 * (upper[:, None] * np.cos(4.0 * t) + lower[:, None] * np.sin(4.0 * t))
    relief = np.clip(relief, -1.7, 1.7).astype(np.float32)
    fine = np.where(baby, 0.5, np.clip(0.4 + 0.5 * roots.above, 0.4, 1.0))
    fine *= 0.4 + 0.6 * fade_share(groom, roots.points)
    width = groom.strands.width * math.sqrt(16000 / (fewer * len(roots))) * fine
    baked = Baked(
        points, length, tau, least, relief, jitter.astype(np.float32), width.astype(np.float32),
        np.arange(len(roots), dtype=np.int32),
    )  # fmt: skip
    parts = (
        [_thinned(baked, finer)]
        if detail <= 1
        else [
            _thinned(part, finer * detail)
            for part in refined(
                baked, locks.small[:, 1], loose, amount, round(detail), _CLEARANCE, groom.strands.seed
            )
        ]
    )
    return StrandSet(
        **_joined(parts),
        taper=groom.strands.taper,
        underlay=groom.surface.underlay,
        part_x=groom.parting.x if groom.parting and groom.parting.show > 0.0 else math.nan,
        specular=groom.surface.specular,
        roughness=groom.surface.roughness,
        fade=(groom.fade.low, groom.fade.high, groom.lengths.line_back) if groom.fade else None,
        boxes=(groom.braids.size, groom.braids.part) if groom.braids else None,
    )


def _thinned(baked: Baked, finer: float) -> dict[str, npt.NDArray[Any]]:
    """What is drawn of strands, in the words of StrandSet."""
    vertex, start, strand = thin_out(baked.points, baked.length, baked.least, finer)
    t = np.broadcast_to(np.linspace(0.0, 1.0, baked.points.shape[1], dtype=np.float32), baked.relief.shape)
    return {
        "points": baked.points.reshape(-1, 3)[vertex],
        "start": start,
        "t": t.reshape(-1)[vertex],
        "tau": baked.tau.reshape(-1, 5)[vertex],
        "relief": baked.relief.reshape(-1)[vertex],
        "jitter": baked.jitter[strand],
        "width": baked.width[strand],
        "strand": baked.strand[strand],
    }


def _joined(parts: list[dict[str, npt.NDArray[Any]]]) -> dict[str, npt.NDArray[Any]]:
    """Several parts as one."""
    begin = np.cumsum([0, *(part["start"][-1] for part in parts)])
    starts = [part["start"][:-1] + at for part, at in zip(parts, begin[:-1], strict=True)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name != "start"}
    return {**joined, "start": np.append(np.concatenate(starts), begin[-1]).astype(np.int32)}


def _combed(
    groom: Groom, roots: Roots, fields: Fields, baby: Mask, rng: np.random.Generator
) -> tuple[Strands, Locks, F32, Mask]:
    """Strands that fall or are gathered, in waving locks; the locks; what each strand (n,) blocks of the
    light; and which (n,) are outside of their lock."""
    parted = (
        groom.parting is not None
        or groom.fall.curtain > 0.0
        or (groom.fringe is not None and groom.fringe.part > 0.0)
    )
    guide_roots = even_roots(groom.strands.guides, _GUIDE_MARGIN)
    guide_fields = fields_at(groom, guide_roots, rng, ragged=False)
    longest = float(np.quantile(fields.length, 0.999))
    guides = grow_guides(groom, guide_roots, guide_fields, longest)
    features = gate_features(roots, fields, parted=parted)
    strands = interpolate(
        roots, fields, features, guides, gate_features(guide_roots, guide_fields, parted=parted),
        groom.fall.volume, _vertices(groom, longest),
    )  # fmt: skip
    shade = np.ones(len(roots), np.float32)
    if groom.gathered:
        strands, goes_on = _swept(groom, groom.gathered, roots, fields, baby, strands, rng)
        shade = np.where(goes_on, _SHADE_BEYOND_TIE, _SHADE_TO_TIE).astype(np.float32)
    points, length = strands.points, strands.length
    fringe = fields.zone == 2
    if groom.ends:
        turn_ends(points, length, groom.ends, ~fringe & (length > 6.0))

    loose = baby | (rng.random(len(roots)) < groom.strands.flyaways)
    gap = np.where(fringe, groom.fringe.gap if groom.fringe else 0.0, 0.0)
    locks = gather(points, length, features, groom, gap, loose, rng)
    spread = 0.55 + locks.large[:, 3] + 0.5 * locks.small[:, 3] + 0.12 * rng.normal(size=len(roots))
    _fan(points, groom.fall.fan * spread)
    wave(points, length, groom.waves, groom.ringlets, locks, rng)
    return strands, locks, shade, loose


def _swept(
    groom: Groom,
    gathered: Gathered,
    roots: Roots,
    fields: Fields,
    baby: Mask,
    loose: Strands,
    rng: np.random.Generator,
) -> tuple[Strands, Mask]:
    """Strands on their way to the tie, loose hair and a fringe as they are in ``loose``; and which
    (n,) go on behind it."""
    path, goes_on = sweep(groom, gathered, roots, fields, rng)
    swept = even(path, np.where(baby, fields.length, math.inf), loose.points.shape[1])
    free = (fields.zone == LOOSE) | (fields.zone == 2)
    points = np.where(free[:, None, None], loose.points, swept.points)
    return Strands(points, np.where(free, loose.length, swept.length)), goes_on & ~free & ~baby


def _sample(groom: Groom, rng: np.random.Generator) -> Roots:
    """Random roots with the density that the groom asks for."""
    wanted = groom.strands.count
    kept = [random_roots(0, groom.strands.ragged, rng)]
    missing, share = wanted, 0.4
    while missing > 0:
        found = random_roots(round(1.1 * missing / share) + 64, groom.strands.ragged, rng)
        chosen = np.flatnonzero(rng.random(len(found)) < density(groom, found))
        share = max(len(chosen) / len(found), 0.02)
        kept.append(found[chosen[:missing]])
        missing -= len(kept[-1])
    roots = join(kept)
    if groom.parting and groom.parting.show > 0.0:
        roots = drawn_to_part(roots, groom.parting.x, groom.parting.back)
    return roots


def _vertices(groom: Groom, longest: float) -> int:
    turns = longest / groom.waves.pitch if groom.waves.amplitude > 0.0 else 0.0
    if groom.gathered:
        return _VERTICES_OF_GATHERED
    most = _MOST_VERTICES_OF_RINGLETS if groom.ringlets else _MOST_VERTICES
    return int(np.clip(max(turns * _VERTICES_PER_TURN, longest), _FEWEST_VERTICES, most))


def _fan(points: F32, spread: F64) -> None:
    """Move long hair outwards by up to ``spread`` (n,) cm under the jaw, where the pull of its locks would
    make two ropes of it."""
    low = np.clip((-points[..., 1] - 0.4) / 15.4, 0.0, 1.0)
    low *= np.where(points[..., 2] > -3.0, 1.0, 0.55)
    points[..., 0] += np.clip(0.4 * points[..., 0], -1.0, 1.0) * low * spread[:, None].astype(np.float32)
