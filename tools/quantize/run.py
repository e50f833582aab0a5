"""One graph from floating point to int8: calibration, sweep, training, export."""

from __future__ import annotations

import copy
import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.quantization.calibration import Calibration, calibrate
from engines.quantization.example import Example
from engines.quantization.fine_tuning import Tuning, TuningSettings, fine_tune
from engines.quantization.integer_weights import store_integers
from engines.quantization.quantized_convolution import quantize_convolutions
from engines.quantization.sensitivity import signal_to_noise, sweep
from engines.quantization.worthwhile import worthwhile_convolutions
from engines.runtime.graph_file import graph_bytes
from engines.runtime.onnx_export import export_onnx
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.operator_audit import audit
from engines.runtime.read_graph import read_graph
from engines.runtime.save_graph import save_graph
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from tools.errors import ToolError
from tools.fidelity import agreement, psnr
from tools.quantize.subjects import Inputs, subject

HELD_OUT = 2
"""Pictures that nothing but the table sees."""
_SWEEP_EXAMPLES = 2
_BATCH = 2
_CHECKED_CROPS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A file, measured with ONNX Runtime on the CPU on the held-out pictures."""

    file: str
    megabytes: float
    milliseconds: float
    fidelity: float
    """To the file in floating point: PSNR in dB, or equal labels in %."""
    signal_to_noise_db: float
    """Of the output as it is, not cut off at black and white; NaN for label maps."""


class QuantizationRun:
    """Quantises one graph and writes ``NAME.int8-ptq.onnx`` and ``NAME.int8-qat.onnx``.

    ``inputs`` are those of the graph for calibration pictures; the last ``HELD_OUT`` are for :meth:`rows`.
    """

    def __init__(
        self,
        graph: str,
        store: NetworkStore,
        inputs: Sequence[Inputs],
        folder: Path,
        settings: RuntimeSettings,
        target_db: float | None = None,
    ) -> None:
        self._graph, self._store, self._folder, self._settings = graph, store, folder, settings
        self._seen, self._held_out = inputs[:-HELD_OUT], inputs[-HELD_OUT:]
        self._subject = subject(graph, store)
        self._subject.balance([self._subject.example(shown) for shown in self._seen])
        self._teacher = copy.deepcopy(self._subject.network)
        self._target_db = self._subject.target_db if target_db is None else target_db
        self._sites: dict[str, Any] = {}
        self._files: list[Path] = []
        self.record: dict[str, Any] = {"graph": graph, "pictures": len(inputs)}

    def calibrate(self, method: Calibration) -> None:
        """Put quantisers in, by calibration and by the sweep of sensitivity."""
        network = self._subject.network
        examples = [self._subject.example(inputs) for inputs in self._seen]
        names = worthwhile_convolutions(network, examples[0])
        reaches = calibrate(network, names, examples, method)
        self._sites = quantize_convolutions(network, reaches)
        found = sweep(network, self._sites, examples[-_SWEEP_EXAMPLES:], self._target_db)
        self.record |= {
            "calibration": method.value,
            "target_db": found.target_db,
            "kept": found.kept,
            "ranking": [asdict(entry) for entry in found.ranking],
            "curve_db": found.curve,
            "reach": {name: asdict(reach) for name, reach in reaches.items()},
        }

    def train(self, settings: TuningSettings) -> Tuning:
        """Train the quantised network on crops; the last picture of those seen is for checks."""
        rng = np.random.default_rng(0)
        *learned, checked = self._seen
        kept_back = [self._subject.crop([checked], rng) for _ in range(_CHECKED_CROPS)]

        def draw() -> Example:
            chosen = rng.choice(len(learned), min(_BATCH, len(learned)), replace=False)
            return self._subject.crop([learned[number] for number in chosen], rng)

        tuning = fine_tune(self._subject.network, self._sites, self._teacher, draw, kept_back, settings)
        self.record["training"] = asdict(tuning)
        return tuning

    def export(self, ending: str) -> None:
        """Write ``NAME.int8-{ending}.onnx`` for the graph and every other that this network is part of.

        Raises:
            ToolError: TensorRT would not take a node.
        """
        for name, module in self._subject.exports().items():
            entry = GRAPHS[name]
            path = self._folder / f"{name}.int8-{ending}.onnx"
            export_onnx(module, entry.input_specs(self._store.width), entry.outputs, path)
            model = read_graph(path)
            store_integers(model)
            save_graph(model, path)
            refused = audit(path).findings
            if refused:
                raise ToolError(f"TensorRT would not take {path.name}: {refused[0]}")
            if name == self._graph:
                self._files.append(path)

    def rows(self, repeats: int) -> list[Row]:
        """The file in floating point, written if it is not there, and those of :meth:`export`."""
        entry = GRAPHS[self._graph]
        plain = self._folder / f"{self._graph}.onnx"
        if not plain.is_file():
            export_onnx(entry.build(self._store), entry.input_specs(self._store.width), entry.outputs, plain)
        files = [plain, *self._files]
        sessions = [OnnxSession(file, self._settings) for file in files]
        name = entry.outputs[0]
        outputs = [[session.run(inputs)[name] for inputs in self._held_out] for session in sessions]
        # One after the other in every round, so that a busy moment of the machine hits all of them.
        turns = itertools.cycle(self._held_out)
        times = list(zip(*_rounds(sessions, turns, repeats), strict=True))
        for session in sessions:
            session.close()
        rows = [
            Row(
                file=file.name,
                megabytes=graph_bytes(file) / 1e6,
                milliseconds=statistics.median(milliseconds),
                fidelity=_fidelity(got, outputs[0]),
                signal_to_noise_db=_signal_to_noise(got, outputs[0]),
            )
            for file, milliseconds, got in zip(files, times, outputs, strict=True)
        ]
        self.record["rows"] = [asdict(row) for row in rows]
        return rows


def _rounds(sessions: Sequence[OnnxSession], turns: Iterator[Inputs], repeats: int) -> Iterator[list[float]]:
    for _ in range(repeats):
        inputs = next(turns)
        yield [session.time(inputs) for session in sessions]


def _fidelity(got: Sequence[Array], wanted: Sequence[Array]) -> float:
    return 100 * agreement(got, wanted) if wanted[0].dtype.kind == "i" else psnr(got, wanted)


def _signal_to_noise(got: Sequence[Array], wanted: Sequence[Array]) -> float:
    if wanted[0].dtype.kind == "i":
        return float("nan")
    return signal_to_noise([torch.from_numpy(a) for a in got], [torch.from_numpy(a) for a in wanted])
