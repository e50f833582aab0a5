"""Photos at their own resolution, any way up."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.look import Look
from engines.strands.library import StrandLibrary
from engines.strands.still_engine import StillStrandEngine
from realtime.frame_result import FrameResult
from realtime.still.still_editor import STEPS, StillEditor
from realtime.tracking.portrait_finder import PortraitFinder
from tools.clips import astronaut

U8 = npt.NDArray[np.uint8]
BUZZ = Look("buzz-cut", "F5")


@pytest.fixture(scope="module")
def finder() -> Iterator[PortraitFinder]:
    finder = PortraitFinder()
    yield finder
    finder.close()


def edited(rgb: U8, look: Look, finder: PortraitFinder) -> FrameResult:
    library = StrandLibrary()
    (face,) = finder.faces(rgb)
    return StillEditor(lambda: StillStrandEngine(library)).edit(rgb, face, look)


def test_outside_the_rectangle_nothing_changes_and_progress_is_told(finder: PortraitFinder) -> None:
    rgb = astronaut()
    told: list[int] = []
    library = StrandLibrary()
    editor = StillEditor(lambda: StillStrandEngine(library))
    result = editor.edit(rgb, finder.faces(rgb)[0], BUZZ, told.append)
    assert told[0] == 1
    assert told[-1] == STEPS
    assert result.rect is not None
    outside = np.ones(rgb.shape[:2], bool)
    outside[result.rect.top : result.rect.bottom, result.rect.left : result.rect.right] = False
    assert np.array_equal(result.rgb[outside], rgb[outside])
    assert (result.rgb[~outside] != rgb[~outside]).any(axis=1).mean() > 0.05
    assert np.array_equal(rgb, astronaut())


def test_a_photo_on_its_side_becomes_what_the_upright_one_becomes(finder: PortraitFinder) -> None:
    upright = edited(astronaut(), BUZZ, finder).rgb.astype(int)
    turned = edited(np.ascontiguousarray(np.rot90(astronaut())), BUZZ, finder).rgb
    difference = np.abs(np.rot90(turned, -1).astype(int) - upright).mean(axis=2)
    changed = np.abs(upright - astronaut()).mean(axis=2)
    assert difference.mean() < 0.25 * changed.mean()


def test_a_large_photo_shows_finer_hair_than_an_enlarged_small_one(finder: PortraitFinder) -> None:
    look = Look("buzz-cut", "N1")
    small = astronaut()
    large = np.asarray(cv2.resize(small, None, fx=4.0, fy=4.0, interpolation=cv2.INTER_CUBIC), np.uint8)
    fine = edited(large, look, finder)
    coarse = edited(small, look, finder)
    assert fine.layer is not None
    assert coarse.layer is not None
    assert fine.layer.to_frame[0, 0] == pytest.approx(1.0, abs=0.2)
    enlarged = cv2.resize(coarse.layer.rgba, None, fx=4.0, fy=4.0, interpolation=cv2.INTER_CUBIC)

    def detail(rgba: npt.NDArray[np.float32]) -> float:
        dense = cv2.erode(rgba[..., 3], np.ones((9, 9), np.uint8)) > 0.9
        return float(np.abs(cv2.Laplacian(rgba[..., 1], cv2.CV_32F))[dense].mean())

    assert detail(fine.layer.rgba) > 2.0 * detail(np.asarray(enlarged, np.float32))


def test_own_hair_of_a_large_photo_is_recoloured_at_its_own_resolution(finder: PortraitFinder) -> None:
    large = np.asarray(cv2.resize(astronaut(), None, fx=3.0, fy=3.0, interpolation=cv2.INTER_CUBIC), np.uint8)
    result = edited(large, Look("own", "F5"), finder)
    assert result.rect is not None
    change = np.abs(result.rgb.astype(int) - large).max(axis=2) > 20
    assert change.mean() > 0.01
    # The face stays.
    assert change[420:520, 640:740].mean() < 0.01
