"""Every way to run a graph, measured one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch.utils.flop_counter import FlopCounterMode
from tqdm import tqdm

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.networks.face_parser import FaceParser
from engines.runtime.machine import Machine
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from engines.runtime.torch_session import TorchSession, fake_inputs
from tools.compare_backends.contenders import contenders
from tools.compare_backends.measure import Measurement, Outputs, Plan, measure
from tools.fidelity import PerceptualDistance, agreement, psnr


@dataclass(frozen=True, slots=True)
class BackendComparison:
    """What a comparison works with. Everything is compared with PyTorch in fp32 on the CPU."""

    store: NetworkStore
    machine: Machine
    settings: RuntimeSettings
    folder: Path | None
    """Where exported and quantised graphs lie."""
    plan: Plan
    examples: Callable[[str], list[dict[str, Array]]]
    """Inputs of a graph, which are taken in turns."""

    def rows(self, graph: str, *, judged: bool) -> list[Measurement]:
        """Every way to run ``graph``; where it is ``judged``, with figures of fidelity.

        Raises:
            WeightsError: weights it needs cannot be read.
        """
        examples = self.examples(graph)
        judge = _Judge(graph, self.store) if judged else None
        reference = self._reference(graph, examples) if self.machine.gpu is not None else None
        rows = []
        entrants = contenders(graph, self.store, self.folder, self.machine, self.settings)
        for entrant in tqdm(entrants, desc=graph, leave=False):
            row, outputs = measure(entrant, examples, reference, self.plan, judge)
            reference = reference or outputs
            rows.append(row)
        return rows

    def flops(self, graph: str) -> int:
        """Multiplications and additions of one pass, counted without calculating."""
        module = GRAPHS[graph].build(self.store)
        with fake_inputs(GRAPHS[graph].input_specs(self.store.width)) as inputs, torch.no_grad():
            counter = FlopCounterMode(display=False)
            with counter:
                module(*inputs)
        return counter.get_total_flops()

    def _reference(self, graph: str, examples: list[dict[str, Array]]) -> Outputs:
        entry = GRAPHS[graph]
        module = entry.build(self.store)
        session = TorchSession(module, entry.input_specs(self.store.width), entry.outputs, self.settings)
        return [session.run(example) for example in examples]


class _Judge:
    """Figures of fidelity for the first output of a graph."""

    def __init__(self, graph: str, store: NetworkStore) -> None:
        self._output = GRAPHS[graph].outputs[0]
        labels = self._output.endswith("labels")
        parser = cast(FaceParser, store.get("face_parser"))
        self._distance = None if labels else PerceptualDistance(parser)

    def __call__(self, got: Outputs, wanted: Outputs) -> Mapping[str, float]:
        one, other = ([array[self._output] for array in arrays] for arrays in (got, wanted))
        if self._distance is None:
            return {"same labels %": 100 * agreement(one, other)}
        return {"PSNR dB": psnr(one, other), "feature dist": self._distance(one, other)}
