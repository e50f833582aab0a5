"""Constant matrices, against the operators they stand for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import adaptive_avg_pool2d, interpolate, pad

from engines.hairfast.networks.resampling import (
    BicubicDownSample,
    MatrixResample,
    MeanDownSample,
    average_matrix,
    bicubic_matrix,
    bilinear_matrix,
    cubic_reduction_matrix,
)
from tests.unit.hairfast.network_checks import drawn, export, relative_error, run_exported


@pytest.mark.parametrize(("source", "target"), [(128, 3), (64, 3), (32, 3), (16, 3), (256, 224)])
def test_averages_are_adaptive_average_pooling(source: int, target: int) -> None:
    x = drawn(1, 2, source, source)
    assert (
        relative_error(MatrixResample(average_matrix(source, target))(x), adaptive_avg_pool2d(x, target))
        < 1e-6
    )


def test_a_bicubic_eighth_reads_the_four_middle_samples_of_eight() -> None:
    taps = np.array([-0.09375, 0.59375, 0.59375, -0.09375])
    expected = np.zeros((32, 256))
    for row in range(32):
        expected[row, 8 * row + 2 : 8 * row + 6] = taps
    np.testing.assert_array_equal(bicubic_matrix(256, 32), expected)


@pytest.mark.parametrize(("source", "target"), [(256, 32), (32, 256), (7, 5)])
def test_bicubic_is_the_interpolation_without_antialiasing(source: int, target: int) -> None:
    x = drawn(1, 2, source, source)
    expected = interpolate(x, (target, target), mode="bicubic", align_corners=False)
    assert relative_error(MatrixResample(bicubic_matrix(source, target))(x), expected) < 1e-5


@pytest.mark.parametrize(("source", "target", "stride"), [(16, 32, 1), (64, 512, 2), (128, 1024, 4)])
def test_bilinear_aligns_the_corners_and_keeps_every_nth_pixel(source: int, target: int, stride: int) -> None:
    x = drawn(1, 2, source, source)
    expected = interpolate(x.double(), (target, target), mode="bilinear", align_corners=True)
    expected = expected[:, :, ::stride, ::stride].float()
    assert relative_error(MatrixResample(bilinear_matrix(source, target, stride))(x), expected) < 1e-6


def keys_cubic(x: float) -> float:
    x = abs(x)
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


@pytest.mark.parametrize("factor", [2, 4])
def test_the_reduction_is_a_strided_cubic_over_a_reflected_border(factor: int) -> None:
    taps = torch.tensor([keys_cubic((i - 2 * factor + 0.5) / factor) for i in range(4 * factor)])
    taps /= taps.sum()
    x = drawn(1, 3, 32, 32)
    border = 3 * factor // 2
    windows = (
        pad(x, (border,) * 4, mode="reflect").unfold(2, 4 * factor, factor).unfold(3, 4 * factor, factor)
    )
    expected = torch.einsum("bchwij,i,j->bchw", windows, taps, taps)
    assert relative_error(BicubicDownSample(factor, 32)(x), expected) < 1e-6


@pytest.mark.parametrize(
    "matrix",
    [
        average_matrix(128, 3),
        bicubic_matrix(256, 32),
        bilinear_matrix(64, 512, 2),
        cubic_reduction_matrix(1024, 4),
    ],
)
def test_an_even_picture_stays_even(matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-12)


def test_the_mean_of_blocks_is_two_bilinear_halvings() -> None:
    x = drawn(1, 3, 64, 64)
    half = interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=False)
    expected = interpolate(half, scale_factor=0.5, mode="bilinear", align_corners=False)
    assert relative_error(MeanDownSample(4)(x), expected) < 1e-6


def test_matrices_are_no_weights_and_export_as_matrix_products() -> None:
    reduce, x = BicubicDownSample(4, 128), drawn(1, 3, 128, 128)
    assert not reduce.state_dict()
    graph = export(reduce, [x])
    assert {node.op_type for node in graph.graph.node} <= {"MatMul", "Constant"}
    assert relative_error(run_exported(graph, [x])[0], reduce(x)) < 1e-6
