"""Between video frames and RGB arrays."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import ColorRange, Colorspace

from realtime.errors import FrameError
from realtime.frame import frame_to_rgb, planar, replace_rect
from realtime.rect import Rect
from tests.media import astronaut_frame

U8 = npt.NDArray[np.uint8]
SIZES = [(640, 480), (641, 479), (480, 640), (98, 66), (33, 35)]


def _planes(frame: av.VideoFrame) -> list[U8]:
    views = []
    for plane in frame.planes:
        pixels = np.frombuffer(memoryview(plane), np.uint8, plane.line_size * plane.height)
        views.append(pixels.reshape(plane.height, plane.line_size)[:, : plane.width])
    return views


def _frame(rgb: U8) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG
    )
    frame.pts, frame.time_base = 4242, Fraction(1, 90000)
    return frame


def _noise(width: int, height: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, seed in zip(_planes(frame), range(3), strict=True):
        plane[:] = np.random.default_rng(seed).integers(16, 236, plane.shape, np.uint8)
    frame.pts, frame.time_base = 7, Fraction(1, 30)
    return frame


def _soft(width: int, height: int) -> U8:
    """A picture without detail that halved chroma could lose."""
    return np.asarray(cv2.GaussianBlur(astronaut_frame(width, height), (0, 0), 2.0), np.uint8)


def _resized(rgb: U8, size: tuple[int, int]) -> U8:
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _psnr(a: U8, b: U8) -> float:
    return float(cv2.PSNR(np.ascontiguousarray(a), np.ascontiguousarray(b)))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_colours_survive_the_way_in(width: int, height: int) -> None:
    rgb = _soft(width, height)
    assert _psnr(frame_to_rgb(_frame(rgb)), rgb) > 36.0


@pytest.mark.parametrize(
    "color", [(235, 30, 40), (20, 200, 60), (25, 40, 220), (128, 128, 128), (255, 255, 255)]
)
def test_flat_colours_come_back_within_two_levels(color: tuple[int, int, int]) -> None:
    base = _noise(64, 48)
    rgb = np.full((48, 64, 3), color, np.uint8)
    out = replace_rect(base, rgb, Rect(0, 0, 64, 48))
    assert np.abs(frame_to_rgb(out).astype(int) - rgb).max() <= 3
    reference = out.to_ndarray(format="rgb24", src_colorspace=Colorspace.ITU601)
    assert np.abs(reference.astype(int) - rgb).max() <= 3


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_all_pixels_outside_the_rectangle_stay_bit_identical(width: int, height: int) -> None:
    frame = _noise(width, height)
    before = [plane.copy() for plane in _planes(frame)]
    rect = Rect(width // 3 | 1, height // 4 | 1, width // 3 + 13, height)
    out = replace_rect(frame, np.full((height, width, 3), 255, np.uint8), rect)
    for index, (plane, old) in enumerate(zip(_planes(out), before, strict=True)):
        box = rect.to_even() if index == 0 else Rect(*(side // 2 for side in rect.to_even()))
        outside = np.ones(plane.shape, bool)
        outside[box.top : box.bottom, box.left : box.right] = False
        np.testing.assert_array_equal(plane[outside], old[outside])
        assert not np.array_equal(plane[~outside], old[~outside])
    for plane, old in zip(_planes(frame), before, strict=True):
        np.testing.assert_array_equal(plane, old)


def test_time_passes_unchanged_and_nothing_touched_is_the_same_frame() -> None:
    frame = _noise(64, 48)
    rgb = frame_to_rgb(frame)
    assert replace_rect(frame, rgb, None) is frame
    assert replace_rect(frame, rgb, Rect(10, 10, 10, 20)) is frame
    assert replace_rect(frame, rgb, Rect(70, 0, 90, 20)) is frame
    out = replace_rect(frame, rgb, Rect(0, 0, 8, 8))
    assert (out.pts, out.time_base) == (7, Fraction(1, 30))


def test_chroma_is_averaged_so_that_thin_strands_keep_their_colour() -> None:
    rgb = np.full((32, 32, 3), 90, np.uint8)
    rgb[:, 1::2] = (200, 20, 20)
    shifted = np.roll(rgb, 1, axis=1)
    u, v = (_planes(replace_rect(_noise(32, 32), image, Rect(0, 0, 32, 32)))[2] for image in (rgb, shifted))
    assert abs(int(u[5, 5]) - int(v[5, 5])) <= 1
    assert u[5, 5] > 140


def test_a_4k_frame_is_capped_and_keeps_its_time() -> None:
    frame = _frame(_resized(astronaut_frame(480, 270), (3840, 2160)))
    small = planar(frame, 1280)
    assert (small.width, small.height, small.format.name) == (1280, 720, "yuv420p")
    assert (small.pts, small.time_base) == (4242, Fraction(1, 90000))
    assert _psnr(frame_to_rgb(small), _resized(frame_to_rgb(frame), (1280, 720))) > 30.0


def test_a_portrait_frame_is_capped_by_its_height() -> None:
    small = planar(_noise(1080, 1920), 1280)
    assert (small.width, small.height) == (720, 1280)


def test_a_plain_frame_is_not_converted_at_all() -> None:
    frame = _noise(640, 480)
    assert planar(frame, 1280) is frame


@pytest.mark.parametrize("space", [Colorspace.ITU709, Colorspace.ITU601])
@pytest.mark.parametrize("full", [False, True])
def test_what_a_frame_says_of_its_colours_is_honoured(space: Colorspace, full: bool) -> None:
    rgb = _soft(320, 240)
    source = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
        format="yuv420p", dst_colorspace=space, dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG
    )
    source.colorspace = space
    source.color_range = ColorRange.JPEG if full else ColorRange.MPEG
    assert _psnr(frame_to_rgb(planar(source, 1280)), rgb) > 36.0


def test_other_pixel_formats_are_taken() -> None:
    rgb = _soft(320, 240)
    assert _psnr(frame_to_rgb(planar(av.VideoFrame.from_ndarray(rgb, "rgb24"), 1280)), rgb) > 36.0


def test_a_frame_without_pixels_and_a_picture_of_another_size_are_refused() -> None:
    with pytest.raises(FrameError):
        planar(av.VideoFrame(1, 1, "yuv420p"), 1280)
    with pytest.raises(FrameError):
        replace_rect(_noise(64, 48), np.zeros((48, 66, 3), np.uint8), Rect(0, 0, 8, 8))
