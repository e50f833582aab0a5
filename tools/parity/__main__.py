"""Check HairFastGAN against the official implementation: every network, every stage, and the whole swap.

ORACLE_DIR holds reference tensors, made by the official code with weights that a formula gives, and scripts
that say how weights are made and arrays compared (they are run). Every stage gets the reference's own inputs;
then a swap runs from the three photos to the final image. Exit status 1 when anything is out of tolerance or
was not computed, 2 when the folder cannot be used.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from engines.hairfast.network_store import NetworkStore, ReadState
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.directory import WeightDirectory
from engines.runtime.freed_memory import keep_freed_memory
from engines.runtime.settings import RuntimeSettings
from tools.arguments import run_tool
from tools.parity.bench import Bench
from tools.parity.oracle import Comparison, Oracle, seeds
from tools.parity.stages import find_stage
from tools.parity.stopwatch import Stopwatch
from tools.parity.swap import compare_swap, swap
from tools.parity.tally import Tally

AUTHORS = "the authors' code on two cores took 78 to 101 s and 14.4 GiB, without loading weights"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.parity",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("oracle", type=Path, metavar="ORACLE_DIR", help="folder with seedN/manifest.json")
    options.add_argument("--seed", type=int, help="this seed only (default: every seed of the folder)")
    options.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="write the weights of each seed there as files (5.5 GB) and read them from there",
    )
    options.add_argument("--only", nargs="+", metavar="STAGE", help="these stages only, and no swap")
    options.add_argument("--threads", type=int, default=0, help="threads (default: one per core)")
    return options


def check_seed(folder: Path, seed: int, options: argparse.Namespace) -> Tally:
    """Swap, then all stages, of one seed; prints a line for each."""
    oracle = Oracle(folder, seed)
    loading = Stopwatch()
    store = NetworkStore(_timed(_reader(oracle, options.cache), loading))
    tally = Tally()
    stages = options.only or list(oracle.arrays)
    if options.only is None:
        print(f"{oracle.root}: swap from the three photos", flush=True)
        _check_swap(oracle, store, loading, options.threads, tally)
    print(f"{oracle.root}: {len(stages)} stages, each on the reference's inputs", flush=True)
    bench = Bench(oracle, store)
    for stage in stages:
        _check_stage(bench, stage, oracle.names(stage), loading, tally)
    return tally


def _check_stage(bench: Bench, stage: str, names: Sequence[str], loading: Stopwatch, tally: Tally) -> None:
    compute = find_stage(stage)
    watch, loaded = Stopwatch(), loading.total
    found: dict[str, Comparison] = {}
    if compute is not None:
        with watch("run"), torch.inference_mode():
            outputs = compute(bench)
        found = bench.oracle.compare(stage, {name: array.numpy() for name, array in outputs.items()})
    tally.add(stage, names, found)
    _print_line(stage, names, found, max(0.0, watch.total - (loading.total - loaded)))


def _check_swap(oracle: Oracle, store: NetworkStore, loading: Stopwatch, threads: int, tally: Tally) -> None:
    watch, whole = Stopwatch(), Stopwatch()
    with whole("swap"):
        hair, rgb = swap(oracle, TorchGraphs(store, RuntimeSettings(threads=threads)), watch)
    for name, seconds in watch.seconds.items():
        print(f"     {name:26s} {seconds - (loading.total if name == 'open graphs' else 0.0):6.1f} s")
    found = compare_swap(oracle, hair, rgb)
    tally.add("swap", list(found), found)
    _print_line("swap", list(found), found, whole.total - loading.total)
    print(
        f"     {whole.total - loading.total:.1f} s, with reading or making the weights {whole.total:.1f} s "
        f"({time.process_time():.0f} s of processor time); peak memory {_peak_gib():.1f} GiB\n     {AUTHORS}",
        flush=True,
    )


def _print_line(stage: str, names: Sequence[str], found: dict[str, Comparison], seconds: float) -> None:
    good = len(found) == len(names) and all(comparison.passed for comparison in found.values())
    worst = max(found, key=lambda name: found[name].strain, default="")
    text = f"{'ok  ' if good else 'FAIL'} {stage:26s} {seconds:6.1f} s  {len(found):2d} of {len(names):2d}"
    if worst:
        text += f"  worst {found[worst].error:.1e} of {found[worst].tolerance:.0e} ({worst})"
    print(text, flush=True)


def _reader(oracle: Oracle, cache: Path | None) -> ReadState:
    if cache is None:
        return oracle.read_network
    folder = cache / f"seed{oracle.seed}"
    oracle.write_weights(folder)
    return WeightDirectory(folder).read


def _timed(read: ReadState, loading: Stopwatch) -> ReadState:
    def timed(name: str) -> Mapping[str, torch.Tensor]:
        with loading(name):
            return read(name)

    return timed


def _peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        OracleError: the folder cannot be used.
    """
    options = parser().parse_args(arguments)
    wanted = seeds(options.oracle) if options.seed is None else [options.seed]
    keep_freed_memory()
    torch.set_num_threads(RuntimeSettings(threads=options.threads).cpu_threads)
    tallies = [check_seed(options.oracle, seed, options) for seed in wanted]
    failed = [failure for tally in tallies for failure in tally.failed]
    for failure in failed:
        print(failure, file=sys.stderr)
    compared, expected = (sum(getattr(tally, name) for tally in tallies) for name in ("compared", "expected"))
    print(
        f"{compared} of {expected} arrays compared, {len(failed)} missed; peak memory {_peak_gib():.1f} GiB"
    )
    return int(bool(failed))


if __name__ == "__main__":
    run_tool(main)
