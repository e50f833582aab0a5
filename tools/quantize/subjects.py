"""The graphs that are quantised: which part of each, and what it is trained with."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.graphs.parse import Parse
from engines.hairfast.graphs.render import Render
from engines.hairfast.graphs.render_live import RenderLive
from engines.hairfast.networks.balanced_layer import BalancedLayer
from engines.hairfast.networks.synthesis_range import StyledLayer
from engines.hairfast.networks.up_convolution import phases
from engines.quantization.example import Example
from engines.quantization.spread import channel_spreads
from engines.runtime.session import Array

Inputs = Mapping[str, Array]


class Subject(Protocol):
    """A graph to quantise."""

    network: nn.Module
    """What is quantised. Its weights are its own."""
    target_db: float
    """Signal to noise that the quantised network should keep."""

    def balance(self, examples: Sequence[Example]) -> None:
        """Make channels alike where that costs nothing: called once, before anything is quantised."""

    def example(self, inputs: Inputs) -> Example:
        """The graph's inputs as the network's."""

    def crop(self, batch: Sequence[Inputs], rng: np.random.Generator) -> Example:
        """A part of these inputs at a drawn place, small enough to train with."""

    def exports(self) -> Mapping[str, nn.Module]:
        """Graphs of the catalogue that the network is in, by name."""


class RenderSubject:
    """The per-frame generator; all of it is quantised.

    Up-sampling convolutions are plain ones here, which runtimes calculate in integers. It is trained on a
    sixteenth of the picture, with the noise of that place.
    """

    target_db = 24.0
    _CELLS, _CROP = 64, 16

    def __init__(self, networks: Networks, size: int) -> None:
        self.network: nn.Module = copy.deepcopy(Render(networks, {256: 6, 512: 7}[size], phases))
        self._networks, self._size = networks, size

    def balance(self, examples: Sequence[Example]) -> None:
        """Move factors between style vectors and weights."""
        synthesis = cast(Render, self.network).synthesis
        names = {
            f"synthesis.styled.{number}.conv{'.0' if isinstance(layer.conv, nn.Sequential) else ''}": number
            for number, layer in enumerate(synthesis.styled)
        }
        spreads = channel_spreads(self.network, list(names), examples)
        for name, number in names.items():
            layer = cast(StyledLayer, synthesis.styled[number])
            synthesis.styled[number] = BalancedLayer(layer, spreads[name].input, spreads[name].output)

    def example(self, inputs: Inputs) -> Example:
        """Features and style vectors."""
        return Example((torch.from_numpy(inputs["f_final"]), torch.from_numpy(inputs["vectors"])))

    def crop(self, batch: Sequence[Inputs], rng: np.random.Generator) -> Example:
        """(n,512,16,16) features, all of one place."""
        y, x = (int(start) for start in rng.integers(0, self._CELLS - self._CROP + 1, 2))
        features = np.concatenate(
            [inputs["f_final"][:, :, y : y + self._CROP, x : x + self._CROP] for inputs in batch]
        )
        vectors = np.concatenate([inputs["vectors"] for inputs in batch])
        noise = {
            name: self._cut(picture, y, x)
            for name, picture in self.network.named_buffers()
            if name.endswith(".noise")
        }
        return Example((torch.from_numpy(features), torch.from_numpy(vectors)), noise)

    def exports(self) -> Mapping[str, nn.Module]:
        """The render and, of 512 pixels, the one of video around it."""
        graphs = {f"render_{self._size}": self.network}
        if self._size == 512:
            live = RenderLive(self._networks)
            live.render = cast(Render, self.network)
            graphs["render_512_live"] = live
        return graphs

    def _cut(self, picture: Tensor, y: int, x: int) -> Tensor:
        step = picture.shape[-1] // self._CELLS
        return picture[..., y * step : (y + self._CROP) * step, x * step : (x + self._CROP) * step]


class ParseSubject:
    """The face parser; its network up to the scores is quantised, batch norms being part of convolutions.

    It is trained on a quarter of the picture.
    """

    target_db = 18.0
    _CROP, _STEP = 256, 32

    def __init__(self, networks: Networks) -> None:
        self._graph = Parse(networks)
        self.network: nn.Module = fuse(self._graph.parser)
        self._graph.parser = self.network

    def balance(self, examples: Sequence[Example]) -> None:
        """It has no vectors that could take a factor."""

    def example(self, inputs: Inputs) -> Example:
        """The picture."""
        return Example((torch.from_numpy(inputs["im_512"]),))

    def crop(self, batch: Sequence[Inputs], rng: np.random.Generator) -> Example:
        """(n,3,256,256), of one place in each picture."""
        size = batch[0]["im_512"].shape[-1]
        y, x = (int(n) * self._STEP for n in rng.integers(0, (size - self._CROP) // self._STEP + 1, 2))
        pieces = [inputs["im_512"][..., y : y + self._CROP, x : x + self._CROP] for inputs in batch]
        return Example((torch.from_numpy(np.concatenate(pieces)),))

    def exports(self) -> Mapping[str, nn.Module]:
        """The parser up to label maps."""
        return {"parse": self._graph}


def subject(graph: str, networks: Networks) -> Subject:
    """The subject of that name, one of ``SUBJECTS``.

    Raises:
        WeightsError: its weights cannot be read.
    """
    return (
        ParseSubject(networks) if graph == "parse" else RenderSubject(networks, int(graph[len("render_") :]))
    )


SUBJECTS = ("render_512", "parse", "render_256")
"""Names of graphs that can be quantised."""
