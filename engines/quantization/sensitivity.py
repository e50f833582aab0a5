"""Which quantised convolutions a network bears, by measurement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from tqdm import tqdm

from engines.quantization.example import Example
from engines.quantization.quantized_convolution import Sites


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a convolution costs."""

    name: str
    alone_db: float
    """Signal to noise at the network's output with this one quantised and no other."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was measured, and what follows from it. All figures are signal to noise of the output in dB."""

    ranking: tuple[Sensitivity, ...]
    """The most sensitive first."""
    curve: tuple[float, ...]
    """With none, one, two ... of ``ranking`` in floating point and the rest quantised."""
    target_db: float

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of those that stay in floating point."""
        return tuple(entry.name for entry in self.ranking[: len(self.curve) - 1])


def signal_to_noise(got: Sequence[Tensor], wanted: Sequence[Tensor]) -> float:
    """``10 log10(variance / mean squared error)`` over all tensors, dB; infinite where they are equal."""
    variance = sum(float(w.var()) for w in wanted)
    error = sum(float((g - w).square().mean()) for g, w in zip(got, wanted, strict=True))
    return 10 * math.log10(variance / error) if error else math.inf


def sweep(network: nn.Module, sites: Sites, examples: Sequence[Example], target_db: float) -> Sweep:
    """Quantise one convolution at a time and rank them; then leave the most sensitive in floating point, one
    after the other, until the output is within ``target_db`` of the network's without quantisation.

    ``sites`` are left as found to be best: ``active`` is false for those that stay.
    """

    def outputs(active: set[str]) -> list[Tensor]:
        for name, site in sites.items():
            site.active = name in active
        return [example.run(network) for example in examples]

    with torch.no_grad():
        wanted = outputs(set())
        ranking = sorted(
            (
                Sensitivity(name, signal_to_noise(outputs({name}), wanted))
                for name in tqdm(sites, desc="sensitivity", unit="layer", leave=False)
            ),
            key=lambda entry: entry.alone_db,
        )
        quantised = set(sites)
        curve = [signal_to_noise(outputs(quantised), wanted)]
        for entry in ranking:
            if curve[-1] >= target_db:
                break
            quantised.discard(entry.name)
            curve.append(signal_to_noise(outputs(quantised), wanted))
    return Sweep(tuple(ranking), tuple(curve), target_db)
