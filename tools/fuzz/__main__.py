"""Damaged input for everything that reads what strangers send: pictures, forms, control messages, offers.

Three fifths of the time go to the parsers in this process, the rest to a server over HTTP. An exception that
no parser may raise, a status of 500 or above, an input that takes too long, or memory that keeps growing is a
fault; inputs of faults are written to --faults.

Exit status: 0 no fault, 1 faults, 2 with a sentence where nothing could be run.
"""

from __future__ import annotations

import argparse
import asyncio
import warnings
from collections.abc import Sequence
from pathlib import Path

from tools.arguments import run_tool
from tools.fuzz.parser_run import fuzz_parsers
from tools.fuzz.server_run import fuzz_server
from tools.fuzz.tally import Tally

_PARSERS = 0.6
_GROWTH = 96 << 20


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--seconds", type=float, default=60.0, help="all together (default %(default)s)")
    add("--seed", type=int, default=1, help="the same seed, the same inputs (default %(default)s)")
    add("--no-server", action="store_true", help="the parsers only")
    add("--faults", type=Path, metavar="DIR", help="write the inputs of faults there")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; returns the exit status."""
    options = parser().parse_args(arguments)
    # Libraries warn about nearly every input, and keep each text in memory.
    warnings.simplefilter("ignore")
    tally = Tally()
    share = 1.0 if options.no_server else _PARSERS
    if not options.no_server:
        # First, because the parsers' run limits the memory of this process and its children.
        asyncio.run(fuzz_server((1.0 - share) * options.seconds, options.seed, tally))
    fuzz_parsers(share * options.seconds, options.seed, tally)
    for name, grown in tally.growth.items():
        if grown > _GROWTH:
            tally.fault(name, f"grew by {grown >> 20} MB", b"")
    print(tally.table())
    for number, (target, what, data) in enumerate(tally.faults):
        print(f"\nFault {number} of {target}: {what}")
        if options.faults is not None:
            options.faults.mkdir(parents=True, exist_ok=True)
            (options.faults / f"{number}-{target}").write_bytes(data)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    run_tool(main)
