"""The depth buffer that hides hair behind head and body."""

import numpy as np
import pytest

from engines.head_geometry import face_triangles, mean_face
from engines.head_pose import HeadPose
from engines.strands.occluder import FAR, add_ellipsoids, add_mesh, face_occluder


def test_sphere_depth_is_its_front_surface() -> None:
    depth = np.full((101, 101), FAR, np.float32)
    scale, radius = 10.0, 4.0
    to_head = np.diag([1.0, -1.0, 1.0]).astype(np.float32) / np.float32(scale)
    add_ellipsoids(
        depth,
        to_head,
        np.array([50, 50], np.float32),
        np.array([[0, 0, 0, radius, radius, radius]], np.float32),
    )
    y, x = np.mgrid[0:101, 0:101] - 50.0
    squared = (radius * scale) ** 2 - x**2 - y**2
    inside = squared > 1.0
    np.testing.assert_allclose(depth[inside], np.sqrt(squared[inside]), atol=0.05)
    assert (depth[squared < -1.0] == FAR).all()


def test_ellipsoids_turn_with_the_head() -> None:
    angle = np.radians(90.0)
    rotation = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    pose = HeadPose(rotation, 10.0, np.array([100.0, 100.0]))
    depth = np.full((201, 201), FAR, np.float32)
    to_head = np.linalg.inv(pose.matrix).astype(np.float32)
    add_ellipsoids(
        depth, to_head, np.array([100, 100], np.float32), np.array([[0, 0, 0, 2, 3, 8]], np.float32)
    )
    covered = depth > FAR
    assert covered.any(axis=0).sum() == pytest.approx(160, abs=3)
    assert depth.max() == pytest.approx(20.0, abs=0.1)


def test_nearer_surface_wins() -> None:
    depth = np.full((21, 21), FAR, np.float32)
    plane = np.array([[0, 0, 5], [20, 0, 5], [0, 20, 5], [20, 20, 5]], np.float32)
    triangles = np.array([[0, 1, 2], [1, 3, 2]], np.int32)
    add_mesh(depth, plane, triangles)
    add_mesh(depth, plane - np.array([0, 0, 3], np.float32), triangles)
    np.testing.assert_allclose(depth, 5.0)


def test_mesh_depth_is_interpolated() -> None:
    depth = np.full((21, 21), FAR, np.float32)
    add_mesh(
        depth, np.array([[0, 0, 0], [20, 0, 20], [0, 20, 0]], np.float32), np.array([[0, 1, 2]], np.int32)
    )
    np.testing.assert_allclose(depth[5, :15], np.arange(15), atol=1e-3)


def test_face_mesh_has_no_holes_at_eyes_and_mouth() -> None:
    pose = HeadPose(np.eye(3), 10.0, np.array([100.0, 120.0]))
    landmarks = pose.project(mean_face()).astype(np.float32)
    depth = np.full((260, 200), FAR, np.float32)
    add_mesh(depth, face_occluder(landmarks, 10.0), face_triangles())
    for index in (468, 473, 13, 14):
        x, y = np.rint(landmarks[index, :2]).astype(int)
        assert depth[y, x] > FAR
