"""Draw every style on the mean head and write down its outline and texture.

From these the drawn style nearest to the hair of a photo is found. Run it after a groom changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.look import OWN_STYLE, Look
from engines.palette import linear_to_srgb
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.head.head_crop import crop_head
from realtime.reference_reader.hair_outline import HairOutline
from realtime.reference_reader.nearest_style import OUTLINES
from tools.arguments import run_tool

# The mean head's size in the drawing, px per cm, and where it is; a colour in which strands are seen.
_SCALE, _SIZE, _ORIGIN = 14.0, (640, 900), (320.0, 270.0)
_COLOR = "N4"
# From the front tied hair looks like other hair, and nobody expects it of a photo.
_TIED = {"up", "braids"}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m tools.style_outlines", description=__doc__)
    options.add_argument("--output", type=Path, default=OUTLINES, metavar="FILE", help="where to write them")
    return options


def outline(library: StrandLibrary, style: str) -> HairOutline:
    """What a photo of the drawn ``style`` would show."""
    pose = HeadPose(np.eye(3), _SCALE, np.array(_ORIGIN))
    face = Face(pose.project(mean_face()).astype(np.float32), pose, _SIZE)
    engine = StrandEngine(library, 2.0 * _SCALE, eased=False)
    blank: npt.NDArray[np.uint8] = np.full((_SIZE[1], _SIZE[0], 3), 120, np.uint8)
    layer = engine.render(
        face, engine.keyframe(crop_head(blank, face, 512), face, engine.prepare(Look(style, _COLOR)))
    )
    if layer is None:
        raise AssertionError(f"the style {style} drew nothing on a frontal head")
    drawn = cv2.warpAffine(np.ascontiguousarray(layer.rgba), np.asarray(layer.to_frame, np.float64), _SIZE)
    alpha = np.asarray(drawn[..., 3], np.float32)
    light = np.clip(drawn[..., :3] / np.maximum(alpha, 1e-6)[..., None], 0.0, 1.0)
    return HairOutline.of(np.rint(255.0 * linear_to_srgb(light)).astype(np.uint8), alpha, face)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    options = parser().parse_args(arguments)
    library = StrandLibrary()
    styles = [style.id for style in library.styles if style.id != OWN_STYLE and not _TIED & set(style.tags)]
    outlines = [outline(library, style) for style in styles]
    np.savez_compressed(
        options.output,
        ids=np.array(styles),
        masks=np.rint([255.0 * one.mask for one in outlines]).astype(np.uint8),
        order=np.array([one.order for one in outlines]),
    )
    return 0


if __name__ == "__main__":
    run_tool(main)
