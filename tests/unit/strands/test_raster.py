"""Segments to pixels."""

import numpy as np
import numpy.typing as npt
import pytest

from engines.strands.finish import close_pinholes, paint_scalp, soften_edges
from engines.strands.occluder import FAR
from engines.strands.raster import draw_segments
from engines.strands.shading import MATERIAL_COLUMNS, TINT_COLUMNS

F32 = npt.NDArray[np.float32]
COLOR = np.array([0.5, 0.25, 0.125], np.float32)


class Canvas:
    """A buffer, and segments of one colour to draw into it.

    The material is a strand along the view, so that shading leaves nothing but the ambient term: the colour.
    """

    def __init__(self, size: int = 64) -> None:
        self.layer = np.zeros((size, size, 4), np.float32)
        self.depth = np.full((size, size), FAR, np.float32)
        self.shade = np.zeros(45, np.float32)
        self.shade[17:19] = 1.0
        self.shade[27:30] = 1.0
        self.frame = 0

    def draw(
        self, *segments: tuple[tuple[float, float, float], tuple[float, float, float]], width: float
    ) -> int:
        ends = np.array(segments, np.float32).reshape(-1, 3)
        position = np.column_stack([ends, np.full(len(ends), width, np.float32)])
        material = np.zeros((len(ends), MATERIAL_COLUMNS), np.float32)
        material[:, TINT_COLUMNS] = COLOR
        material[:, 10] = material[:, 15] = 1.0
        self.frame += 1
        return draw_segments(
            self.layer,
            self.depth,
            position,
            material,
            self.shade,
            np.zeros_like(position),
            np.arange(0, len(ends), 2, dtype=np.int32),
            np.ones(len(segments), np.uint8),
            self.frame,
            8,
            1.0,
        )

    @property
    def alpha(self) -> F32:
        return self.layer[..., 3]


@pytest.mark.parametrize("end", [(50.0, 20.3), (20.3, 50.0), (45.0, 45.0), (48.0, 31.0)])
def test_coverage_is_length_times_width_at_any_angle(end: tuple[float, float]) -> None:
    canvas = Canvas()
    canvas.draw(((20.3, 20.3, 0.0), (*end, 0.0)), width=0.3)
    length = np.hypot(end[0] - 20.3, end[1] - 20.3)
    assert canvas.alpha.sum() == pytest.approx(0.3 * length, rel=0.03)


def test_colour_is_premultiplied() -> None:
    canvas = Canvas()
    canvas.draw(((20.0, 20.0, 0.0), (40.0, 33.0, 0.0)), width=0.4)
    drawn = canvas.alpha > 0.01
    np.testing.assert_allclose(
        canvas.layer[drawn, :3] / canvas.layer[drawn, 3:], np.tile(COLOR, (drawn.sum(), 1)), atol=1e-3
    )


def test_front_segment_hides_the_one_behind() -> None:
    canvas = Canvas()
    line = ((10.0, 30.0, 5.0), (50.0, 30.0, 5.0))
    for _ in range(12):
        canvas.draw(line, width=0.95)
    full = canvas.layer.copy()
    canvas.shade[20:23] = [0.0, 0.0, 1.0]
    assert canvas.draw(((10.0, 30.0, 1.0), (50.0, 30.0, 1.0)), width=0.95) == 0
    np.testing.assert_array_equal(canvas.layer, full)


def test_hair_behind_the_head_is_not_drawn() -> None:
    canvas = Canvas()
    canvas.depth[:, 32:] = 10.0
    canvas.draw(((10.0, 30.0, 0.0), (54.0, 30.0, 0.0)), width=0.9)
    assert canvas.alpha[:, 32:].sum() == 0.0
    assert canvas.alpha[:, 12:31].sum() > 10.0


def test_segments_leaving_the_buffer_are_skipped() -> None:
    canvas = Canvas(16)
    assert (
        canvas.draw(((8.0, 8.0, 0.0), (40.0, 8.0, 0.0)), ((-9.0, 8.0, 0.0), (3.0, 8.0, 0.0)), width=0.5) == 0
    )
    assert canvas.alpha.sum() == 0.0


def test_a_hidden_segment_is_found_again_within_eight_frames() -> None:
    canvas = Canvas()
    position = np.array([[20, 30, 0, 0.8], [40, 30, 0, 0.8]], np.float32)
    material = np.zeros((2, 12), np.float32)
    material[:, 7] = material[:, 9] = 1.0
    segments, patience = np.zeros(1, np.int32), np.ones(1, np.uint8)

    def frame(number: int, occluder: np.float32) -> int:
        canvas.layer[:] = 0.0
        canvas.depth[:] = occluder
        color = np.zeros_like(position)
        return draw_segments(
            canvas.layer,
            canvas.depth,
            position,
            material,
            canvas.shade,
            color,
            segments,
            patience,
            number,
            8,
            1.0,
        )

    assert sum(frame(number, np.float32(10.0)) for number in range(1, 20)) == 0
    assert sum(frame(number, FAR) for number in range(20, 28)) >= 1
    assert frame(28, FAR) == 1


def test_underlay_paints_the_scalp_above_the_hairline_only() -> None:
    layer = np.zeros((121, 121, 4), np.float32)
    depth = np.full((121, 121), FAR, np.float32)
    scale = 5.0
    to_head = np.diag([1.0, -1.0, 1.0]).astype(np.float32) / np.float32(scale)
    skull = np.array([0, 0, 0, 9, 10, 9], np.float32)
    hairline = np.array([[0.0, 4.0], [np.pi, 4.0]], np.float32)
    paint = np.array([0.1, 0.1, 0.1, 0.9], np.float32)
    head = (to_head, np.array([60, 60], np.float32), scale, skull, hairline, paint)
    unfaded = np.array([-1e3, -999.0, 0.0], np.float32)
    unparted = np.zeros(2, np.float32)
    paint_scalp(layer, depth, *head, 1e6, unfaded, unparted)
    assert layer[60 - 35, 60, 3] == pytest.approx(0.9, abs=0.02)
    assert layer[60 - 15 :, :, 3].max() == 0.0
    parted = np.zeros_like(layer)
    paint_scalp(parted, depth, *head, 0.0, unfaded, unparted)
    assert parted[60 - 35, 60, 3] == 0.0
    assert parted[60 - 35, 70, 3] == pytest.approx(0.9, abs=0.02)
    faded = np.zeros_like(layer)
    paint_scalp(faded, depth, *head, 1e6, np.array([6.0, 8.0, 0.0], np.float32), unparted)
    assert faded[60 - 45, 60, 3] == pytest.approx(0.9, abs=0.02)
    assert faded[60 - 28, 60, 3] == 0.0
    boxed = np.zeros_like(layer)
    paint_scalp(boxed, depth, *head, 1e6, unfaded, np.array([3.0, 0.6], np.float32))
    inside = layer[..., 3] > 0.85
    assert 0.1 < (boxed[inside, 3] < 0.1).mean() < 0.5
    assert (boxed[inside, 3] > 0.85).mean() > 0.4


def test_pinholes_in_dense_hair_close() -> None:
    layer = np.zeros((3, 3, 4), np.float32)
    layer[...] = [0.09, 0.09, 0.09, 0.9]
    close_pinholes(layer)
    np.testing.assert_allclose(layer, np.broadcast_to([0.1, 0.1, 0.1, 1.0], (3, 3, 4)), atol=1e-3)


def test_hair_cut_by_the_cheek_has_a_smooth_edge() -> None:
    layer = np.zeros((9, 9, 4), np.float32)
    layer[:, 5:] = 1.0
    depth = np.full((9, 9), 20.0, np.float32)
    depth[:, 5:] = FAR
    soften_edges(layer, depth, 5.0)
    np.testing.assert_allclose(layer[4, :, 3], [0, 0, 0, 0, 0.15, 0.85, 1, 1, 1], atol=1e-6)
    flat = np.zeros((9, 9, 4), np.float32)
    flat[:, 5:] = 1.0
    soften_edges(flat, np.zeros((9, 9), np.float32), 5.0)
    np.testing.assert_array_equal(flat[4, :, 3], [0, 0, 0, 0, 0, 1, 1, 1, 1])
