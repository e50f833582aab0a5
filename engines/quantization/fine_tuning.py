"""Training a quantised network to do what the network in floating point does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from engines.quantization.example import Example
from engines.quantization.quantized_convolution import Sites
from engines.quantization.sensitivity import signal_to_noise


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """How the training runs."""

    steps: int = 100
    weight_rate: float = 3e-4
    """The most a step changes a convolution's output by its weights or its bias, as a part of it, about."""
    scale_rate: float = 1e-3
    """The most a step changes a scale, as a part of it."""
    warm_up: float = 0.1
    """Part of the steps in which the rates rise; after it they fall as a cosine does."""
    feature_share: float = 0.5
    """Of the loss; the rest is the output's."""
    checks: int = 10
    """How often the network is measured on the examples kept from training."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the training brought."""

    losses: tuple[float, ...]
    """One a step: squared error of features and output, relative to their variance."""
    checks_db: tuple[float, ...]
    """Signal to noise on the examples kept back, before the first step and then at even distances."""

    @property
    def best_db(self) -> float:
        """Of the weights and scales that were taken."""
        return max(self.checks_db)


def fine_tune(
    student: nn.Module,
    sites: Sites,
    teacher: nn.Module,
    draw: Callable[[], Example],
    kept_back: Sequence[Example],
    settings: TuningSettings,
) -> Tuning:
    """Train weights, biases and scales of the active sites; the best of the checked states is left in place.

    Args:
        student: the quantised network, whose weights are its own.
        sites: its quantised convolutions.
        teacher: the same network in floating point, its convolutions under the same names.
        draw: the next example to train on.
        kept_back: examples to measure with, small enough to be run ``checks`` times.
        settings: how.
    """
    active = {name: site for name, site in sites.items() if site.active}
    groups = _parameter_groups(active, settings)
    tuned = [parameter for group in groups for parameter in group["params"]]
    features = _Features(student, teacher, list(active))
    with torch.no_grad():
        wanted = [example.run(teacher) for example in kept_back]

    def check() -> float:
        with torch.no_grad():
            return signal_to_noise([example.run(student) for example in kept_back], wanted)

    checks, losses = [check()], []
    best = [parameter.detach().clone() for parameter in tuned]
    if groups:
        for parameter in tuned:
            parameter.requires_grad_(True)
        optimizer = torch.optim.Adam(groups)
        fade = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, settings))
        every = max(1, settings.steps // settings.checks)
        for step in tqdm(range(1, settings.steps + 1), desc="training", unit="step", leave=False):
            loss = features.loss(draw(), settings.feature_share)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            fade.step()
            losses.append(float(loss.detach()))
            if step % every == 0 or step == settings.steps:
                checks.append(check())
                if checks[-1] == max(checks):
                    best = [parameter.detach().clone() for parameter in tuned]
    with torch.no_grad():
        for parameter, value in zip(tuned, best, strict=True):
            parameter.requires_grad_(False).copy_(value)
    return Tuning(tuple(losses), tuple(checks))


def _rate(step: int, settings: TuningSettings) -> float:
    """Part of the full rates at ``step``."""
    warm_up = max(1.0, settings.warm_up * settings.steps)
    return min(1.0, (step + 1) / warm_up) * (1 + math.cos(math.pi * step / settings.steps)) / 2


def _parameter_groups(sites: Sites, settings: TuningSettings) -> list[dict[str, Any]]:
    """Adam's steps are of about one size whatever the gradients are; here each gets the size that it bears.

    The first ones move all of a channel's weights together, which changes a sum of n products sqrt(n) times
    as much as moving them by chance.
    """
    groups: list[dict[str, Any]] = []
    for site in sites.values():
        weight, bias = site.convolution.weight, site.convolution.bias
        spread = float(weight.detach().std()) / math.sqrt(weight[0].numel())
        groups.append({"params": [weight], "lr": settings.weight_rate * spread})
        if bias is not None:
            # A scale is about a thirtieth of the standard deviation of what it rounds.
            spread = 30 * float(site.output.scale.detach())
            groups.append({"params": [bias], "lr": settings.weight_rate * spread})
        for quantizer in (site.input, site.weight, site.output):
            size = float(quantizer.scale.detach().mean())
            groups.append({"params": [quantizer.scale], "lr": settings.scale_rate * size})
    return groups


class _Features:
    """Outputs of the convolutions of both networks, side by side."""

    def __init__(self, student: nn.Module, teacher: nn.Module, names: list[str]) -> None:
        self._student, self._teacher, self._names = student, teacher, names

    def loss(self, example: Example, feature_share: float) -> Tensor:
        """The student's squared error on ``example``, relative to the variance of what the teacher gives."""
        with torch.no_grad():
            wanted, wanted_features = self._run(self._teacher, example)
        got, features = self._run(self._student, example)
        errors = [_relative_error(features[name], wanted_features[name]) for name in self._names]
        return feature_share * torch.stack(errors).mean() + (1 - feature_share) * _relative_error(got, wanted)

    def _run(self, network: nn.Module, example: Example) -> tuple[Tensor, dict[str, Tensor]]:
        features: dict[str, Tensor] = {}

        def note(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
            return lambda _, __, output: features.update({name: output})

        hooks = [network.get_submodule(name).register_forward_hook(note(name)) for name in self._names]
        try:
            return example.run(network), features
        finally:
            for hook in hooks:
                hook.remove()


def _relative_error(got: Tensor, wanted: Tensor) -> Tensor:
    return (got - wanted).square().mean() / wanted.var()
