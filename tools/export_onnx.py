"""Export the graphs of HairFastGAN to ONNX and check every one of them.

A graph is right when ONNX Runtime on the CPU agrees with PyTorch on drawn inputs: arrays to 1e-4 of their
largest magnitude, label maps in all but 0.05 % of their pixels; and when TensorRT's parser takes every node.
One graph is in memory at a time.

Exit status: 0 every graph is right, 1 one is not, 2 the export was not possible.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.runtime.graph_file import graph_bytes
from engines.runtime.onnx_export import export_onnx
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.operator_audit import OperatorAudit, audit
from engines.runtime.session import Array, Session
from engines.runtime.settings import RuntimeSettings
from engines.runtime.torch_session import TorchSession
from tools.arguments import run_tool
from tools.graph_examples import GraphExamples
from tools.graph_weights import add_weight_options, network_store

TOLERANCE = 1e-4
"""max|onnx - torch| / max|torch|, fp32 on the CPU."""
LABEL_TOLERANCE = 5e-4
"""Share of pixels with another label: where two classes are as good as equal, rounding decides."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of one graph."""

    graph: str
    megabytes: float
    errors: Mapping[str, float]
    """By output: relative error, or share of differing labels, as a multiple of its tolerance."""
    audit: OperatorAudit
    torch_seconds: float
    onnx_seconds: float

    @property
    def right(self) -> bool:
        """Whether every output agrees and every node is taken."""
        return self.audit.clean and all(error <= 1 for error in self.errors.values())

    def line(self) -> str:
        """A line of the table."""
        worst = max(self.errors, key=lambda name: self.errors[name])
        return (
            f"{self.graph:18} {self.megabytes:9.1f} {sum(self.audit.operators.values()):6d}"
            f" {self.audit.opset:6d} {self.errors[worst]:9.4f}  {worst:14}"
            f" {len(self.audit.findings):8d} {self.torch_seconds:8.2f} {self.onnx_seconds:8.2f}"
            f"  {'right' if self.right else 'WRONG'}"
        )


HEADER = (
    f"{'graph':18} {'MB':>9} {'nodes':>6} {'opset':>6} {'error/tol':>9}  {'worst output':14}"
    f" {'refused':>8} {'torch s':>8} {'onnx s':>8}"
)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.export_onnx",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("folder", type=Path, metavar="FOLDER", help="where NAME.onnx is written")
    add_weight_options(options)
    options.add_argument("--only", nargs="+", choices=list(GRAPHS), metavar="NAME", help="these graphs only")
    options.add_argument("--threads", type=int, default=0, help="threads (default: one per core)")
    return options


def export_checked(
    name: str, open_store: Callable[[], NetworkStore], folder: Path, settings: RuntimeSettings
) -> ExportReport:
    """Write ``NAME.onnx`` and compare it with the module it came from; nothing of it stays in memory.

    Raises:
        WeightsError: weights it needs cannot be read.
        GraphFileError: the file written cannot be opened again.
    """
    path = folder / f"{name}.onnx"
    store = open_store()
    module = GRAPHS[name].build(store)
    specs = GRAPHS[name].input_specs(store.width)
    inputs = GraphExamples(store).inputs(name)
    # A graph may need only part of a network; the rest need not stay while it is exported.
    del store
    gc.collect()
    wanted, torch_seconds = _run(TorchSession(module, specs, GRAPHS[name].outputs, settings), inputs)
    export_onnx(module, specs, GRAPHS[name].outputs, path)
    del module
    gc.collect()
    got, onnx_seconds = _run(OnnxSession(path, settings), inputs)
    return ExportReport(
        graph=name,
        megabytes=graph_bytes(path) / 1e6,
        errors={output: _error(got[output], wanted[output]) for output in wanted},
        audit=audit(path),
        torch_seconds=torch_seconds,
        onnx_seconds=onnx_seconds,
    )


def _run(session: Session, inputs: Mapping[str, Array]) -> tuple[dict[str, Array], float]:
    """Outputs of one pass, and its seconds; the session is closed."""
    try:
        begin = time.perf_counter()
        return session.run(inputs), time.perf_counter() - begin
    finally:
        session.close()


def _error(got: Array, wanted: Array) -> float:
    if got.shape != wanted.shape or got.dtype != wanted.dtype or not np.all(np.isfinite(got)):
        return float("inf")
    if wanted.dtype.kind == "i":
        return float(np.mean(got != wanted)) / LABEL_TOLERANCE
    return float(np.abs(got - wanted).max() / np.abs(wanted).max()) / TOLERANCE


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the export was not possible.
    """
    options = parser().parse_args(arguments)
    settings = RuntimeSettings(threads=options.threads)
    print(HEADER)
    reports = []
    for name in options.only or GRAPHS:
        report = export_checked(name, partial(network_store, options), options.folder, settings)
        print(report.line(), *map(str, report.audit.findings), *report.audit.notes, sep="\n    ", flush=True)
        reports.append(report)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    wrong = [report.graph for report in reports if not report.right]
    print(
        f"{len(reports)} graphs, {len(wrong)} wrong{': ' if wrong else ''}{', '.join(wrong)}; {peak:.1f} GiB"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    run_tool(main)
