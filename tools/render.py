"""Edit one picture or video file with exactly the pipeline that runs live.

A picture goes through the pipeline several times, so that what settles over the first seconds of a stream
(the shape of the head, the removal of the wearer's own hair) has settled. A video goes through it once,
frame by frame, with every keyframe made on the frame that orders it; time stamps and sound are kept.
Pictures: PNG, JPEG, WebP; videos: .mp4, .mov or .mkv with H.264. An odd last row or column of a video is
cut off.

Exit status: 0 done, 2 with a sentence where it could not be done.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av
from tqdm import tqdm

from engines.face import Face
from engines.look import OWN_STYLE, Look
from realtime.frame import frame_to_rgb, replace_rect
from realtime.frame_result import FrameResult
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.media_io import IMAGE_SUFFIXES, U8, VideoSource, check_suffix, read_image, write_image
from tools.studio import Studio, check_engine, layer_alpha
from tools.video_writer import VideoWriter

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
    add("--style", default=OWN_STYLE, metavar="ID", help="style, 'own' keeps the hair (default %(default)s)")
    add("--color", metavar="ID|#RRGGBB", help="hair colour (default: the style's own)")
    add("--tip", metavar="ID|#RRGGBB", help="colour of the tips (default: the colour's own)")
    add("--reference-shape", type=Path, metavar="IMG", help="take the hair's shape from a photo (hairfast)")
    add("--reference-color", type=Path, metavar="IMG", help="take the hair's colour from a photo (hairfast)")
    add("--engine", choices=("auto", "strands", "hairfast"), default="auto", help="what draws hair")
    add("--alpha", type=Path, metavar="A", help="write the hair layer's alpha: a picture or a grey video")
    add("--json", type=Path, metavar="M", help="write pose, timings and keyframes of every frame")
    return options


def render_picture(studio: Studio, rgb: U8, look: Look, options: argparse.Namespace) -> list[Record]:
    """Edit a still picture; returns its record."""
    check_suffix(options.output, IMAGE_SUFFIXES)
    if options.alpha:
        check_suffix(options.alpha, IMAGE_SUFFIXES)
    result = studio.edit(rgb, look)
    write_image(options.output, result.rgb)
    if options.alpha:
        write_image(options.alpha, layer_alpha(result.layer, (rgb.shape[1], rgb.shape[0])))
    return [record(0, 0.0, result)]


def render_video(studio: Studio, look: Look, options: argparse.Namespace) -> list[Record]:
    """Edit a video; returns the records of its frames."""
    records: list[Record] = []
    with ExitStack() as stack:
        source = stack.enter_context(VideoSource(options.input))
        writer = stack.enter_context(VideoWriter(options.output, source))
        alpha = None
        if options.alpha:
            alpha = stack.enter_context(VideoWriter(options.alpha, source, crf=8, sound=False))
        pipeline = stack.enter_context(studio.pipeline(look))
        progress = stack.enter_context(tqdm(total=source.frame_count, unit="frame", desc=options.input.name))
        for packet in source.packets():
            if packet.stream is not source.stream:
                writer.write_sound(packet)
                continue
            for item in source.decode(packet):
                result = pipeline.process(frame_to_rgb(item.frame), item.time)
                writer.write(replace_rect(item.frame, result.rgb, result.rect))
                if alpha is not None:
                    alpha.write(_alpha_frame(item.frame, result))
                records.append(record(len(records), item.time, result))
                progress.update()
    if not records:
        raise ToolError(f"{options.input} has no frame that can be decoded.")
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
    check_engine(options.engine, options.reference_shape, options.reference_color)
    picture = read_image(options.input)
    studio = Studio()
    look = studio.look(options.style, options.color, options.tip)
    if options.alpha and look.style == OWN_STYLE:
        raise ToolError("--alpha is the alpha of drawn hair, and the style 'own' draws none.")
    if picture is None:
        frames = render_video(studio, look, options)
    else:
        frames = render_picture(studio, picture, look, options)
    if all(frame["pose"] is None for frame in frames):
        print(_NO_FACE)
    if options.json:
        about = {"input": options.input.name, "style": look.style, "color": look.color, "tip": look.tip}
        options.json.write_text(json.dumps({**about, "engine": "strands", "frames": frames}, indent=1))
    return 0


if __name__ == "__main__":
    run_tool(main)
