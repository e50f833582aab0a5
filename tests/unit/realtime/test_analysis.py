"""Keyframes of a drawn person whose every pixel is known, and of a real portrait."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.analysis_settings import AnalysisSettings
from realtime.composite.compositor import Compositor
from realtime.errors import SettingsError
from realtime.matte.hair_reader import HairReader
from tests.unit.synthetic_head import HAIR, SHIRT, background, draw_person, face_at

U8 = npt.NDArray[np.uint8]
SIZE = (640, 480)


class DrawnPerson:
    """A segmenter that knows the drawing."""

    def __init__(self) -> None:
        self.mask = np.zeros((SIZE[1], SIZE[0]), np.float32)

    def segment(self, rgb: U8) -> npt.NDArray[np.float32]:
        rows = np.linspace(0, self.mask.shape[0] - 1, rgb.shape[0]).round().astype(int)
        columns = np.linspace(0, self.mask.shape[1] - 1, rgb.shape[1]).round().astype(int)
        return np.asarray(self.mask[np.ix_(rows, columns)])

    def close(self) -> None:
        pass


class Scene:
    """A person who moves before a room, analysed as it would be live."""

    def __init__(self) -> None:
        self.person = DrawnPerson()
        self.analyzer = FrameAnalyzer(segmenter=self.person, reader=HairReader(None, 0.4))
        self.analysis: FrameAnalysis | None = None

    def keyframe(self, x: float, time: float) -> U8:
        frame = background(*SIZE)
        face = face_at(x, 190.0, 8.0, SIZE, time)
        self.person.mask = draw_person(frame, face)
        self.analysis = self.analyzer.analyze(frame, face, self.analysis)
        return frame


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.analyzer.close()


def without_hair(frame: U8, analysis: FrameAnalysis) -> U8:
    nothing = HairLayer(np.zeros((4, 4, 4), np.float32), np.array([[1.0, 0.0, 300.0], [0.0, 1.0, 190.0]]))
    out = frame.copy()
    Compositor().compose(out, analysis.face, nothing, analysis)
    return out


def looks_like(rgb: U8, color: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(rgb.astype(int) - color).max(-1) < 12)


def test_the_matte_is_the_drawn_hair(scene: Scene) -> None:
    frame = scene.keyframe(300.0, 0.0)
    assert scene.analysis is not None
    truth = looks_like(frame, HAIR)
    found = cv2.resize(scene.analysis.hair.alpha, SIZE) > 0.5
    assert (found & truth).sum() / (found | truth).sum() > 0.85


def test_hair_gives_way_to_the_background_once_it_was_seen(scene: Scene) -> None:
    for time, x in enumerate((180.0, 180.0, 440.0, 440.0, 300.0)):
        frame = scene.keyframe(x, float(time))
    assert scene.analysis is not None
    out = without_hair(frame, scene.analysis)
    hair = looks_like(frame, HAIR)
    v, u = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    beyond = hair & (np.hypot((u - 300) / (7.7 * 8), (v - 190 + 3.1 * 8) / (9.9 * 8)) > 1.08)
    assert beyond.sum() > 1500
    error = (out[beyond].astype(float) - background(*SIZE)[beyond]) ** 2
    assert 10.0 * np.log10(255.0**2 / error.mean()) > 30.0


def test_skull_under_hair_becomes_skin_and_the_face_stays(scene: Scene) -> None:
    frame = scene.keyframe(300.0, 0.0)
    assert scene.analysis is not None
    out = without_hair(frame, scene.analysis)
    top = out[100:125, 280:320].reshape(-1, 3).astype(float).mean(0)
    assert top[0] > top[1] > top[2]
    assert top[0] > 140
    assert np.array_equal(out[195:250, 270:330], frame[195:250, 270:330])


def test_clothes_are_left_alone(scene: Scene) -> None:
    frame = scene.keyframe(300.0, 0.0)
    assert scene.analysis is not None
    out = without_hair(frame, scene.analysis)
    shirt = looks_like(frame, SHIRT)
    shirt[:340] = False
    assert np.array_equal(out[shirt], frame[shirt])


def test_another_frame_size_starts_afresh(scene: Scene) -> None:
    scene.keyframe(300.0, 0.0)
    small = background(320, 240)
    face = face_at(160.0, 100.0, 4.0, (320, 240), 1.0)
    mask = draw_person(small, face)
    scene.person.mask = mask
    analysis = scene.analyzer.analyze(small, face, scene.analysis)
    assert analysis.removal.plate.shape[:2] == analysis.person.shape
    assert analysis.to_frame_of(face)[0, 0] == pytest.approx(320 / analysis.person.shape[1])


def test_masks_follow_the_head_between_keyframes(scene: Scene) -> None:
    scene.keyframe(300.0, 0.0)
    assert scene.analysis is not None
    moved = face_at(340.0, 200.0, 8.8, SIZE, 0.1)
    affine = scene.analysis.to_frame_of(moved)
    origin = np.linalg.inv(scene.analysis.to_frame[:, :2]) @ (
        np.array([300.0, 190.0]) - scene.analysis.to_frame[:, 2]
    )
    assert affine[:, :2] @ origin + affine[:, 2] == pytest.approx([340.0, 200.0])


@pytest.mark.parametrize(
    "field", ["pixels", "matte_memory", "grow", "plate_age", "plate_pixels", "plate_margin"]
)
def test_settings_out_of_range_are_refused(field: str) -> None:
    with pytest.raises(SettingsError, match=field):
        AnalysisSettings(**{field: -1})
