"""Build TensorRT engines from exported graphs and keep them for the server.

Every NAME.onnx of FOLDER is built in fp16 (or what --precision says); for int8 the quantised
NAME.int8-qat.onnx or NAME.int8-ptq.onnx. An engine belongs to a graph's content, a precision, a GPU and a
version of TensorRT; what is in the cache is not built again. --dry-run shows what would be done, also
without a GPU.

Exit status: 0 every engine is there, 1 a graph was refused or failed to build, 2 nothing can be built here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engines.errors import LiveHairError
from engines.runtime.backend import Precision
from engines.runtime.build_progress import BuildProgress
from engines.runtime.engine_builder import EngineBuilder
from engines.runtime.engine_cache import EngineCache
from engines.runtime.errors import BackendMissingError, EngineBuildError, GraphFileError
from engines.runtime.graph_file import graph_bytes, graph_digest
from engines.runtime.onnx_graphs import QUANTISED, graph_path
from engines.runtime.operator_audit import audit
from engines.runtime.settings import RuntimeSettings
from tools.arguments import run_tool


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.build_engines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("folder", type=Path, metavar="FOLDER", help="what tools.export_onnx wrote")
    add("--only", nargs="+", metavar="NAME", help="these graphs only")
    precisions = [precision.value for precision in Precision]
    add("--precision", nargs="+", choices=precisions, default=["fp16"], help="default: fp16")
    add("--engines", type=Path, metavar="DIR", help="cache (default: the server's)")
    add("--device", type=int, default=0, help="index of the GPU (default %(default)s)")
    add("--dry-run", action="store_true", help="show what would be built")
    return options


def planned(
    folder: Path, only: Sequence[str] | None, precisions: Sequence[Precision]
) -> list[tuple[Path, Precision]]:
    """Every graph to build, and in which precision.

    Raises:
        GraphFileError: the folder holds no graphs, or not those asked for, or no quantised one for int8.
    """
    names = only or sorted(p.stem for p in folder.glob("*.onnx") if not p.name.endswith(QUANTISED))
    if not names:
        raise GraphFileError(f"There are no ONNX files in {folder}. tools.export_onnx writes them.")
    plan = []
    for precision in precisions:
        paths = [graph_path(folder, name, precision) for name in names]
        if precision is Precision.INT8 and not only:
            paths = [path for path in paths if path.name.endswith(QUANTISED)]
        if not paths:
            raise GraphFileError(f"There are no quantised graphs in {folder}. tools.quantize writes them.")
        for path in paths:
            graph_bytes(path)
            plan.append((path, precision))
    return plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: nothing can be built here.
    """
    options = parser().parse_args(arguments)
    settings = RuntimeSettings(device=options.device)
    if options.engines is not None:
        settings = replace(settings, engine_folder=options.engines)
    plan = planned(options.folder, options.only, [Precision(value) for value in options.precision])
    builder, lack = _builder(settings)
    refused = 0
    ready = []
    for path, precision in plan:
        findings = audit(path).findings
        refused += bool(findings)
        state = _state(builder, path, precision, settings)
        print(f"{path.name:32}{precision.value:6}{graph_bytes(path) / 1e6:9.1f} MB  {state}")
        print(*(f"    {finding}" for finding in findings), sep="\n", end="\n" if findings else "")
        if not findings:
            ready.append((path, precision))
    if options.dry_run:
        print(f"{len(ready)} engines to have, {refused} graphs refused. {lack or ''}".rstrip())
        return int(bool(refused))
    if builder is None:
        raise BackendMissingError(str(lack))
    failed = [path for path, precision in ready if not _build(builder, path, precision)]
    return int(bool(failed or refused))


def _builder(settings: RuntimeSettings) -> tuple[EngineBuilder | None, LiveHairError | None]:
    try:
        return EngineBuilder(settings), None
    except BackendMissingError as error:
        return None, error


def _state(builder: EngineBuilder | None, path: Path, precision: Precision, settings: RuntimeSettings) -> str:
    if builder is None:
        return f"graph {graph_digest(path)[:20]}, key unknown without GPU and TensorRT"
    key = builder.key(path, precision)
    there = EngineCache(settings.engine_folder, settings.engine_folder_bytes).path(key).is_file()
    return f"{key.file_name} {'(there)' if there else '(to build)'}"


def _build(builder: EngineBuilder, path: Path, precision: Precision) -> bool:
    begin = time.perf_counter()
    try:
        plan = builder.engine(path, precision, BuildProgress(path.stem))
    except EngineBuildError as error:
        print(f"{path.name}, {precision.value}: {error}")
        return False
    seconds = time.perf_counter() - begin
    print(f"{path.name}, {precision.value}: {len(plan) / 1e6:.1f} MB after {seconds:.0f} s")
    return True


if __name__ == "__main__":
    run_tool(main)
