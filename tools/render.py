"""Edit one picture or video file with exactly the pipeline that runs live.

A picture's face is found whatever way up and however small it is, looked at until all is settled that settles
over the first seconds of a stream, and drawn at the picture's own resolution. A video goes through the
pipeline once, frame by frame, with every keyframe made on the frame that orders it; time stamps and sound
are kept.

Pictures: PNG, JPEG, WebP; videos: .mp4, .mov or .mkv with H.264. An odd last row or column of a video is cut
off.

Reference photos lend the shape of their hair, its colour or both to pictures and videos. Colour alone goes
with any style, shape alone with any colour. With `--weights` a picture gets it from the networks of
`hairfast` instead: seconds or minutes on a CPU. What a photo does not show well enough is refused with a
sentence.

Exit status: 0 done, 2 with a sentence where it could not be done.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av
from tqdm import tqdm

from engines.face import Face
from engines.look import OWN_STYLE, Look
from realtime.frame_result import FrameResult
from realtime.video_file.edit_video import edit_video
from realtime.video_file.video_source import VideoSource
from realtime.video_file.video_writer import VideoWriter
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.hair_swap import swap_picture
from tools.media_io import IMAGE_SUFFIXES, U8, VIDEO_SUFFIXES, check_suffix, read_image, write_image
from tools.studio import Studio, layer_alpha

Record = dict[str, Any]

_NO_FACE = "No face was found: the output shows the input unchanged."


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.render",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: python -m tools.render me.jpg out.png --style c-curl-bob --color F3",
    )
    add = options.add_argument
    add("input", type=Path, metavar="INPUT", help="picture or video")
    add("output", type=Path, metavar="OUTPUT", help="picture or video, by its suffix")
    add("--style", default=OWN_STYLE, metavar="ID", help="style, 'own' keeps the hair, 'bald' shows none")
    add("--color", metavar="ID|#RRGGBB", help="hair colour (default: the wearer's own)")
    add("--tip", metavar="ID|#RRGGBB", help="colour of the tips (default: the colour's own)")
    add("--reference-shape", type=Path, metavar="IMG", help="take the hair's shape from a photo")
    add("--reference-color", type=Path, metavar="IMG", help="take the hair's colour from a photo")
    add("--engine", choices=("auto", "strands", "hairfast"), default="auto", help="what draws hair")
    add("--weights", type=Path, metavar="DIR", help="the networks of hairfast (see tools.fetch_weights)")
    add("--face", type=int, metavar="N", help="which of several faces, 1 the leftmost")
    add("--full", action="store_true", help="write the whole square as hairfast draws it, background and all")
    add("--force", action="store_true", help="try what hairfast would refuse: hats, profiles, no hair")
    add("--swap-debug", type=Path, metavar="DIR", help="write what lies between the photos and the result")
    add("--alpha", type=Path, metavar="A", help="write the hair layer's alpha: a picture or a grey video")
    add("--json", type=Path, metavar="M", help="write pose, timings and keyframes of every frame")
    return options


def render_picture(rgb: U8, edit: Callable[[U8], FrameResult], options: argparse.Namespace) -> list[Record]:
    """Edit a still picture and write it; returns its record."""
    for path in (options.output, options.alpha):
        if path:
            check_suffix(path, IMAGE_SUFFIXES)
    result = edit(rgb)
    write_image(options.output, result.rgb)
    if options.alpha:
        write_image(options.alpha, layer_alpha(result.layer, (rgb.shape[1], rgb.shape[0])))
    return [record(0, 0.0, result)]


def render_video(studio: Studio, look: Look, options: argparse.Namespace) -> list[Record]:
    """Edit a video; returns the records of its frames."""
    records: list[Record] = []
    with ExitStack() as stack:
        source = stack.enter_context(VideoSource(options.input))
        for path in (options.output, options.alpha):
            if path:
                check_suffix(path, VIDEO_SUFFIXES)
        writer = stack.enter_context(VideoWriter(options.output, source))
        alpha = None
        if options.alpha:
            alpha = stack.enter_context(VideoWriter(options.alpha, source, crf=8, sound=False))
        pipeline = stack.enter_context(studio.pipeline(look))
        progress = stack.enter_context(tqdm(total=source.frame_count, unit="frame", desc=options.input.name))
        for item, result in edit_video(pipeline, source, writer):
            if alpha is not None:
                alpha.write(_alpha_frame(item.frame, result))
            records.append(record(len(records), item.time, result))
            progress.update()
    return records


def record(index: int, time: float, result: FrameResult) -> Record:
    """What ``--json`` says about a frame; angles in degrees, scale in px per cm, timings in ms."""
    return {
        "index": index,
        "time": time,
        "pose": _pose(result.face),
        "keyframe": result.keyframe_reason,
        "timings": {stage: round(value, 3) for stage, value in result.timings.items()},
        "notices": [notice.code for notice in result.notices],
    }


def _pose(face: Face | None) -> dict[str, Any] | None:
    if face is None:
        return None
    pose = face.pose
    return {
        "yaw": round(pose.yaw, 3),
        "pitch": round(pose.pitch, 3),
        "roll": round(pose.roll, 3),
        "scale": round(pose.scale, 4),
        "translation": [round(float(value), 3) for value in pose.translation],
        "opacity": round(face.opacity, 3),
    }


def _alpha_frame(frame: av.VideoFrame, result: FrameResult) -> av.VideoFrame:
    grey = av.VideoFrame.from_ndarray(layer_alpha(result.layer, (frame.width, frame.height)), "gray")
    grey.pts, grey.time_base = frame.pts, frame.time_base
    return grey


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    options = parser().parse_args(arguments)
    engine = check_engine(options)
    picture = read_image(options.input)
    if engine == "hairfast":
        about, frames = swap_hair(picture, options)
    else:
        about, frames = draw_hair(picture, options)
    if all(frame["pose"] is None for frame in frames):
        print(_NO_FACE)
    if options.json:
        record = {"input": options.input.name, **about, "engine": engine, "frames": frames}
        options.json.write_text(json.dumps(record, indent=1))
    return 0


def check_engine(options: argparse.Namespace) -> str:
    """The engine that the options ask for.

    Raises:
        ToolError: they do not go together.
    """
    references = options.reference_shape or options.reference_color
    if not references and options.engine == "hairfast":
        raise ToolError(
            "The engine 'hairfast' takes hair from photos: give --reference-shape, --reference-color or both."
        )
    if not references or options.engine == "strands" or (options.engine == "auto" and not options.weights):
        if options.reference_shape and options.style != OWN_STYLE:
            raise ToolError("The hair's shape comes either from --reference-shape or from --style.")
        if options.reference_color and (options.color or options.tip):
            raise ToolError(
                "The hair's colour comes either from --reference-color or from --color and --tip."
            )
        return "strands"
    if options.style != OWN_STYLE or options.color or options.tip:
        raise ToolError("Hair comes either from references or from --style, --color and --tip.")
    return "hairfast"


def draw_hair(picture: U8 | None, options: argparse.Namespace) -> tuple[Record, list[Record]]:
    """Draw a style on a picture or a video; returns the look and the records of the frames."""
    studio = Studio()
    look = studio.lent_look(
        options.style, options.color, options.tip, shape=options.reference_shape, dye=options.reference_color
    )
    if options.alpha and look.style == OWN_STYLE:
        raise ToolError("--alpha is the alpha of drawn hair, and the style 'own' draws none.")
    about = {"style": look.style, "color": look.color, "tip": look.tip, **_names(options)}
    if picture is None:
        return about, render_video(studio, look, options)
    return about, render_picture(picture, lambda rgb: studio.edit(rgb, look, options.face), options)


def swap_hair(picture: U8 | None, options: argparse.Namespace) -> tuple[Record, list[Record]]:
    """Give a picture the hair of references; returns their names and the picture's record."""
    if picture is None:
        raise ToolError(f"{options.input} is not a picture, and the engine 'hairfast' edits only those here.")
    return _names(options), render_picture(picture, lambda rgb: swap_picture(rgb, options), options)


def _names(options: argparse.Namespace) -> Record:
    references = {"reference_shape": options.reference_shape, "reference_color": options.reference_color}
    return {key: path and path.name for key, path in references.items()}


if __name__ == "__main__":
    run_tool(main)
