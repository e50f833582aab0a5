"""Fringe files: a fringe that any style can wear, one TOML file per preset."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from engines.errors import GroomError
from engines.strands.groom import Fringe
from engines.strands.groom_sections import read_section, read_tables, refuse_unknown
from engines.strands.parameter import within

FRINGE_FOLDER = Path(__file__).with_name("grooms") / "fringes"


@dataclass(frozen=True, slots=True)
class Around:
    """What a fringe asks of the hair about it.

    ``room``: half-width in cm at the hairline that other hair leaves to the fringe. ``show``: how much of a
    parting behind it is still seen, against the style without the fringe.
    """

    room: float = within(0.0, 7.0)
    show: float = within(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class FringePreset:
    """A fringe and what it asks of the hair about it."""

    fringe: Fringe
    around: Around


@lru_cache(maxsize=16)
def load_fringe(name: str) -> FringePreset:
    """The preset ``name`` of engines.look.Fringe but ``auto`` and ``none``.

    Raises:
        GroomError: there is none of that name, or its file is broken.
    """
    path = FRINGE_FOLDER / f"{name}.toml"
    tables = read_tables(path)
    sections = {f.name: f for f in fields(FringePreset)}
    refuse_unknown(path, "", tables, sections)
    if missing := sorted(set(sections) - set(tables)):
        raise GroomError(f"{path.name}: section [{missing[0]}] is missing.")
    return FringePreset(
        fringe=read_section(path, "fringe", tables["fringe"], Fringe, {}),
        around=read_section(path, "around", tables["around"], Around, {}),
    )
