"""Hair of reference photos on people at several angles, as one picture to look at.

A row is a person with a reference, its first cells both of them; a column is an angle of the head.
Angles that a picture does not have are made by turning it in depth. --measure prints for every row how
well the drawn hair agrees with the reference at the person's own angle, and what happened to the rest:

  IoU    of the drawn hair and of the reference's matte, carried to the person by place, size and lean of
         their heads
  dE     CIEDE2000 between the mean colours of the drawn hair and of the reference's, both in even light
  PSNR   of the pixels that are hair neither before nor after, dB

Exit status: 0 done, 2 with a sentence where it could not be done.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.look import OWN_STYLE, Look
from engines.palette import linear_to_lab, srgb_to_linear
from engines.reference.engine import ReferenceEngine
from engines.reference.reference import Reference
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.frame_result import FrameResult
from realtime.pictures import resized
from realtime.pipeline import FramePipeline
from realtime.reference_reader.reference_reader import ReferenceReader
from tools.arguments import frame_size, run_tool
from tools.errors import ToolError
from tools.evaluate.preservation import psnr
from tools.evaluate.recolor_quality import color_difference
from tools.fresh_faces import FreshFaces
from tools.media_io import U8, check_suffix, read_image, write_image
from tools.sheet import assemble, caption, fit_view, head_view
from tools.studio import layer_alpha
from tools.turned_picture import TurnedPicture

Mask = npt.NDArray[np.bool_]

# People's pictures are edited no larger than this, px: what a camera sends.
_TALLEST = 720
# Passes through the pipeline until everything has settled, and with each further look; and their distance, s.
_SETTLE, _CHANGE, _STEP = 9, 3, 0.25
# As of tools.contact_sheet: smoothed depth turns a little less than asked.
_TURN_MORE = 1.25
_MODES = ("shape", "color", "both")
# Hair's edges reach this far, cm; and what counts as hair at all, 0..1.
_MARGIN, _HAIR = 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well hair agrees with the reference's, see the module's text."""

    iou: float
    delta_e: float
    psnr: float


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.reference_sheet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: python -m tools.reference_sheet sheet.png --references bob.jpg --people me.jpg",
    )
    add = options.add_argument
    add("output", type=Path, metavar="OUT", help="the sheet, a picture by its suffix")
    add("--references", nargs="+", type=Path, required=True, metavar="IMG", help="photos of hair")
    add("--people", nargs="+", type=Path, required=True, metavar="IMG", help="pictures of who shall wear it")
    add("--yaws", nargs="+", type=float, default=[-35.0, -20.0, 0.0, 20.0, 35.0], metavar="DEG",
        help="angles of the head, degrees; 0 is the picture's own (default -35 -20 0 20 35)")  # fmt: skip
    add("--mode", choices=_MODES, default="both", help="what of the reference is wanted (default both)")
    add("--color", metavar="ID|#RRGGBB", help="the hair's colour with --mode shape (default: one's own)")
    add("--style", metavar="ID", help="the style with --mode color (default: one's own hair)")
    add("--measure", action="store_true", help="print how well the hair agrees with the reference")
    add("--cell", type=frame_size, default=(240, 320), metavar="WxH", help="of a cell (default 240x320)")
    return options


def look_of(reference: Reference, options: argparse.Namespace) -> Look:
    """What ``options`` want of ``reference``."""
    if options.mode == "shape":
        return Look(reference.style, color=options.color, reference=reference)
    colors = reference.colors.applied({})
    if options.mode == "color":
        return Look(options.style or OWN_STYLE, **colors)
    return Look(reference.style, **colors, reference=reference)


def turned_views(rgb: U8, yaws: Sequence[float]) -> tuple[Face, list[U8]]:
    """The face in ``rgb`` and the picture with the head turned to each of ``yaws``; 0 is as it is.

    Raises:
        ToolError: nobody is there.
    """
    with FreshFaces() as find:
        faces = find(rgb, 0.0)
    if not faces:
        raise ToolError("There is no face in a picture of --people.")
    head = TurnedPicture(rgb, faces[0])
    own = faces[0].pose.yaw
    return faces[0], [rgb if yaw == 0.0 else head.at(_TURN_MORE * (yaw - own)) for yaw in yaws]


def drawn(rgb: U8, looks: Sequence[Look], library: StrandLibrary) -> list[tuple[FrameResult, Mask]]:
    """``rgb`` (h, w, 3) with each of ``looks``, and where its own hair is."""
    pipeline = FramePipeline(lambda: ReferenceEngine(StrandEngine(library)), background=False)
    results = []
    with closing(pipeline):
        time = 0.0
        for number, look in enumerate(looks):
            pipeline.look = look
            for _ in range(_CHANGE if number else _SETTLE):
                result = pipeline.process(rgb.copy(), time)
                time += _STEP
            hair = np.zeros(rgb.shape[:2], np.float32)
            if pipeline.analysis is not None:
                hair = resized(pipeline.analysis.hair.alpha, (rgb.shape[1], rgb.shape[0]))
            layer = result.layer
            if layer is not None:
                result = replace(result, layer=replace(layer, rgba=layer.rgba.copy()))
            results.append((result, hair > _HAIR))
    return results


def agreement(rgb: U8, result: FrameResult, own: Mask, reference: Reference) -> Agreement:
    """How ``result`` for the picture ``rgb``, whose ``own`` hair is known, agrees with ``reference``."""
    face = result.face
    if face is None:
        return Agreement(0.0, float("nan"), float("nan"))
    size = (rgb.shape[1], rgb.shape[0])
    alpha = layer_alpha(result.layer, size)
    carry = reference.pose.motion_to(face.pose)
    wanted = cv2.warpAffine(reference.alpha, carry, size, flags=cv2.INTER_AREA) > 127
    ours = alpha > 127
    iou = float((ours & wanted).sum() / max((ours | wanted).sum(), 1))
    theirs = srgb_to_linear(reference.rgb[reference.alpha > 240] / 255.0).mean(axis=0)
    solid = alpha > 240
    shown = srgb_to_linear(result.rgb[solid] / 255.0).mean(axis=0) if solid.any() else np.zeros(3)
    even = [
        linear_to_lab(np.clip(color / light.color, 0.0, 1.0))
        for color, light in ((theirs, reference.light), (shown, face.light))
    ]
    side = 2 * round(_MARGIN * face.pose.scale) + 1
    kept = cv2.dilate(((alpha > 2) | own).astype(np.uint8), np.ones((side, side), np.uint8)) == 0
    error = (result.rgb[kept].astype(np.float64) - rgb[kept]) ** 2
    return Agreement(iou, float(color_difference(*even)), psnr(float(error.mean())) if error.size else 99.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    options = parser().parse_args(arguments)
    check_suffix(options.output, (".png", ".jpg", ".jpeg", ".webp"))
    library = StrandLibrary()
    with closing(ReferenceReader()) as reader:
        references = [reader.read(_read(path)) for path in options.references]
    looks = [look_of(reference, options) for reference in references]
    rows = []
    for path in options.people:
        rgb = _shrunk(_read(path))
        face, views = turned_views(rgb, options.yaws)
        columns = [drawn(view, looks, library) for view in views]
        for number, reference in enumerate(references):
            name = options.references[number].stem[:18]
            cells = [caption(head_view(reference.rgb, reference.pose, options.cell), name)]
            cells.append(caption(head_view(rgb, face.pose, options.cell), path.stem[:18]))
            for column in columns:
                result = column[number][0]
                pose = result.face.pose if result.face else None
                cell = (
                    head_view(result.rgb, pose, options.cell) if pose else fit_view(result.rgb, options.cell)
                )
                cells.append(caption(cell, f"{pose.yaw:+.0f}" if pose else "no face"))
            rows.append(cells)
            if options.measure:
                nearest = int(np.argmin(np.abs(options.yaws)))
                told = agreement(views[nearest], *columns[nearest][number], reference)
                print(
                    f"{name:20s} {path.stem[:20]:20s} "
                    f"IoU {told.iou:.3f}  dE {told.delta_e:5.1f}  PSNR {told.psnr:.1f}"
                )
    header = ["reference", "person", *(f"{yaw:+.0f}" if yaw else "own angle" for yaw in options.yaws)]
    write_image(options.output, assemble(header, rows))
    return 0


def _read(path: Path) -> U8:
    picture = read_image(path)
    if picture is None:
        raise ToolError(f"{path} is not a picture.")
    return picture


def _shrunk(rgb: U8) -> U8:
    factor = min(1.0, _TALLEST / max(rgb.shape[:2]))
    size = (round(rgb.shape[1] * factor) & ~1, round(rgb.shape[0] * factor) & ~1)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    run_tool(main)
