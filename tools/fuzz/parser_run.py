"""Parsers fuzzed in this process: thousands of inputs a second."""

from __future__ import annotations

import itertools
import random
import resource
import time
from pathlib import Path

import psutil

from tools.fuzz.control_target import ControlTarget, control_seeds
from tools.fuzz.form_target import FormTarget, form_seeds
from tools.fuzz.mutator import Mutator
from tools.fuzz.offer_target import OfferTarget, offer_seeds
from tools.fuzz.picture_target import PictureTarget, picture_seeds
from tools.fuzz.tally import Tally
from tools.fuzz.target import Target

_MEMORY = 1 << 30
_SLOW = 10.0
# So many inputs of a target in a row.
_RUN = 20


def fuzz_parsers(seconds: float, seed: int, tally: Tally) -> None:
    """Feed every parser for ``seconds`` all together."""
    _restrict_memory()
    draw = random.Random(seed)
    targets: list[tuple[Target, Mutator]] = [
        (PictureTarget(), Mutator(picture_seeds(), draw)),
        (ControlTarget(), Mutator(control_seeds(draw), draw)),
        (FormTarget(), Mutator(form_seeds(), draw)),
        (OfferTarget(), Mutator(offer_seeds(), draw)),
    ]
    process = psutil.Process()
    begin, before = time.monotonic(), 0
    for target, mutator in itertools.cycle(targets):
        passed = time.monotonic() - begin
        if passed >= seconds:
            break
        if not before and passed >= seconds / 4:
            before = process.memory_info().rss
        for _ in range(_RUN):
            _feed(target, mutator.next(), tally)
    tally.growth["parsers"] = process.memory_info().rss - before


def _feed(target: Target, data: bytes, tally: Tally) -> None:
    begin = time.perf_counter()
    try:
        outcome = target.feed(data)
    # Whatever it is, it is what this program looks for.
    except Exception as error:
        tally.fault(target.name, error, data)
        return
    seconds = time.perf_counter() - begin
    tally.note(target.name, outcome, seconds)
    if seconds > _SLOW:
        tally.fault(target.name, f"took {seconds:.0f} s", data)


def _restrict_memory() -> None:
    """As the server's decoding process does, so that bombs end where they would there."""
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + _MEMORY, resource.RLIM_INFINITY))
