"""The gallery page names everything there is."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from engines.look import OWN_STYLE
from engines.palette import PALETTE
from engines.strands.library import StrandLibrary
from tools.gallery_page import grid, main
from tools.studio import Studio

_DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_page_has_every_style_and_colour(tmp_path: Path) -> None:
    assert main(["--only", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "docs" / "gallery.md").read_text("utf-8")
    styles = [style for style in StrandLibrary().styles if style.id != OWN_STYLE]
    assert len(styles) >= 24
    for style in styles:
        assert f"| `{style.id}` | {style.name_en} | {style.name_ko} |" in text
    assert all(f"| `{color}` |" in text for color in PALETTE)


def test_the_page_in_the_documentation_is_the_one_that_is_made(tmp_path: Path) -> None:
    main(["--only", "--out", str(tmp_path)])
    assert (_DOCS / "gallery.md").read_text("utf-8") == (tmp_path / "docs" / "gallery.md").read_text("utf-8")


def test_its_pictures_are_there_and_small() -> None:
    names = re.findall(r"\(images/([\w-]+\.webp)\)", (_DOCS / "gallery.md").read_text("utf-8"))
    assert len(names) == 5
    assert sum((_DOCS / "images" / name).stat().st_size for name in names) < 1_500_000


def test_cells_are_laid_out_row_by_row() -> None:
    sheet = grid([np.full((10, 8, 3), 40 * number, np.uint8) for number in range(5)], 3)
    assert sheet.shape == (2 * 12, 3 * 10 - 2, 3)
    assert sheet[12 + 5, 10 + 4, 0] == 160


def test_styles_are_shown_in_the_colours_they_come_in() -> None:
    studio = Studio()
    for style in ("pixie", "afro"):
        look = studio.usual_look(style)
        assert (look.style, look.color) == (style, studio.library.style(style).default_color)
