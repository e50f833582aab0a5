"""The head frame, its pose and its shape."""

import numpy as np
import pytest

from engines.head_geometry import face_triangles, mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape


def turned(axis: str, degrees: float) -> HeadPose:
    """A head turned to image right, nodding up or leaning to image right."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rotation = {
        "yaw": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "pitch": [[1, 0, 0], [0, c, s], [0, -s, c]],
        "roll": [[c, s, 0], [-s, c, 0], [0, 0, 1]],
    }[axis]
    return HeadPose(np.array(rotation, float), 10.0, np.array([320.0, 240.0]))


@pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
@pytest.mark.parametrize("degrees", [-40.0, 25.0])
def test_angles_have_the_documented_signs(axis: str, degrees: float) -> None:
    pose = turned(axis, degrees)
    for name in ("yaw", "pitch", "roll"):
        assert getattr(pose, name) == pytest.approx(degrees if name == axis else 0.0, abs=1e-9)
    nose, crown = pose.project([0.0, 0.0, 10.0]), pose.project([0.0, 10.0, 0.0])
    if axis == "yaw":
        assert np.sign(nose[0] - 320.0) == np.sign(degrees)
    if axis == "pitch":
        assert np.sign(240.0 - nose[1]) == np.sign(degrees)
    if axis == "roll":
        assert np.sign(crown[0] - 320.0) == np.sign(degrees)


def test_unproject_is_the_inverse() -> None:
    pose = turned("yaw", 33.0)
    points = np.random.default_rng(1).normal(size=(20, 3)) * 8
    np.testing.assert_allclose(pose.unproject(pose.project(points)), points, atol=1e-9)


def test_angle_between_poses() -> None:
    assert turned("yaw", 10.0).angle_to(turned("yaw", -15.0)) == pytest.approx(25.0)


def test_head_frame_is_the_documented_one() -> None:
    face = mean_face()
    assert face.shape == (478, 3)
    np.testing.assert_allclose(face[234] + face[454], 0.0, atol=2e-3)
    assert np.linalg.norm(face[468] - face[473]) == pytest.approx(6.3, abs=5e-3)
    assert face[1, 2] > 9.0
    assert face[10, 1] > 7.0 > 0.0 > face[152, 1]


def test_mean_face_is_symmetric() -> None:
    face = mean_face()[:468]
    mirrored = face * [-1, 1, 1]
    distance = np.linalg.norm(mirrored[:, None] - face[None], axis=2).min(axis=1)
    assert distance.max() < 5e-3


def test_triangles_face_outwards() -> None:
    face, triangles = mean_face(), face_triangles()
    a, b, c = (face[triangles[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    outwards = (a + b + c) / 3 - [0.0, -1.0, -2.0]
    assert ((normal * outwards).sum(axis=1) > 0).all()


def test_shape_scales_skull_and_jaw() -> None:
    shape = HeadShape(width=1.1, height=0.9, depth=1.05, jaw=0.8)
    np.testing.assert_allclose(shape.apply([7.0, 5.0, 3.0]), [7.7, 4.5, 3.15])
    np.testing.assert_allclose(shape.apply([5.0, -8.0, 3.0])[0], 5.0 * 1.1 * 0.8)
    points = np.random.default_rng(2).normal(size=(4, 5, 3))
    np.testing.assert_allclose(HeadShape().apply(points), points)
