"""Make the gallery's pictures and the picture of the README: the live pipeline on a public-domain portrait.

Writes static/thumbnails/STYLE.webp for every style, and docs/images/tryon.webp with the input and a few
looks side by side. Run it after a groom or the renderer changed.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from engines.look import OWN_STYLE
from tools.arguments import run_tool
from tools.clips import astronaut
from tools.errors import ToolError
from tools.media_io import U8
from tools.sheet import assemble
from tools.studio import Studio

_ROOT = Path(__file__).resolve().parent.parent
_SIZE = (256, 320)
_BYTES = 15_000
# The portrait ends close above the head: room for hair that stands up, px.
_HEADROOM = 40
# The part of it that is shown (left, top, width, height), px.
_VIEW = (112, 0, 224, 280)
# Thin strands need more pixels than the portrait has.
_ENLARGE = 2.0
_OWN_COLOR = "F3"
_README_LOOKS = (("long-wavy", "N5"), ("full-bang-bob", "N1"), ("c-curl-bob", "F5"), ("afro", "N2"))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.thumbnails",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--styles", nargs="+", metavar="ID", help="only these styles")
    add("--out", type=Path, default=_ROOT, metavar="DIR", help="root of the checkout (default: this one)")
    return options


def large_portrait() -> U8:
    """The portrait with headroom, twice enlarged."""
    portrait = cv2.copyMakeBorder(astronaut(), _HEADROOM, 0, 0, 0, cv2.BORDER_REPLICATE)
    # What is repeated upwards would be stripes.
    room = portrait[:_HEADROOM]
    share = np.clip(np.linspace(3.0, 0.0, _HEADROOM), 0.0, 1.0)[:, None, None]
    smooth = cv2.GaussianBlur(room, (0, 0), sigmaX=28.0, sigmaY=0.5)
    portrait[:_HEADROOM] = np.rint(smooth * share + room * (1.0 - share))
    size = (round(portrait.shape[1] * _ENLARGE), round(portrait.shape[0] * _ENLARGE))
    return np.asarray(cv2.resize(portrait, size, interpolation=cv2.INTER_LANCZOS4), np.uint8)


def head_of(portrait: U8, size: tuple[int, int] = _SIZE) -> U8:
    """The view of the head that all pictures show, scaled to ``size`` (width, height)."""
    x, y, width, height = (round(value * _ENLARGE) for value in _VIEW)
    view = portrait[y : y + height, x : x + width]
    return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)


def small_webp(picture: U8, limit: int = _BYTES) -> bytes:
    """``picture`` as WebP of the best quality that fits into ``limit`` bytes."""
    for quality in range(90, 10, -4):
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= limit:
            return buffer.getvalue()
    raise ToolError(f"The picture does not fit into {limit} bytes.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: a style is unknown.
    """
    options = parser().parse_args(arguments)
    studio = Studio()
    portrait = large_portrait()
    thumbnails = options.out / "static" / "thumbnails"
    images = options.out / "docs" / "images"
    for folder in (thumbnails, images):
        folder.mkdir(parents=True, exist_ok=True)
    drawn = [style.id for style in studio.library.styles if style.id != OWN_STYLE]
    for style in tqdm(options.styles or [OWN_STYLE, *drawn], unit="style"):
        look = studio.look(style, _OWN_COLOR) if style == OWN_STYLE else studio.usual_look(style)
        picture = head_of(studio.edit(portrait, look).rgb)
        (thumbnails / f"{style}.webp").write_bytes(small_webp(picture))
    if options.styles is None:
        looks = [studio.look(style, color) for style, color in _README_LOOKS]
        cells = [head_of(portrait), *(head_of(studio.edit(portrait, look).rgb) for look in looks)]
        header = ["camera", *(f"{look.style} {look.color}" for look in looks)]
        (images / "tryon.webp").write_bytes(small_webp(assemble(header, [cells]), 120_000))
    return 0


if __name__ == "__main__":
    run_tool(main)
