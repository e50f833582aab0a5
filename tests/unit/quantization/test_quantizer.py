"""Rounding to int8: the grid, its ends, and what training gets through it."""

from __future__ import annotations

import pytest
import torch

from engines.quantization.quantizer import Quantizer


def test_values_land_on_the_grid_and_clip_at_its_ends() -> None:
    quantizer = Quantizer(torch.tensor(12.7))
    with torch.no_grad():
        got = quantizer(torch.tensor([0.0, 0.04, 0.06, 5.0, 12.7, 99.0, -99.0]))
    torch.testing.assert_close(got, torch.tensor([0.0, 0.0, 0.1, 5.0, 12.7, 12.7, -12.8]))


def test_every_channel_has_its_own_grid() -> None:
    quantizer = Quantizer(torch.tensor([1.27, 127.0]))
    with torch.no_grad():
        got = quantizer(torch.tensor([[0.456], [45.6]]))
    torch.testing.assert_close(got, torch.tensor([[0.46], [46.0]]))


def test_training_rounds_as_inference_does() -> None:
    quantizer = Quantizer(torch.rand(4) + 0.5)
    x = torch.randn(4, 3, 5, 5)
    with torch.no_grad():
        inferred = quantizer(x)
    torch.testing.assert_close(quantizer(x), inferred)


def test_gradients_pass_inside_of_the_reach_only_and_widen_a_scale_that_clips() -> None:
    quantizer = Quantizer(torch.tensor(1.0))
    quantizer.scale.requires_grad_(True)
    x = torch.tensor([0.5, 3.0], requires_grad=True)
    torch.autograd.backward((quantizer(x) - x.detach()).square().sum())
    assert x.grad is not None
    assert quantizer.scale.grad is not None
    assert x.grad[1] == 0
    assert quantizer.scale.grad < 0


def test_a_dead_channel_keeps_a_scale_that_a_bias_can_be_counted_in() -> None:
    quantizer = Quantizer(torch.tensor([0.0, 1.27]))
    assert quantizer.scale[0] == pytest.approx(1e-7)
