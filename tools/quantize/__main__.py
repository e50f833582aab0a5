"""Quantise the per-frame generator and the face parser to 8-bit integers.

PTQ: scales by calibration on aligned pictures; the layers that a sweep finds too sensitive stay in floating
point, the fewest that reach the target. QAT: the network of PTQ, trained on to give what the one in floating
point gives. Both are written as ONNX with QuantizeLinear and DequantizeLinear nodes, which ONNX Runtime runs
on the CPU and TensorRT builds in INT8: NAME.int8-ptq.onnx and NAME.int8-qat.onnx in DIR, where NAME.onnx is
or will be (tools.export_onnx, tools.compare_backends). quantization.json beside them holds the ranking of the
layers and everything else that was measured.

The table compares on pictures that neither calibration nor training saw: PSNR of what is shown and the
signal-to-noise ratio of the output as it is, equal labels for the parser. Weights that were not trained tell
how exact the numbers are and how long they take; of how pictures look they tell nothing.

Exit status: 0 written, 2 not possible.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from engines.quantization.calibration import Calibration
from engines.quantization.fine_tuning import TuningSettings
from engines.runtime.settings import RuntimeSettings
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.graph_weights import add_weight_options, network_store
from tools.quantize.calibration_pictures import calibration_pictures
from tools.quantize.calibration_set import CalibrationSet
from tools.quantize.run import HELD_OUT, QuantizationRun, Row
from tools.quantize.subjects import SUBJECTS

HEADER = f"{'file':28}{'MB':>8}{'ms':>9}{'PSNR dB/labels %':>18}{'S/N dB':>9}"
_LEAST_PICTURES = HELD_OUT + 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.quantize",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("folder", type=Path, metavar="DIR", help="where the graphs are written")
    add_weight_options(options)
    add("--only", nargs="+", choices=SUBJECTS, metavar="NAME", help="default: render_512 parse")
    add("--method", choices=("ptq", "qat", "both"), default="both", help="default %(default)s")
    methods = [method.value for method in Calibration]
    add("--calibration", choices=methods, default="percentile", help="default %(default)s")
    add("--images", type=Path, metavar="DIR", help="photos to calibrate with (default: NASA's astronaut)")
    add("--pictures", type=int, default=8, help="to make of them (default %(default)s)")
    add("--target", type=float, metavar="DB", help="signal to noise to keep (default: 24, parser 18)")
    add("--steps", type=int, default=100, help="of training (default %(default)s)")
    add("--repeats", type=int, default=10, help="timed passes (default %(default)s)")
    add("--threads", type=int, default=0, help="threads (default: one per core)")
    return options


def quantize(graph: str, options: argparse.Namespace) -> dict[str, Any]:
    """Quantise one graph and print its rows; returns what was measured."""
    store = network_store(options)
    settings = RuntimeSettings(threads=options.threads)
    torch.set_num_threads(settings.cpu_threads)
    calibration = CalibrationSet(
        store, str(options.weights or "synthetic"), options.folder / "calibration", settings
    )
    inputs = calibration.inputs(graph, calibration_pictures(options.images, options.pictures))
    calibration.close()
    run = QuantizationRun(graph, store, inputs, options.folder, settings, options.target)
    run.calibrate(Calibration(options.calibration))
    if options.method != "qat":
        run.export("ptq")
    if options.method != "ptq":
        tuning = run.train(TuningSettings(steps=options.steps))
        run.export("qat")
        print(f"{graph}: training, S/N of unseen crops {tuning.checks_db[0]:.2f} -> {tuning.best_db:.2f} dB")
    for row in run.rows(options.repeats):
        print(line(row))
    kept = run.record["kept"]
    print(f"  in floating point: {', '.join(kept) or 'none'} ({len(kept)} of {len(run.record['ranking'])})")
    return run.record


def line(row: Row) -> str:
    """A line of the table."""
    noise = "" if math.isnan(row.signal_to_noise_db) else f"{row.signal_to_noise_db:.2f}"
    return f"{row.file:28}{row.megabytes:8.1f}{row.milliseconds:9.2f}{row.fidelity:18.2f}{noise:>9}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the quantisation was not possible.
    """
    options = parser().parse_args(arguments)
    if options.pictures < _LEAST_PICTURES:
        raise ToolError(f"--pictures must be at least {_LEAST_PICTURES}: some are kept from the calibration.")
    options.folder.mkdir(parents=True, exist_ok=True)
    print(HEADER)
    path = options.folder / "quantization.json"
    records = json.loads(path.read_text()) if path.is_file() else {}
    for graph in options.only or SUBJECTS[:2]:
        records[graph] = quantize(graph, options)
        # JSON has no infinity.
        finite = json.loads(json.dumps(records), parse_constant=lambda _: None)
        path.write_text(json.dumps(finite, indent=2))
        gc.collect()
    return 0


if __name__ == "__main__":
    run_tool(main)
