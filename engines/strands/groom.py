"""A groom: everything that describes a hairstyle, as read from its file."""

from __future__ import annotations

from dataclasses import dataclass

from engines.gallery import Style
from engines.strands.parameter import within
from engines.strands.tied import Braids, Bun, Gathered, Tail


@dataclass(frozen=True, slots=True)
class Strands:
    """How many strands, and of what.

    ``count`` strands are drawn, their shapes interpolated between ``guides`` guide strands. ``width``: drawn
    diameter in cm of one of 16 000 strands (fewer strands are drawn wider). ``taper``: tip to root width.
    ``ragged``: cm over which the hairline thins out. ``baby``: share of short fine hair along it.
    ``flyaways``: share of strands that leave their lock. ``frizz``: wander of a strand, cm per root cm.
    ``short_density``: density of hair under ``lengths.line`` against the rest.
    """

    count: int = within(1000, 40000)
    guides: int = within(100, 2000)
    seed: int = within(0, 9999)
    width: float = within(0.01, 0.12)
    taper: float = within(0.05, 1.0)
    ragged: float = within(0.0, 3.0)
    baby: float = within(0.0, 1.0)
    flyaways: float = within(0.0, 0.2)
    frizz: float = within(0.0, 0.3)
    short_density: float = within(0.2, 4.0)


@dataclass(frozen=True, slots=True)
class Parting:
    """A line on the scalp from which hair falls to both sides.

    ``x``: cm to the person's left. ``back``: z in cm where it ends. ``show``: how much scalp it shows.
    """

    x: float = within(-5.0, 5.0)
    back: float = within(-11.0, 5.0)
    show: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Comb:
    """Where hair points at the root.

    ``lift``: degrees out of the scalp, at the front as given and at the back times ``back_lift``.
    ``whorl_x``, ``whorl_z``: the crown whorl, cm; ``swirl``: how much hair circles it.
    ``forward``, ``down``: pull of the comb to the front and downwards against the whorl's radial flow.
    ``radial``: 1 lets hair stand straight out of the scalp and ignores the rest.
    """

    lift: float = within(-10.0, 90.0)
    back_lift: float = within(0.0, 1.5)
    whorl_x: float = within(-4.0, 4.0)
    whorl_z: float = within(-10.0, 2.0)
    swirl: float = within(-1.0, 1.0)
    forward: float = within(-2.0, 2.0)
    down: float = within(-2.0, 2.0)
    radial: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Fringe:
    """Hair combed over the forehead and cut at a height.

    ``half_width``: cm to each side at the hairline; ``depth``: z in cm where it starts on top of the head.
    ``height``: y in cm of its cut in the middle (brows 4.5, eyes 2.1); ``arch``: cm lower per cm² to the
    sides; ``tilt``: cm higher per cm to the person's left; ``ragged``: deviation of the cut in cm.
    ``sweep``: sideways force per cm, + to the person's left; ``lift``: degrees; ``density``: of hair
    against the rest; ``gap``: extra gathering into locks, 0 to 1.
    ``part``: 0 falls forward as one piece, 1 is combed to both sides of ``x`` cm and leaves ``open`` cm to
    each side of the face's middle free at the brows; its ``sweep`` then goes away from ``x``.
    """

    half_width: float = within(1.0, 7.0)
    depth: float = within(-8.0, 6.0)
    height: float = within(-6.0, 8.0)
    arch: float = within(-0.1, 0.4)
    tilt: float = within(-0.6, 0.6)
    ragged: float = within(0.0, 2.0)
    sweep: float = within(-0.3, 0.3)
    lift: float = within(-10.0, 80.0)
    density: float = within(0.05, 3.0)
    gap: float = within(0.0, 1.0)
    part: float = within(0.0, 1.0)
    x: float = within(-5.0, 5.0)
    open: float = within(0.0, 8.0)


@dataclass(frozen=True, slots=True)
class SideLocks:
    """Hair at the temples cut in a step of its own, before the ears.

    ``depth``: z in cm to which it reaches back; ``height``: y in cm of its cut; ``ragged``: deviation of the
    cut in cm; ``inset``: cm by which it hangs nearer to the middle of the face than the other hair.
    """

    depth: float = within(-3.0, 6.0)
    height: float = within(-12.0, 3.0)
    ragged: float = within(0.0, 2.0)
    inset: float = within(-1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Fade:
    """Sides clipped ever shorter towards the ear.

    ``low``, ``high``: y in cm at the ears under which there is no hair, over which there is all of it; both
    run ``lengths.line_back`` lower at the back.
    """

    low: float = within(-7.0, 8.0)
    high: float = within(-5.0, 12.0)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Strand lengths in cm per zone.

    Roots above the height ``line`` grow ``edge`` (right above it) to ``top`` (on the crown) and ``front`` (at
    the forehead), those below ``side`` (by the ears), ``back`` and ``nape``, blended over ``blend`` cm.
    ``line_back``: how much lower the line runs at the back. ``ragged``: relative deviation of single strands.
    """

    top: float = within(0.3, 70.0)
    edge: float = within(0.3, 70.0)
    front: float = within(0.3, 70.0)
    side: float = within(0.1, 70.0)
    back: float = within(0.1, 70.0)
    nape: float = within(0.1, 70.0)
    line: float = within(-8.0, 13.0)
    line_back: float = within(-6.0, 12.0)
    blend: float = within(0.1, 12.0)
    ragged: float = within(0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Cut:
    """A blunt cut in head space: no hair below it.

    ``height``: y in cm at the ears; ``slope``: cm higher per cm towards the back; ``ragged``: deviation, cm;
    ``tail``: cm over which single strands reach below it.
    """

    height: float = within(-60.0, 5.0)
    slope: float = within(-1.0, 1.0)
    ragged: float = within(0.0, 4.0)
    tail: float = within(0.0, 12.0)


@dataclass(frozen=True, slots=True)
class Ball:
    """An ellipsoid to which hair is cut: centre (0, ``y``, ``z``) and radii in cm; ``ragged`` relative."""

    y: float = within(-5.0, 12.0)
    z: float = within(-10.0, 5.0)
    width: float = within(8.5, 25.0)
    height: float = within(8.5, 25.0)
    depth: float = within(8.5, 25.0)
    ragged: float = within(0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Fall:
    """What happens to hair on its way down.

    ``gravity``: turn of the direction per cm; ``stiff``: cm after the root until it acts fully. ``hug``: pull
    towards the body; ``low_hug``: share of it below the jaw. ``volume``: cm by which upper hair lies outside
    lower hair. ``curtain``: 1 keeps hair out of the face: half-widths ``curtain_top`` at the hairline and
    ``curtain_low`` from the cheekbones down, deviation ``curtain_ragged``, cm. ``forward``: drift towards
    the cheeks per cm. ``fan``: cm by which hair spreads under the jaw.
    """

    gravity: float = within(0.0, 1.0)
    stiff: float = within(0.5, 20.0)
    hug: float = within(0.0, 0.6)
    low_hug: float = within(0.0, 1.0)
    volume: float = within(0.0, 10.0)
    curtain: float = within(0.0, 1.0)
    curtain_top: float = within(0.0, 8.0)
    curtain_low: float = within(2.0, 9.0)
    curtain_ragged: float = within(0.0, 2.0)
    forward: float = within(-0.5, 0.5)
    fan: float = within(0.0, 3.0)


@dataclass(frozen=True, slots=True)
class Clumps:
    """Locks at two sizes: diameters on the scalp in cm, pull of the tips to the lock's centre, 0 to 1.

    ``variation``: how much the pull differs from lock to lock.
    """

    large: float = within(0.3, 6.0)
    large_pull: float = within(0.0, 0.98)
    small: float = within(0.15, 3.0)
    small_pull: float = within(0.0, 0.98)
    variation: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Waves:
    """Waves and curls: ``amplitude`` and ``pitch`` in cm, growing over ``ramp`` cm from ``start`` cm on.

    ``helix``: 0 a wave in the surface, 1 a round coil. ``coherence``: 1 lets neighbouring locks swing
    together, 0 each strand for itself.
    """

    amplitude: float = within(0.0, 3.0)
    pitch: float = within(0.3, 40.0)
    start: float = within(0.0, 40.0)
    ramp: float = within(0.1, 30.0)
    helix: float = within(0.0, 1.0)
    coherence: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Ringlets:
    """Coils that a whole small lock makes together: without them each strand coils for itself.

    ``spread``: radians by which the strands of a lock are out of step.
    """

    spread: float = within(0.0, 3.0)


@dataclass(frozen=True, slots=True)
class Ends:
    """Ends that turn in (radius > 0) or flick out (radius < 0): the last ``share`` of a strand, cm."""

    share: float = within(0.05, 0.6)
    radius: float = within(-12.0, 12.0)


@dataclass(frozen=True, slots=True)
class Surface:
    """What the renderer adds: see StrandSet."""

    underlay: float = within(0.0, 1.0)
    specular: float = within(0.0, 2.0)
    roughness: float = within(-0.3, 0.5)


@dataclass(frozen=True, slots=True)
class Groom:
    """A hairstyle as data. Sections that may be absent are ``None``. Lengths in cm, head frame."""

    style: Style
    strands: Strands
    comb: Comb
    lengths: Lengths
    fall: Fall
    clumps: Clumps
    waves: Waves
    surface: Surface
    parting: Parting | None = None
    fringe: Fringe | None = None
    side_locks: SideLocks | None = None
    fade: Fade | None = None
    gathered: Gathered | None = None
    tail: Tail | None = None
    bun: Bun | None = None
    braids: Braids | None = None
    cut: Cut | None = None
    ball: Ball | None = None
    ringlets: Ringlets | None = None
    ends: Ends | None = None
