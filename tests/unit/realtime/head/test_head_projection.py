"""The skull over a picture, and what is locked to the head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.affine import compose_affine, invert_affine, resize_affine
from engines.head_pose import HeadPose
from engines.strands.body import SKULL
from realtime.head.head_lock import moved_face
from realtime.head.head_projection import head_coordinates, project_skull
from tests.unit.synthetic_head import face_at

FACE = face_at(150.0, 140.0, 8.0, (300, 280))


def turned(yaw: float, roll: float) -> HeadPose:
    a, b = np.radians(yaw), np.radians(roll)
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_z = np.array([[np.cos(b), np.sin(b), 0], [-np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return HeadPose(about_z @ about_y, 8.0, np.array([150.0, 140.0]))


@pytest.mark.parametrize(("yaw", "roll"), [(0, 0), (40, 0), (0, 25), (-30, -20)])
def test_the_outline_is_that_of_the_projected_ellipsoid(yaw: float, roll: float) -> None:
    face = replace(FACE, pose=turned(yaw, roll))
    radius = project_skull(face, 300, 280).radius
    u = np.random.default_rng(0).normal(size=(400_000, 3))
    points = u / np.linalg.norm(u, axis=1, keepdims=True) * SKULL.radii + SKULL.center
    pixels = np.rint(face.pose.project(points)[:, :2]).astype(int)
    inside = np.zeros((280, 300), bool)
    inside[pixels[:, 1], pixels[:, 0]] = True
    columns, rows = pixels[:, 0], pixels[:, 1]
    assert radius[rows, columns].max() < 1.02
    assert inside.sum() == pytest.approx((radius < 1.0).sum(), rel=0.05)


def test_normals_point_outward_and_to_the_camera() -> None:
    skull = project_skull(FACE, 300, 280)
    center = FACE.pose.project(np.array(SKULL.center))
    row, column = round(center[1]), round(center[0])
    assert skull.normals[row, column, 2] > 0.99
    assert skull.normals[row, column + 50, 0] > 0.5
    assert skull.normals[row - 60, column, 1] > 0.5


def test_scalp_begins_at_the_hairline() -> None:
    scalp = project_skull(FACE, 300, 280).scalp
    above, below = (round(140 - 8 * y) for y in (10.0, 6.5))
    assert scalp[above, 150] > 0.5
    assert scalp[below, 150] < 0.0
    assert scalp[10, 10] < 0.0


def test_head_coordinates_are_upright_with_the_head() -> None:
    face = replace(FACE, pose=turned(0, 30))
    x, y = head_coordinates(face, 300, 280)
    crown = face.pose.project([0.0, 10.0, 0.0])
    row, column = round(crown[1]), round(crown[0])
    assert x[row, column] == pytest.approx(0.0, abs=0.1)
    assert y[row, column] == pytest.approx(10.0, abs=0.1)


def test_head_motion_carries_points_of_the_head() -> None:
    source, target = turned(0, 0), HeadPose(turned(0, 20).rotation, 10.0, np.array([200.0, 90.0]))
    point = np.array([3.0, 5.0, 0.0])
    moved = source.motion_to(target)
    carried = moved[:, :2] @ source.project(point)[:2] + moved[:, 2]
    assert carried == pytest.approx(target.project(point)[:2])


def test_affines_compose_and_invert() -> None:
    motion = turned(0, 0).motion_to(turned(10, 35))
    both = compose_affine(invert_affine(motion), motion)
    assert both == pytest.approx(np.eye(2, 3))


def test_a_resized_face_lies_where_its_pixels_lie() -> None:
    half = moved_face(FACE, 0.5)
    affine = resize_affine((300, 280), (150, 140))
    expected = FACE.landmarks[:, :2] @ affine[:, :2].T + affine[:, 2]
    assert half.landmarks[:, :2] == pytest.approx(expected, abs=1e-3)
    assert half.pose.project([0.0, 0.0, 0.0])[:2] == pytest.approx(
        affine[:, :2] @ [150.0, 140.0] + affine[:, 2]
    )
