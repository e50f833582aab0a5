"""The parts of a groom whose hair does not simply fall: tied together, or braided."""

from __future__ import annotations

from dataclasses import dataclass

from engines.strands.parameter import within


@dataclass(frozen=True, slots=True)
class Gathered:
    """Hair combed over the scalp to a tie in the middle plane.

    ``tie``: degrees from the top of the skull towards the nape; ``radius``: of the tie, cm. ``rise``: cm by
    which hair stands off the scalp half way. ``aside``: how far it is combed over the sides of the head, from
    a parting or without one. ``loose``: share of the hair at the temples that
    is left out and falls as ``lengths.front`` and ``fall`` say.
    """

    tie: float = within(0.0, 125.0)
    radius: float = within(0.3, 2.5)
    rise: float = within(0.0, 4.0)
    aside: float = within(0.0, 3.0)
    loose: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Tail:
    """A tail from the tie: ``length`` and ``width`` (half of it) in cm.

    ``arch``: how much it rises before it falls; ``lean``: how much it falls to the person's left;
    ``gravity``: turn downwards per cm; ``ragged``: relative deviation of the strands' lengths.
    """

    length: float = within(5.0, 80.0)
    width: float = within(0.5, 6.0)
    arch: float = within(-1.0, 3.0)
    lean: float = within(-1.0, 1.0)
    gravity: float = within(0.0, 1.0)
    ragged: float = within(0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Bun:
    """A rope wound around the tie: ``radius`` of the bun in cm, ``flat``: its height against that of a ball,
    ``turns`` of the rope."""

    radius: float = within(1.0, 7.0)
    flat: float = within(0.1, 1.5)
    turns: float = within(1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Braids:
    """Every box of the scalp in a braid of three: boxes of ``size`` cm, ``part`` cm of bare scalp between
    them, braids ``width`` cm wide whose parts are back in their place after ``pitch`` cm."""

    size: float = within(1.2, 6.0)
    part: float = within(0.0, 1.0)
    width: float = within(0.3, 2.5)
    pitch: float = within(0.8, 8.0)
