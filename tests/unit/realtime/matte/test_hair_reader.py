"""The own hair over time: the network's word, steadiness, and what a jump does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import resize_affine
from engines.errors import LiveHairError
from engines.face import Face
from realtime.matte.hair_prior import BACKGROUND, HAIR, hair_prior
from realtime.matte.hair_reader import HairReader
from realtime.matte.matte_crop import SIZE as CROP
from realtime.matte.matte_crop import MatteCrop
from realtime.matte.matte_memory import is_jump, steadied
from realtime.matte.matte_network import FOLDER, CropMatte, MatteNetwork, open_matte_network
from tests.unit.synthetic_head import HAIR as BROWN
from tests.unit.synthetic_head import background, draw_person, face_at

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
SIZE = (480, 420)
PLACE = resize_affine(SIZE, SIZE)


def scene(x: float = 240.0, time: float = 0.0) -> tuple[U8, F32, Face]:
    frame, face = background(*SIZE), face_at(x, 170.0, 8.0, SIZE, time)
    return frame, draw_person(frame, face), face


def planes_of(frame: U8, person: F32, face: Face, hair: F32) -> CropMatte:
    """What a perfect network would say of hair (h, w) and person in the drawing."""
    crop = MatteCrop.of(face)
    seen = [
        crop.cut(np.dstack([np.uint8(255 * m)] * 3))[..., 0] / 255.0 for m in (hair, person - hair, person)
    ]
    return CropMatte(np.array(seen, np.float32), crop)


class Told:
    """A network that says what it is told, and keeps what it was given."""

    def __init__(self, hair: F32, skin: F32 | None = None) -> None:
        self.hair = hair
        self.skin = 1.0 - hair if skin is None else skin
        self.given: list[F32 | None] = []

    def read(self, rgb: U8, crop: MatteCrop, hair: F32 | None = None) -> CropMatte:
        self.given.append(hair)
        person = (rgb != background(*SIZE)).any(-1).astype(np.float32)
        planes = [
            crop.cut(np.dstack([np.uint8(255 * m)] * 3))[..., 0] / 255.0
            for m in (self.hair, self.skin * person, person)
        ]
        return CropMatte(np.array(planes, np.float32), crop)

    def close(self) -> None:
        pass


def test_planes_lie_where_their_crop_was_cut() -> None:
    frame, person, face = scene()
    hair = (frame == BROWN).all(-1).astype(np.float32)
    seen = planes_of(frame, person, face, hair)
    planes, trust = seen.placed((210, 185), 0.5, (-60.0, -50.0))
    assert planes.shape == (3, 185, 210)
    expected = hair[50:420:2, 60:480:2]
    assert np.abs(planes[0] - expected).mean() < 0.02
    assert trust[60, 90] == 1.0


def test_expectations_follow_what_the_network_saw_as_far_as_it_reaches() -> None:
    _, person, face = scene()
    prior = hair_prior(face, person)
    seen = np.zeros((3, *person.shape), np.float32)
    trust = np.zeros_like(person)
    trust[:, :240] = 1.0
    followed = prior.following(seen, trust)
    np.testing.assert_allclose(followed.weights.sum(0), 1.0, atol=1e-5)
    assert np.array_equal(followed.weights[:, :, 300] > 0.5, prior.weights[:, :, 300] > 0.5)
    crown = prior.crown & (trust > 0.0)
    odds = prior.weights[BACKGROUND][crown] / prior.weights[HAIR][crown]
    assert (followed.weights[BACKGROUND][crown] / followed.weights[HAIR][crown] > 5.0 * odds).all()


def test_cloth_on_the_crown_is_noticed_and_hair_is_not_called_cloth() -> None:
    frame, person, face = scene()
    hair = (frame == BROWN).all(-1).astype(np.float32)
    bare = HairReader(Told(hair), 0.4)  # type: ignore[arg-type]
    assert bare.read(frame, frame, person, face, PLACE).cloth < 0.1
    hat = HairReader(Told(np.zeros_like(hair), skin=1.0 - hair), 0.4)  # type: ignore[arg-type]
    assert hat.read(frame, frame, person, face, PLACE).cloth > 0.6


def test_the_last_matte_reaches_the_network_where_the_head_is_now() -> None:
    frame, person, face = scene()
    hair = (frame == BROWN).all(-1).astype(np.float32)
    network = Told(hair)
    reader = HairReader(network, 0.4)  # type: ignore[arg-type]
    reader.read(frame, frame, person, face, PLACE)
    moved, mask, ahead = scene(255.0, 0.5)
    reader.read(moved, moved, mask, ahead, PLACE)
    assert network.given[0] is None
    carried = network.given[1]
    assert carried is not None
    there = MatteCrop.of(face).cut(np.dstack([np.uint8(255 * hair)] * 3))[..., 0] / 255.0
    assert carried.shape == (CROP, CROP)
    assert np.abs(carried - there).mean() < 0.05


@pytest.mark.parametrize("jump", ["time", "place", "forget"])
def test_after_a_jump_nothing_is_carried_over(jump: str) -> None:
    frame, person, face = scene()
    network = Told((frame == BROWN).all(-1).astype(np.float32))
    reader = HairReader(network, 0.4)  # type: ignore[arg-type]
    reader.read(frame, frame, person, face, PLACE)
    if jump == "forget":
        reader.forget()
    later = face_at(440.0 if jump == "place" else 240.0, 170.0, 8.0, SIZE, 60.0 if jump == "time" else 0.3)
    reader.read(frame, frame, person, later, PLACE)
    assert network.given[1] is None


def test_a_steadied_matte_keeps_noise_down_and_believes_a_change() -> None:
    before = np.zeros((60, 60), np.float32)
    before[:, :30] = 1.0
    now = before + np.random.default_rng(1).normal(0.0, 0.05, before.shape).astype(np.float32)
    now[20:40, 40:60] = 1.0
    steady = steadied(now, before, 0.6)
    assert np.abs(steady - before)[:15].mean() < 0.5 * np.abs(now - before)[:15].mean()
    assert steady[25:35, 45:55].mean() > 0.97


def test_turning_far_is_a_jump_and_breathing_is_none() -> None:
    _, _, face = scene()
    assert not is_jump(face, scene(246.0, 0.4)[2])
    closer = face_at(240.0, 170.0, 16.0, SIZE, 0.4)
    assert is_jump(face, closer)
    assert is_jump(face, replace(face, time=-1.0))


def test_the_network_of_the_package_runs_and_tells_a_person_from_a_wall() -> None:
    network = open_matte_network()
    if network is None:
        pytest.skip("the package has no matte network")
    frame, _, face = scene()
    seen = network.read(frame, MatteCrop.of(face))
    network.close()
    assert seen.planes.shape == (3, CROP, CROP)
    assert 0.0 <= seen.planes.min() <= seen.planes.max() <= 1.0
    assert seen.skin[115, 128] > 0.5
    assert seen.person[:20, :20].mean() < 0.5


def test_no_file_is_no_network_and_a_wrong_one_says_so(tmp_path: Path) -> None:
    assert open_matte_network(tmp_path) is None
    with pytest.raises(LiveHairError, match=r"nothing\.onnx"):
        MatteNetwork(tmp_path / "nothing.onnx")
    (tmp_path / "hair_matte.onnx").write_bytes(b"no graph")
    assert open_matte_network(tmp_path / "..") is None
    assert FOLDER.name == "data"
