"""Make the clips of the documentation: the live pipeline on a public-domain portrait that moves.

Writes docs/images/styles.webp, in which styles and colours change while the head turns, and
docs/images/modifiers.webp, in which length, volume, fringe, parting and colouring are changed as in the
page's controls. Both are animated WebP without sound, below 1 MB.
"""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from engines.look import Look
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.fresh_faces import FreshFaces
from tools.media_io import U8
from tools.sheet import caption
from tools.studio import Studio
from tools.thumbnails import large_portrait
from tools.turned_picture import TurnedPicture

_ROOT = Path(__file__).resolve().parent.parent
_RATE = 25
_KEPT = 2
"""Every so many frames are shown; the pipeline sees all of them."""
_SIZE = 480
_SHOWN = 360
_BYTES = 1_000_000
_VIEW = (112, 0, 672)
"""The part of the enlarged portrait that is shown: left, top and side, px of it."""

STYLES: tuple[tuple[str, str, str | None], ...] = (
    ("long-wavy", "N5", None),
    ("c-curl-bob", "F3", None),
    ("full-bang-bob", "N1", None),
    ("wolf-cut", "X4", None),
    ("pixie", "N10", None),
    ("natural-curly", "N3", None),
    ("high-ponytail", "F4", None),
    ("box-braids", "N2", "X7"),
)
"""Style, colour and tip, one after the other."""
MODIFIERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("long layered waves", {}),
    ("length 70 %", {"length": 0.7}),
    ("length 130 %", {"length": 1.3}),
    ("volume 150 %", {"length": 1.0, "volume": 1.5}),
    ("curl 200 %", {"volume": 1.0, "curl": 2.0}),
    ("full fringe", {"curl": 1.0, "fringe": "full"}),
    ("curtain fringe", {"fringe": "curtain"}),
    ("ombre", {"fringe": "none", "gradient": "ombre", "tip": "N9"}),
    ("highlights", {"gradient": "highlights"}),
    ("money piece", {"gradient": "money-piece"}),
    ("parting left", {"gradient": "balayage", "part": "left"}),
)
"""What is changed, one after the other, each change on top of the former."""
_FIRST = Look(style="long-wavy", color="N4")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.demo_clips",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--out", type=Path, default=_ROOT, metavar="DIR", help="root of the checkout (default: this one)")
    add("--only", choices=("styles", "modifiers"), help="make one of the two")
    return options


def moving_head(frames: int) -> Iterator[U8]:
    """The portrait turning, nodding and swaying, (480, 480, 3) uint8 RGB, a loop without a seam."""
    large = large_portrait()
    with FreshFaces() as find:
        found = find(large, 0.0)
    if not found:
        raise ToolError("No face was found in the portrait.")
    head = TurnedPicture(large, found[0])
    x, y, side = _VIEW
    for index in range(frames):
        phase = 2.0 * math.pi * index / frames
        turned = head.at(27.0 * math.sin(2 * phase), 5.0 * math.sin(3 * phase))
        # Leaning is turning about the middle of the lower edge.
        zoom, angle = _SIZE / side, math.radians(4.0 * math.sin(2 * phase + 0.6))
        cosine, sine = zoom * math.cos(angle), zoom * math.sin(angle)
        turn = np.array([[cosine, sine], [-sine, cosine]])
        shift = np.array([_SIZE * (0.5 + 0.03 * math.sin(2 * phase)), _SIZE])
        matrix = np.column_stack([turn, shift - turn @ (x + side / 2, y + side)])
        view = cv2.warpAffine(turned, matrix, (_SIZE, _SIZE), borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(view, np.uint8)


def film(studio: Studio, scenes: Sequence[tuple[str, Look]], seconds: float) -> list[U8]:
    """Every look of ``scenes`` for ``seconds`` each, named in the picture; every second frame."""
    each = round(seconds * _RATE)
    pictures = []
    with studio.pipeline(scenes[0][1]) as pipeline:
        total = each * len(scenes)
        for index, rgb in enumerate(tqdm(moving_head(total), total=total, unit="frame")):
            name, pipeline.look = scenes[index // each]
            shown = pipeline.process(rgb, index / _RATE).rgb
            if index % _KEPT == 0:
                small = cv2.resize(shown, (_SHOWN, _SHOWN), interpolation=cv2.INTER_AREA)
                pictures.append(caption(np.asarray(small, np.uint8), name))
    return pictures


def animated_webp(pictures: Sequence[U8], limit: int = _BYTES) -> bytes:
    """``pictures`` as a looping WebP of the best quality that fits into ``limit`` bytes.

    Raises:
        ToolError: none fits.
    """
    images = [Image.fromarray(picture) for picture in pictures]
    for quality in (75, 65, 55, 45, 35, 25):
        buffer = io.BytesIO()
        duration = 1000 * _KEPT // _RATE
        images[0].save(
            buffer, "WEBP", save_all=True, append_images=images[1:], duration=duration, loop=0,
            quality=quality, method=4, minimize_size=False,
        )  # fmt: skip
        if buffer.tell() <= limit:
            return buffer.getvalue()
    raise ToolError(f"The clip does not fit into {limit} bytes.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the portrait is missing, or a clip does not fit.
    """
    options = parser().parse_args(arguments)
    studio = Studio()
    folder = options.out / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    stories: dict[str, list[tuple[str, Look]]] = {
        "styles": [
            (f"{style} {color}", studio.look(style, color, tip or None)) for style, color, tip in STYLES
        ],
        "modifiers": [],
    }
    look = _FIRST
    for name, changes in MODIFIERS:
        look = replace(look, **changes)
        stories["modifiers"].append((name, look))
    for name, seconds in (("styles", 1.4), ("modifiers", 1.1)):
        if options.only in (None, name):
            (folder / f"{name}.webp").write_bytes(animated_webp(film(studio, stories[name], seconds)))
    return 0


if __name__ == "__main__":
    run_tool(main)
