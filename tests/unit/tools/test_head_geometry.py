"""The mean face is reproducible: by construction on synthetic people, and the triangles exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from engines.head_geometry import face_triangles, mean_face
from tools.clips import astronaut
from tools.errors import ToolError
from tools.head_geometry import average, main, read_axes, similarity, to_head_frame, triangulate

F64 = npt.NDArray[np.float64]


def _rotation(yaw: float, roll: float) -> F64:
    c, s = np.cos(np.radians([yaw, roll])), np.sin(np.radians([yaw, roll]))
    turn = np.array([[c[0], 0, s[0]], [0, 1, 0], [-s[0], 0, c[0]]])
    lean = np.array([[c[1], -s[1], 0], [s[1], c[1], 0], [0, 0, 1]])
    return np.asarray(turn @ lean)


def _person(rng: np.random.Generator, yaw: float) -> F64:
    own = mean_face() + rng.normal(0.0, 0.05, (478, 3))
    return np.asarray(
        rng.uniform(8, 30) * own @ _rotation(yaw, rng.uniform(-9, 9)).T + rng.uniform(-300, 300, 3)
    )


def test_a_similarity_is_recovered() -> None:
    rotation = _rotation(25.0, -12.0)
    moved = 3.5 * mean_face() @ rotation.T + [10.0, -4.0, 7.0]
    found, scale, translation = similarity(mean_face(), moved)
    assert np.allclose(found, rotation)
    assert scale == pytest.approx(3.5)
    assert np.allclose(translation, [10.0, -4.0, 7.0])


def test_the_mean_of_people_who_vary_is_the_face_they_vary_about() -> None:
    rng = np.random.default_rng(3)
    people = [[_person(rng, yaw) for yaw in rng.uniform(-12, 12, 3)] for _ in range(24)]
    mean, count = average(people, mean_face(), max_yaw=14.0)
    head = to_head_frame(mean)
    assert count == 24
    assert np.sqrt(((head - mean_face()) ** 2).sum(axis=1).mean()) < 0.03
    assert np.linalg.norm(head[468] - head[473]) == pytest.approx(6.3)
    assert np.allclose(head[234], head[454] * [-1, 1, 1], atol=1e-9)


def test_faces_turned_too_far_are_left_out() -> None:
    rng = np.random.default_rng(4)
    people = [[_person(rng, 3.0)], [_person(rng, 30.0)], [_person(rng, -25.0)]]
    assert average(people, mean_face(), max_yaw=14.0)[1] == 1
    with pytest.raises(ToolError, match="14 degrees"):
        average(people[1:], mean_face(), max_yaw=14.0)


def test_the_triangles_in_the_repository_are_those_of_the_mean_face() -> None:
    assert np.array_equal(triangulate(mean_face()), face_triangles())


def test_one_portrait_gives_a_face_of_the_right_shape(tmp_path: Path) -> None:
    portrait = tmp_path / "astronaut.png"
    Image.fromarray(astronaut()).save(portrait)
    assert main([str(portrait), "--out", str(tmp_path)]) == 0
    head = read_axes(tmp_path / "mean_face.csv")
    # One person differs from the mean by some millimetres.
    assert 0.05 < np.sqrt(((head - mean_face()) ** 2).sum(axis=1).mean()) < 1.0


def test_axes_of_another_kind_of_face_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "face.obj"
    path.write_text("v 1 2 3\nv 4 5 6\n")
    with pytest.raises(ToolError, match="468"):
        read_axes(path)
