"""Which weights the tools for graphs work with, from their command lines."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from engines.hairfast.network_store import NetworkStore
from engines.hairfast.weights.directory import WeightDirectory
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import FULL, TWIN


def add_weight_options(options: argparse.ArgumentParser) -> None:
    """``--weights DIR | --synthetic`` and ``--twin``."""
    source = options.add_mutually_exclusive_group(required=True)
    source.add_argument("--weights", type=Path, metavar="DIR", help="published weights (tools.fetch_weights)")
    source.add_argument(
        "--synthetic", action="store_true", help="weights drawn from a seed: speed and export, no pictures"
    )
    options.add_argument(
        "--twin", action="store_true", help="networks of a sixteenth of the width (with --synthetic)"
    )


def network_store(options: argparse.Namespace) -> NetworkStore:
    """The networks the command line asks for.

    Raises:
        LicenceNotAcceptedError: the terms of the published weights have not been accepted.
    """
    width = TWIN if options.twin else FULL
    if options.synthetic:
        return NetworkStore(partial(synthetic_state, width=width), width)
    return NetworkStore(WeightDirectory.accepted(options.weights, width).read, width)
