"""One table: every way to run the per-frame generator and the face parser.

For each of them: the median time of a pass on inputs taken in turns; requests per second and response times
with many users at one worker; size; distance to PyTorch in fp32 (pictures: PSNR and a perceptual distance on
features of the face parser; label maps: equal pixels); and what that costs at a price per hour. What cannot
run here is named with the reason. Earlier work on a face-editing service went from 6 to 32 to 120 requests a
second, with 1 to 400 users, from PyTorch checkpoints to ONNX to INT8 on its GPU; this is the same shape of
load, with figures only from what ran here.

Inputs are drawn: of the right kind, but showing nothing. With --faces they are what the networks in front
make of aligned faces, those that tools.quantize keeps from its calibration when it runs with the same
--images, --pictures, weights and folder; fidelity of quantised graphs means something on these only.

Users send their next request when the last one was answered, or given up after --timeout; one worker takes
them from a queue. Response times are "median / 95th percentile" in ms; ">" marks lower bounds, where requests
were still waiting when the level ended. "1000 req" and "stream-h" are the price of 1000 requests and of an
hour of 30 requests a second at the best rate seen.

--gpu measures every graph of a keyframe and of a frame with device events instead, fp16 against fp32, beside
the floor that the arithmetic alone sets at --tflops (design figure: layers 5..7 in 0.44 ms at 200 TFLOP/s).
A photo costs one keyframe: with one reference, which is encoded once.

Exit status: 0 measured, 1 with --gpu an fp16 graph is further than 2e-2 from fp32, 2 not possible.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import torch

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.runtime.backend_choice import choose_backend
from engines.runtime.machine import Machine
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from tools.arguments import run_tool
from tools.compare_backends.comparison import BackendComparison
from tools.compare_backends.measure import Measurement, Plan
from tools.compare_backends.table import format_comparison, format_graphs
from tools.errors import ToolError
from tools.graph_examples import GraphExamples
from tools.graph_weights import add_weight_options, network_store
from tools.quantize.calibration_pictures import calibration_pictures
from tools.quantize.calibration_set import CalibrationSet
from tools.quantize.run import HELD_OUT

Rows = list[Measurement]

HALF_TOLERANCE = 2e-2
"""Relative error of fp16 to fp32 that the design allows."""
KEYFRAME = (
    *("reduce", "parse", "user_encode", "rotate_labels", "target_mask"),
    *("sean_decode", "sean_features", "align_blend", "refine"),
)
"""What runs for the user at a keyframe; references are encoded once."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.compare_backends",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add_weight_options(options)
    add("--onnx", type=Path, metavar="DIR", help="NAME.onnx, NAME.int8-ptq.onnx, NAME.int8-qat.onnx lie here")
    add("--graphs", nargs="+", choices=list(GRAPHS), metavar="NAME", help="default: render_512 parse")
    add("--faces", action="store_true", help="inputs made from faces, kept in DIR/calibration")
    add("--images", type=Path, metavar="DIR", help="photos for --faces (default: NASA's astronaut)")
    add("--pictures", type=int, default=8, help="made of them (default %(default)s)")
    add("--repeats", type=int, default=20, help="timed passes (default %(default)s)")
    levels = [1, 8, 32, 120, 400]
    add("--users", nargs="*", type=int, default=levels, help="load levels (default 1 8 32 120 400)")
    add("--seconds", type=float, default=3.0, help="of each load level (default %(default)s)")
    add("--timeout", type=float, default=10.0, help="seconds until a user gives up (default %(default)s)")
    add("--price-per-hour", type=float, default=1.0, help="of this machine (default %(default)s)")
    add("--threads", type=int, default=0, help="threads on the CPU (default: one per core)")
    add("--gpu", action="store_true", help="every graph with device events, beside the floor")
    add("--tflops", type=float, default=200.0, help="of the floor (default %(default)s)")
    add("--json", type=Path, metavar="FILE", help="write everything that was measured")
    return options


def example_inputs(
    store: NetworkStore, settings: RuntimeSettings, options: argparse.Namespace, graph: str
) -> list[dict[str, Array]]:
    """Inputs of ``graph``: of faces or drawn.

    Raises:
        ToolError: no face can be used, or there is no folder to keep what is made of them.
    """
    if not options.faces:
        return [GraphExamples(store, seed).inputs(graph) for seed in range(2 if options.gpu else 4)]
    if options.onnx is None or not graph.startswith(("parse", "render_")) or graph == "render_512_live":
        raise ToolError("--faces needs --onnx, and goes with the graphs parse, render_256, _512 and _1024.")
    faces = CalibrationSet(store, str(options.weights or "synthetic"), options.onnx / "calibration", settings)
    inputs = faces.inputs(graph, calibration_pictures(options.images, options.pictures))
    faces.close()
    return inputs[-HELD_OUT:]


def compare_under_load(comparison: BackendComparison, options: argparse.Namespace) -> dict[str, Rows]:
    """The table of every graph asked for; prints it."""
    measured = {}
    for graph in options.graphs or ("render_512", "parse"):
        measured[graph] = comparison.rows(graph, judged=True)
        table = format_comparison(graph, measured[graph], options.users, options.price_per_hour)
        print(table, end="\n\n", flush=True)
    return measured


def compare_on_gpu(
    comparison: BackendComparison, options: argparse.Namespace
) -> tuple[dict[str, Rows], bool]:
    """Every graph beside its floor; whether fp16 is close enough to fp32. Prints both."""
    gpu = comparison.machine.gpu
    if gpu is None:
        print("No NVIDIA GPU was found: fp16 is not checked, and what follows was measured on the CPU.")
    else:
        print(f"{gpu.name}, compute capability {gpu.compute_capability[0]}.{gpu.compute_capability[1]}")
    measured = {graph: comparison.rows(graph, judged=False) for graph in options.graphs or GRAPHS}
    flops = {graph: comparison.flops(graph) for graph in measured}
    print(format_graphs(measured, flops, options.tflops if gpu else None))
    for row in range(len(next(iter(measured.values())))):
        rows = {graph: measured[graph][row] for graph in measured}
        keyframe = [r for graph, r in rows.items() if graph in KEYFRAME and r.lack is None]
        if len(keyframe) == len(KEYFRAME):
            total = sum(r.milliseconds for r in keyframe)
            cost = options.price_per_hour * total / 3600
            print(f"keyframe, {keyframe[0].label}: {total:.1f} ms; 1000 photos cost {cost:.4f}")
    return measured, _report_half(measured)


def _report_half(measured: dict[str, Rows]) -> bool:
    half = [(graph, row) for graph, rows in measured.items() for row in rows if "fp16" in row.label]
    ran = [(graph, row) for graph, row in half if row.lack is None]
    far = [(graph, row) for graph, row in ran if row.error > HALF_TOLERANCE]
    for graph, row in far:
        print(f"{graph}, {row.label}: error {row.error:.1e} is above {HALF_TOLERANCE:.0e}")
    print(f"fp16 against fp32: {len(ran)} runs, {len(far)} further than {HALF_TOLERANCE:.0e}")
    return not far


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: nothing can be measured.
    """
    options = parser().parse_args(arguments)
    settings = RuntimeSettings(threads=options.threads)
    store = network_store(options)
    comparison = BackendComparison(
        store=store,
        machine=Machine.here(),
        settings=settings,
        folder=options.onnx,
        plan=Plan(
            repeats=options.repeats,
            users=() if options.gpu else tuple(options.users),
            seconds=options.seconds,
            timeout=options.timeout,
        ),
        examples=partial(example_inputs, store, settings, options),
    )
    cores = f"{settings.cpu_threads} threads on {platform.processor() or platform.machine()}"
    print(f"{date.today()}, {choose_backend(comparison.machine).reason} {cores}, PyTorch {torch.__version__}")
    near = True
    if options.gpu:
        measured, near = compare_on_gpu(comparison, options)
    else:
        measured = compare_under_load(comparison, options)
    if options.json:
        record = {graph: [row.to_json() for row in rows] for graph, rows in measured.items()}
        options.json.write_text(json.dumps(record, indent=2))
    return 0 if near else 1


if __name__ == "__main__":
    run_tool(main)
