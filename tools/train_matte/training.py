"""One training run."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from tools.train_matte.losses import matte_loss
from tools.train_matte.network import MatteNetwork
from tools.train_matte.stream import WEIGHT_UNIT, SampleStream

Report = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a run goes. Its length is wall time: the machine it runs on is rarely its own."""

    minutes: float = 60.0
    batch: int = 16
    rate: float = 4e-3
    """Of AdamW, at most; it rises over ``warm_up`` steps and then falls as a cosine does."""
    warm_up: int = 100
    decay: float = 1e-3
    """Of weights; not of biases and normalisations."""
    clip: float = 5.0
    """Longest gradient."""
    average: float = 0.998
    """Of the exponential moving average of the weights, which is what is kept."""
    seed: int = 0
    threads: int = 1
    save_every: float = 2.0
    """Minutes."""
    report_every: int = 50
    """Steps."""


class WeightAverage:
    """Exponential moving average of a network, short at first."""

    def __init__(self, network: nn.Module, share: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self._share, self._steps = share, 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take up the network after a step."""
        self._steps += 1
        share = min(self._share, (1.0 + self._steps) / (10.0 + self._steps))
        for mine, theirs in zip(
            self.network.state_dict().values(), network.state_dict().values(), strict=True
        ):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1.0 - share)
            else:
                mine.copy_(theirs)


def optimizer_of(network: nn.Module, settings: TrainingSettings) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter, ICLR 2019) with decay on convolutions alone."""
    kernels = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": kernels, "weight_decay": settings.decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, settings.rate)


def step(
    network: nn.Module, optimizer: torch.optim.Optimizer, batch: tuple[Tensor, Tensor, Tensor], clip: float
) -> float:
    """One step on uint8 input, values and weights (SampleStream); returns the loss."""
    image, values, weights = (plane.float() for plane in batch)
    image = (image / 255.0).contiguous(memory_format=torch.channels_last)
    with torch.autocast(image.device.type, torch.bfloat16):
        logits = network(image)
    loss = matte_loss(logits.float(), values / 255.0, weights / WEIGHT_UNIT)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimizer.step()
    return float(loss.detach())


def train(
    scenes: Path, out: Path, settings: TrainingSettings, start: Path | None, report: Report
) -> MatteNetwork:
    """Train on the scenes of a folder; the averaged weights go to ``out`` every few minutes.

    ``start``: weights to begin with. Returns the averaged network.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    network = MatteNetwork()
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True)["network"])
    network.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    average = WeightAverage(network, settings.average)
    optimizer = optimizer_of(network, settings)
    loader = DataLoader(SampleStream(scenes, settings.seed), settings.batch, num_workers=1, prefetch_factor=4)
    began = saved = time.monotonic()
    total, counted = 0.0, 0
    for index, batch in enumerate(loader):
        now = time.monotonic()
        progress = (now - began) / (60.0 * settings.minutes)
        if progress >= 1.0:
            break
        rate = settings.rate * min(1.0, (index + 1) / settings.warm_up)
        for group in optimizer.param_groups:
            group["lr"] = rate * max(0.5 * (1.0 + math.cos(math.pi * progress)), 1e-3)
        total += step(network, optimizer, batch, settings.clip)
        counted += 1
        average.update(network)
        if counted == settings.report_every:
            images = (index + 1) * settings.batch
            report(
                index + 1, {"loss": total / counted, "images": images, "images_per_s": images / (now - began)}
            )
            total, counted = 0.0, 0
        if now - saved > 60.0 * settings.save_every:
            saved = now
            save_weights(average.network, out, settings)
    save_weights(average.network, out, settings)
    result = average.network
    assert isinstance(result, MatteNetwork)
    return result


def save_weights(network: nn.Module, out: Path, settings: TrainingSettings) -> None:
    """Weights and how they came about, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    torch.save({"network": network.state_dict(), "settings": asdict(settings)}, part)
    part.rename(out)


def load_network(path: Path) -> MatteNetwork:
    """The network of :func:`save_weights`, for use."""
    network = MatteNetwork()
    network.load_state_dict(torch.load(path, weights_only=True)["network"])
    return network.eval()
