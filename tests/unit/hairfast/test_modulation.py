"""Modulation of latent rows, against the formulas written out."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.hairfast.networks.modulation import ModulationModule, ModulationStack, normalise_over_rows
from tests.unit.hairfast.network_checks import drawn, relative_error


def test_rows_are_normalised_per_channel() -> None:
    rows = drawn(2, 6, 32) * torch.linspace(0.1, 5, 32)
    normalised = normalise_over_rows(rows)
    torch.testing.assert_close(normalised.square().mean(1), torch.ones(2, 32))
    assert normalised.square().mean(2).std() > 0.05


def branch(function: torch.nn.Module, embedding: Tensor) -> Tensor:
    first, norm, _, last = function.children()
    assert isinstance(first, torch.nn.Linear)
    assert isinstance(norm, torch.nn.LayerNorm)
    assert isinstance(last, torch.nn.Linear)
    x = embedding @ first.weight.T + first.bias
    x = (x - x.mean(2, keepdim=True)) * (x.var(2, unbiased=False, keepdim=True) + 1e-5).rsqrt()
    x = x * norm.weight + norm.bias
    return torch.where(x > 0, x, 0.01 * x) @ last.weight.T + last.bias


@pytest.mark.parametrize("last", [False, True])
def test_a_module_normalises_rows_and_channels_together(last: bool) -> None:
    torch.manual_seed(0)
    module = ModulationModule(8, 12, 16, last).requires_grad_(False)
    rows, embedding = drawn(2, 6, 8) * torch.arange(1, 7)[:, None], drawn(2, 6, 12)
    x = rows @ module.fc.weight.T + module.fc.bias
    x = (x - x.mean((1, 2), keepdim=True)) * (x.var((1, 2), unbiased=False, keepdim=True) + 1e-5).rsqrt()
    x = x * (1 + branch(module.gamma_function, embedding)) + branch(module.beta_function, embedding)
    wanted = x if last else torch.where(x > 0, x, 0.01 * x)
    assert relative_error(module(rows, embedding), wanted) < 2e-6


def test_only_the_last_of_five_modules_keeps_negative_values_whole() -> None:
    stack = ModulationStack(8, 8, 8)
    assert [module.last for module in stack if isinstance(module, ModulationModule)] == [False] * 4 + [True]
