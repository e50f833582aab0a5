"""Where engines/data/mean_face.csv and face_triangles.csv come from: the mean of many people's FaceMesh.

Every near-frontal face in the given pictures and videos is laid onto the mean found so far (rotation, scale,
translation; Procrustes), averaged first per person (a file), then over people; the mean is made symmetric
and laid onto the axes of --align, and all that is repeated until it stands still. It is then scaled to an
interpupillary distance of 6.3 cm and moved so that the origin lies between the tragi (landmarks 234 and
454). The triangles are Delaunay's on the face unrolled onto a cylinder.

Without --align the axes of the present mean_face.csv are kept; --align takes another such file, or an
.obj of a face with FaceMesh's vertices, y up and z out of the face.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.face_mesh import FaceMesh
from scipy.spatial import Delaunay
from tqdm import tqdm

from engines.head_geometry import mean_face
from realtime.frame import frame_to_rgb
from realtime.video_file.video_source import VideoSource
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.media_io import U8, read_image

F64 = npt.NDArray[np.float64]

IPD = 6.3
"""Interpupillary distance, cm: between the mean of women and of men (Dodgson, SPIE 5291, 2004)."""
LANDMARKS, SKIN = 478, 468
"""All landmarks, and those before the ten of the irises."""

_PUPILS, _TRAGI = (468, 473), (234, 454)
_ITERATIONS = 6
# Mouth and chin move: what lies lower than this in the axes' unit takes no part in laying faces onto each
# other.
_STILL_ABOVE = -3.5
# The axis of the cylinder onto which the face is unrolled lies this far behind the origin; its scale in
# cm per radian.
_CYLINDER_Z, _CYLINDER_SCALE = -2.0, 9.0
# A point inside the head: seen from outside, a triangle's normal points away from it.
_INSIDE = np.array([0.0, -1.0, -2.0])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.head_geometry",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("inputs", nargs="+", type=Path, metavar="FILE", help="pictures and videos, one person in each")
    add("--out", type=Path, default=Path("."), metavar="DIR", help="where the two files go (default: here)")
    add("--align", type=Path, metavar="FILE", help="face whose axes are taken (default: the present mean)")
    add("--frames", type=int, default=8, help="looked at in each video (default %(default)s)")
    add("--max-yaw", type=float, default=14.0, metavar="DEG", help="leave out faces turned farther")
    return options


def similarity(source: F64, target: F64) -> tuple[F64, float, F64]:
    """Rotation (3, 3), scale and translation (3,) that lay ``source`` (n, 3) onto ``target`` with least
    squares
    (Umeyama, IEEE PAMI 13 (4), 1991): ``target ~ scale * source @ rotation.T + translation``."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd(b.T @ a)
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u * signs @ vt
    scale = float((singular * signs).sum() / (a * a).sum())
    return rotation, scale, target_mean - scale * rotation @ source_mean


def average(people: Sequence[Sequence[F64]], axes: F64, max_yaw: float) -> tuple[F64, int]:
    """The symmetric mean of ``people`` (for each, faces (478, 3), y up, z towards the camera), and how
    many of them
    have a face near enough to frontal.

    ``axes`` (468 or 478, 3): the face whose position the mean takes.

    Raises:
        ToolError: no face is near enough to frontal.
    """
    still = np.flatnonzero(axes[:SKIN, 1] > _STILL_ABOVE)
    mean = np.vstack([axes, np.zeros((LANDMARKS - len(axes), 3))])
    mirror = _mirror_images(axes[:SKIN])
    for _ in range(_ITERATIONS):
        laid = [faces for person in people if (faces := _laid_onto(mean, person, still, max_yaw))]
        if not laid:
            raise ToolError(f"No face in these files is turned by less than {max_yaw:.0f} degrees.")
        mean = np.mean([np.mean(faces, axis=0) for faces in laid], axis=0)
        rotation, scale, translation = similarity(mean[still], axes[still])
        mean = scale * mean @ rotation.T + translation
        flipped = mean * [-1.0, 1.0, 1.0]
        irises = _mirror_images(mean[SKIN:]) + SKIN
        mean = (mean + flipped[np.concatenate([mirror, irises])]) / 2.0
    return mean, len(laid)


def to_head_frame(face: F64) -> F64:
    """``face`` (478, 3) scaled to IPD and moved so that the origin lies between the tragi."""
    scale = IPD / np.linalg.norm(face[_PUPILS[0]] - face[_PUPILS[1]])
    return np.asarray((face - (face[_TRAGI[0]] + face[_TRAGI[1]]) / 2.0) * scale)


def triangulate(face: F64) -> npt.NDArray[np.int32]:
    """(m, 3) landmark indices without the irises, sorted, counter-clockwise seen from outside."""
    skin = face[:SKIN]
    unrolled = np.column_stack(
        [np.arctan2(skin[:, 0], skin[:, 2] - _CYLINDER_Z) * _CYLINDER_SCALE, skin[:, 1]]
    )
    triangles = np.array(Delaunay(unrolled).simplices, np.int32)
    corners = skin[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inwards = (normals * (corners.mean(axis=1) - _INSIDE)).sum(axis=1) <= 0.0
    triangles[inwards] = triangles[inwards][:, [0, 2, 1]]
    return np.asarray(triangles[np.lexsort(triangles.T[::-1])])


def read_axes(path: Path | None) -> F64:
    """The face to align with; see the module's description.

    Raises:
        ToolError: the file has not one vertex per landmark.
    """
    if path is None:
        return mean_face()
    try:
        if path.suffix.lower() == ".obj":
            lines = path.read_text().splitlines()
            points = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], float)
        else:
            points = np.loadtxt(path, delimiter=",", comments="#")
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} cannot be read as a face: {error}.") from error
    if points.shape not in ((SKIN, 3), (LANDMARKS, 3)):
        raise ToolError(f"{path} must have {SKIN} or {LANDMARKS} points, one per landmark.")
    return points


def faces_in(path: Path, frames: int) -> Iterator[F64]:
    """The landmarks (478, 3) of the faces found in a file: px, y up, z towards the camera."""
    options = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": True}
    with FaceMesh(min_detection_confidence=0.4, **options) as mesh:
        for rgb in _pictures(path, frames):
            found = mesh.process(rgb).multi_face_landmarks
            if found:
                width, height = rgb.shape[1], rgb.shape[0]
                points = np.array([[p.x, p.y, p.z] for p in found[0].landmark])
                yield np.asarray(points * [width, -height, -width], np.float64)


def _pictures(path: Path, frames: int) -> Iterator[U8]:
    picture = read_image(path)
    if picture is not None:
        yield picture
        return
    with VideoSource(path) as source:
        pictures = [frame_to_rgb(item.frame) for item in source]
    for index in np.linspace(0, max(len(pictures) - 2, 0), frames).astype(int):
        yield pictures[index]


def _laid_onto(mean: F64, faces: Sequence[F64], still: npt.NDArray[np.intp], max_yaw: float) -> list[F64]:
    laid = []
    for face in faces:
        rotation, scale, translation = similarity(mean[still], face[still])
        yaw = np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))
        if abs(yaw) <= max_yaw:
            laid.append((face - translation) @ rotation / scale)
    return laid


def _mirror_images(points: F64) -> npt.NDArray[np.intp]:
    """For each point the index of the one nearest to its mirror image."""
    mirrored = points * [-1.0, 1.0, 1.0]
    return np.asarray(np.linalg.norm(mirrored[:, None] - points, axis=-1).argmin(axis=1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: a file cannot be read, or no face is usable.
    """
    options = parser().parse_args(arguments)
    axes = read_axes(options.align)
    people = [list(faces_in(path, options.frames)) for path in tqdm(options.inputs, unit="file")]
    face, count = average(people, axes, options.max_yaw)
    head = to_head_frame(face)
    options.out.mkdir(parents=True, exist_ok=True)
    header = "x_cm,y_cm,z_cm: row i is FaceMesh landmark i in the head frame"
    np.savetxt(options.out / "mean_face.csv", head, fmt="%.3f", delimiter=",", header=header)
    header = "corner landmark indices, counter-clockwise seen from outside"
    triangles = triangulate(np.round(head, 3))
    np.savetxt(options.out / "face_triangles.csv", triangles, fmt="%d", delimiter=",", header=header)
    print(f"The mean of {count} people and {len(triangles)} triangles are in {options.out}.")
    return 0


if __name__ == "__main__":
    run_tool(main)
