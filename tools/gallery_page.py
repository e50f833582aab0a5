"""Make docs/gallery.md and its pictures: every style, fringe and colour on a public-domain portrait.

All pictures go through the live pipeline. Run it after a groom, the palette or the renderer changed, beside
`python -m tools.thumbnails`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
from tqdm import tqdm

from engines.gallery import Style
from engines.look import OWN_STYLE, Fringe, Gradient, Look
from engines.palette import PALETTE, to_hex
from realtime.frame_result import FrameResult
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.fresh_faces import FreshFaces
from tools.media_io import U8
from tools.sheet import assemble, caption
from tools.studio import Studio
from tools.thumbnails import head_of, large_portrait, small_webp
from tools.turned_picture import TurnedPicture

_ROOT = Path(__file__).resolve().parent.parent
_CELL = (200, 250)
_SMALL = (160, 200)
_YAWS = (-35.0, -18.0, 0.0, 18.0, 35.0)
_TURNED = ("long-wavy", "c-curl-bob", "hime-cut", "pixie", "natural-curly", "high-ponytail")
_FRINGE_STYLE, _COLOR_STYLE = "mid-c-curl", "long-wavy"
_GRADIENT = Look(style="long-wavy", color="N4", tip="N9")
_BYTES = 300_000
_SHEETS = ("styles", "angles", "fringes", "colors", "colourings")

_INTRO = """# Gallery

Every style on the same portrait (Eileen Collins, NASA, public domain), drawn by the live pipeline:
`python -m tools.gallery_page` makes this page. Styles can be worn in any colour, with any fringe that they
leave room for, longer or shorter, fuller or thinner.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.gallery_page",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--out", type=Path, default=_ROOT, metavar="DIR", help="root of the checkout (default: this one)")
    add("--only", nargs="*", choices=_SHEETS, default=_SHEETS, metavar="SHEET",
        help=f"which pictures to make, none for the text alone (default: {' '.join(_SHEETS)})")  # fmt: skip
    return options


def page(styles: Sequence[Style]) -> str:
    """The Markdown of the page."""
    lines = [_INTRO, "## Styles", "", "![Every style on one portrait](images/gallery-styles.webp)", ""]
    lines += ["| style | English | 한국어 | tags | own hair to remove |", "| --- | --- | --- | --- | --- |"]
    removal = ("none", "a little", "much", "all of it")
    for style in styles:
        row = (f"`{style.id}`", style.name_en, style.name_ko, ", ".join(style.tags), removal[style.removal])
        lines.append(f"| {' | '.join(row)} |")
    lines += ["", "From the side, the portrait turned in depth:", ""]
    lines += ["![Six styles at five angles](images/gallery-angles.webp)", "", "## Fringes", ""]
    lines += [f"On `{_FRINGE_STYLE}`: as the style has it, {', '.join(get_args(Fringe)[1:])}.", ""]
    lines += ["![Fringes](images/gallery-fringes.webp)", "", "## Colours", ""]
    lines += ["![Every colour on one style](images/gallery-colors.webp)", ""]
    lines += ["| colour | English | 한국어 | root | tip |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{color.id}` | {color.name_en} | {color.name_ko} | {to_hex(color.root)} | {to_hex(color.tip)} |"
        for color in PALETTE.values()
    ]
    lines += ["", "## Colourings", "", f"{_GRADIENT.color} with {_GRADIENT.tip} as the second colour:", ""]
    lines += ["![Colourings](images/gallery-colourings.webp)", ""]
    return "\n".join(lines)


def grid(cells: Sequence[U8], columns: int) -> U8:
    """``cells`` of the same size in rows of ``columns``."""
    rows = [cells[first : first + columns] for first in range(0, len(cells), columns)]
    return assemble([""] * columns, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the portrait is missing, a look cannot be drawn, or a picture does not fit.
    """
    options = parser().parse_args(arguments)
    studio = Studio()
    styles = [style for style in studio.library.styles if style.id != OWN_STYLE]
    images = options.out / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    (options.out / "docs" / "gallery.md").write_text(page(styles), "utf-8")
    fringed = studio.usual_look(_FRINGE_STYLE)
    sheets: dict[str, tuple[list[tuple[str, Look]], int, tuple[int, int]]] = {
        "styles": ([(style.id, studio.usual_look(style.id)) for style in styles], 6, _CELL),
        "fringes": ([(str(f), replace(fringed, fringe=f)) for f in get_args(Fringe)], 7, _SMALL),
        "colors": ([(color, studio.look(_COLOR_STYLE, color)) for color in PALETTE], 8, _SMALL),
        "colourings": ([(str(g), replace(_GRADIENT, gradient=g)) for g in get_args(Gradient)], 6, _CELL),
    }
    portrait = large_portrait()
    for name in options.only:
        if name == "angles":
            cells, columns = angles(studio, portrait), len(_YAWS)
        else:
            looks, columns, size = sheets[name]
            cells = [
                caption(head_of(drawn(studio, portrait, look).rgb, size), label)
                for label, look in tqdm(looks, desc=name, unit="look")
            ]
        (images / f"gallery-{name}.webp").write_bytes(small_webp(grid(cells, columns), _BYTES))
    return 0


def drawn(studio: Studio, picture: U8, look: Look) -> FrameResult:
    """``picture`` with ``look`` on.

    Raises:
        ToolError: no hair was drawn.
    """
    result = studio.edit(picture, look)
    if result.layer is None:
        raise ToolError(f"No hair was drawn for {look.style} {look.fringe} {look.gradient}.")
    return result


def angles(studio: Studio, portrait: U8) -> list[U8]:
    """Six styles at five angles, row by row; the captions say the yaw that the pipeline found."""
    with FreshFaces() as find:
        head = TurnedPicture(portrait, find(portrait, 0.0)[0])
    turned = [head.at(yaw) for yaw in _YAWS]
    cells = []
    for style in tqdm(_TURNED, desc="angles", unit="style"):
        for picture in turned:
            result = drawn(studio, picture, studio.usual_look(style))
            label = f"{style} {result.face.pose.yaw:+.0f}" if result.face is not None else style
            cells.append(caption(np.ascontiguousarray(head_of(result.rgb, _CELL)), label))
    return cells


if __name__ == "__main__":
    run_tool(main)
