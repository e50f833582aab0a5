"""Every style on given faces at several poses, as one picture to look at.

A row is a face at a pose, its first cell the input; a column is a style in a colour. From a video the
frames with the wanted yaws are taken and edited with the frames before them, as they would be live; a
picture has its own pose only. Rows say the yaw that was found. --turn makes up for poses that are
missing, up to 35 degrees, by turning the most frontal frame in depth; such rows say so. --turntable shows
the hair on a neutral head that turns, so that any style can be seen from any angle.

--columns N begins a new sheet after N looks and for each input: OUT-NAME-1.png, OUT-NAME-2.png and so on.

Exit status: 0 done, 2 with a sentence where it could not be done.
"""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from engines.head_pose import HeadPose
from engines.look import OWN_STYLE, Look
from realtime.frame import frame_to_rgb
from realtime.settings import TrackerSettings
from realtime.tracking.face_tracker import FaceTracker
from realtime.video_file.video_source import VideoSource
from tools.arguments import frame_size, run_tool
from tools.errors import ToolError
from tools.fresh_faces import FreshFaces
from tools.mannequin import hair_on_mannequin
from tools.media_io import IMAGE_SUFFIXES, U8, check_suffix, read_image, write_image
from tools.sheet import assemble, caption, fit_view, head_view
from tools.studio import Studio
from tools.turned_picture import TurnedPicture

# Frames before the wanted one that go through the pipeline first, so that what settles has settled.
_LEAD = 20
# A frame farther from the wanted yaw than this does not stand for it, degrees.
_TOLERANCE = 12.0
# Heads are turned in depth no farther than this, degrees; smoothed depth turns a little less than asked.
_FARTHEST, _TURN_MORE = 35.0, 1.25
_TURNTABLE = (-60.0, -30.0, 0.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames of one input that lead to the one to show, (h, w, 3) uint8 sRGB with their times.

    ``yaw``: of the one to show, degrees, as far as known; ``turned``: made by turning it in depth.
    """

    name: str
    frames: tuple[tuple[U8, float], ...]
    pose: HeadPose | None
    yaw: float = 0.0
    turned: bool = False


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.contact_sheet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: python -m tools.contact_sheet sheet.png --styles pixie afro --input me.mp4 you.jpg",
    )
    add = options.add_argument
    add("output", type=Path, metavar="OUT", help="the sheet, a picture by its suffix")
    add("--styles", nargs="+", metavar="ID", help="styles (default: all that are drawn)")
    add("--colors", nargs="+", default=[], metavar="ID", help="colours (default: the wearer's own)")
    add("--input", nargs="+", type=Path, default=[], metavar="FILE", help="pictures and videos of faces")
    add("--yaws", nargs="+", type=float, default=[-60.0, -30.0, 0.0, 30.0, 60.0], metavar="DEG",
        help="poses looked for in videos, degrees (default -60 -30 0 30 60)")  # fmt: skip
    add("--turn", action="store_true", help="turn the most frontal frame where a pose is missing")
    add("--columns", type=int, metavar="N", help="looks on a sheet; each input has sheets of its own")
    add("--turntable", action="store_true", help="show the hair on a neutral head that turns")
    add("--cell", type=frame_size, default=(240, 300), metavar="WxH", help="of a cell (default 240x300)")
    return options


def looks_of(studio: Studio, styles: Sequence[str] | None, colors: Sequence[str]) -> list[Look]:
    """Each style in each colour.

    Raises:
        LiveHairError: one of them is unknown.
    """
    ids = styles or [style.id for style in studio.library.styles if style.id != OWN_STYLE]
    wanted: Sequence[str | None] = colors or [None]
    return [studio.look(style, color) for style in ids for color in wanted]


def shots_of(path: Path, yaws: Sequence[float], turn: bool = False) -> list[Shot]:
    """What to show of a picture or video; with ``turn`` also poses that it does not have.

    Raises:
        LiveHairError: it cannot be read.
    """
    picture = read_image(path)
    shots = _shots_of_video(path, yaws) if picture is None else [Shot(path.stem, ((picture, 0.0),), None)]
    if turn:
        shots += _turned(shots, yaws)
    return sorted(shots, key=lambda shot: shot.yaw)


def _shots_of_video(path: Path, yaws: Sequence[float]) -> list[Shot]:
    with VideoSource(path) as source:
        poses = list(_poses(source))
    chosen = pick_frames(poses, yaws)
    shots = []
    recent: deque[tuple[U8, float]] = deque(maxlen=_LEAD + 1)
    with VideoSource(path) as source:
        for index, item in enumerate(source):
            recent.append((frame_to_rgb(item.frame), item.time))
            if index in chosen:
                pose = poses[index]
                shots.append(Shot(path.stem, tuple(recent), pose, pose.yaw if pose is not None else 0.0))
    return shots


def _turned(shots: Sequence[Shot], yaws: Sequence[float]) -> list[Shot]:
    """Shots for those of ``yaws`` that ``shots`` lack, from the most frontal of them."""
    with FreshFaces() as find:
        seen = [(face, shot) for shot in shots for face in find(shot.frames[-1][0], 0.0)[:1]]
    if not seen:
        return []
    face, shot = min(seen, key=lambda pair: abs(pair[0].pose.yaw))
    head = TurnedPicture(shot.frames[-1][0], face)
    there = [face.pose.yaw for face, _ in seen]
    return [
        Shot(shot.name, ((head.at(_TURN_MORE * (yaw - face.pose.yaw)), 0.0),), None, yaw, turned=True)
        for yaw in yaws
        if abs(yaw) <= _FARTHEST and min(abs(yaw - other) for other in there) > _TOLERANCE
    ]


def pick_frames(poses: Sequence[HeadPose | None], yaws: Sequence[float]) -> set[int]:
    """The index of the frame nearest to each of ``yaws``, where one is near enough.

    Among equally good frames later ones are taken: more of the video leads up to them.
    """
    chosen = set()
    for yaw in yaws:
        distances = [
            (round(abs(pose.yaw - yaw)), -index) for index, pose in enumerate(poses) if pose is not None
        ]
        if distances and min(distances)[0] <= _TOLERANCE:
            chosen.add(-min(distances)[1])
    return chosen


def _poses(source: VideoSource) -> Iterator[HeadPose | None]:
    tracker = FaceTracker(TrackerSettings())
    try:
        for item in source:
            face = tracker.track(frame_to_rgb(item.frame), item.time)
            yield face.pose if face is not None else None
    finally:
        tracker.close()


def row_of(studio: Studio, shot: Shot, looks: Sequence[Look], cell: tuple[int, int]) -> list[U8]:
    """The cells of a row: the input, then every look."""
    pose = shot.pose
    cells: list[U8] = []
    for look in tqdm(looks, desc=shot.name, unit="look", leave=False):
        if len(shot.frames) == 1:
            result = studio.edit(shot.frames[0][0], look)
        else:
            with studio.pipeline(look) as pipeline:
                result = [pipeline.process(rgb.copy(), time) for rgb, time in shot.frames][-1]
        pose = pose or (result.face.pose if result.face is not None else None)
        cells.append(head_view(result.rgb, pose, cell) if pose else fit_view(result.rgb, cell))
    untouched = shot.frames[-1][0]
    before = head_view(untouched, pose, cell) if pose else fit_view(untouched, cell)
    label = f"{shot.name[:18]} {pose.yaw:+.0f}" if pose else f"{shot.name[:18]} no face"
    if shot.turned:
        label += " turned"
    return [caption(before, label), *cells]


def turntable_rows(studio: Studio, looks: Sequence[Look], cell: tuple[int, int]) -> list[list[U8]]:
    """A row for each angle: the bare head, then every look."""
    columns = [
        hair_on_mannequin(studio, look, _TURNTABLE, cell, scale=cell[1] / 44.0)
        for look in tqdm(looks, desc="turntable", unit="look", leave=False)
    ]
    return [[column[row] for column in columns] for row in range(len(_TURNTABLE))]


def write_pages(
    output: Path, name: str, names: Sequence[str], rows: Sequence[Sequence[U8]], columns: int
) -> None:
    """Write ``rows``, each an input and a cell for each of ``names``, as sheets of ``columns`` looks.

    Raises:
        MediaError: a sheet cannot be written.
    """
    for page, first in enumerate(range(0, len(names), columns), 1):
        some = slice(first + 1, first + 1 + columns)
        sheet = assemble(["input", *names[first : first + columns]], [[row[0], *row[some]] for row in rows])
        write_image(output.with_stem(f"{output.stem}-{name}-{page}"), sheet)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    options = parser().parse_args(arguments)
    check_suffix(options.output, IMAGE_SUFFIXES)
    if not options.input and not options.turntable:
        raise ToolError("Nothing to show: give --input pictures or videos, or --turntable.")
    studio = Studio()
    looks = looks_of(studio, options.styles, options.colors)
    names = [look.style + (f" {look.color}" if look.color else "") for look in looks]
    rows: list[list[U8]] = []
    header = ["input", *names]
    for path in options.input:
        shots = shots_of(path, options.yaws, options.turn)
        theirs = [row_of(studio, shot, looks, options.cell) for shot in shots]
        if options.columns:
            write_pages(options.output, path.stem, names, theirs, options.columns)
        else:
            rows += theirs
    if options.turntable:
        turned = turntable_rows(studio, looks, options.cell)
        if rows:
            rows += [[fit_view(cells[0][:1, :1], options.cell), *cells] for cells in turned]
        else:
            rows, header = turned, names
    if rows:
        write_image(options.output, assemble(header, rows))
    return 0


if __name__ == "__main__":
    run_tool(main)
