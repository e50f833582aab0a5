"""Fetch the published weights of HairFastGAN: about 6.3 GB, only what inference reads.

The networks come from the authors' repository on the Hugging Face hub, CLIP from its own download, SEAN's
median codes from the authors' code repository. --source takes all of them from a folder or site laid out like
DIR. An interrupted run is continued by the same command. Checksums are recorded in DIR/SHA256SUMS on arrival.

The weights are for research and evaluation only. Their terms are shown, and have to be accepted once for each
DIR with --accept-licence.

Exit status: 0 done, 2 with a sentence where it could not be done, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from engines.hairfast.licence import LICENCE, accept_licence, licence_accepted, require_licence
from engines.hairfast.weights.files import WEIGHT_FILES, Origin, WeightFile
from engines.hairfast.width import FULL, Width
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.fetch_weights.checksums import Checksums, file_digest
from tools.fetch_weights.weight_sources import (
    CLIP_URL,
    HUB_FOLDER,
    MEDIAN_CODES_URL,
    WeightSource,
    clip_source,
    median_codes_source,
    mirror,
)

Files = Sequence[WeightFile]


class ChecksumError(ToolError):
    """A file is not the one whose checksum was recorded or published."""

    code = "checksum"

    def __init__(self, path: Path, expected: str, found: str, advice: str) -> None:
        super().__init__(f"{path}: expected the SHA-256 {expected[:16]}…, found {found[:16]}…; {advice}.")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.fetch_weights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"Without --source, CLIP is\n  {CLIP_URL}\nand the codes lie below\n  {MEDIAN_CODES_URL}",
    )
    add = options.add_argument
    add("directory", type=Path, metavar="DIR", help="where the weights lie or shall lie")
    add("--accept-licence", action="store_true", help="accept the terms that are shown (once for each DIR)")
    add("--source", metavar="DIR|URL", help="folder or site with the same layout to take the files from")
    add("--clip", metavar="FILE|URL", help="take CLIP ViT-B/32 from there (default: --source, or see below)")
    add(
        "--median-codes",
        metavar="DIR|URL",
        help="take SEAN's {0..18}/ACE.npy from there (default: --source, or see below)",
    )
    add(
        "--revision", default="main", help="branch, tag or commit of the hub repository (default %(default)s)"
    )
    instead = options.add_mutually_exclusive_group()
    act = instead.add_argument
    act(
        "--dry-run",
        action="store_true",
        help="list what would be fetched and how much it is; contacts nobody",
    )
    act(
        "--verify",
        action="store_true",
        help="compare the files with their recorded checksums; fetches nothing",
    )
    act("--check", action="store_true", help="verify, then load every network strictly; fetches nothing")
    return options


def main(arguments: Sequence[str] | None = None, files: Files = WEIGHT_FILES, width: Width = FULL) -> int:
    """Command line; returns the exit status.

    Args:
        arguments: instead of the program's own.
        files: the table of files.
        width: width of the networks that ``--check`` loads.

    Raises:
        LiveHairError: one sentence about what could not be done.
    """
    options = parser().parse_args(arguments)
    directory: Path = options.directory
    if options.dry_run:
        list_files(directory, files)
        return 0
    _settle_licence(directory, options.accept_licence)
    try:
        if options.verify or options.check:
            verify(directory, files)
        else:
            fetch(directory, files, _sources(options))
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on from here.")
        raise
    except OSError as error:
        raise ToolError(f"{error.filename or directory}: {error.strerror or error}.") from None
    if options.check:
        _load_networks(directory, width)
    return 0


def list_files(directory: Path, files: Files) -> None:
    """Print what is there, what is missing and how much that is."""
    missing = set(_missing(directory, files))
    for file in files:
        if file.origin != "median-codes":
            state = "to fetch" if file in missing else "there"
            print(f"{file.megabytes:8.1f} MB  {state:8}  {file.path}")
    codes = [file for file in files if file.origin == "median-codes"]
    if codes:
        state = "to fetch" if missing.intersection(codes) else "there"
        print(f"{sum(file.megabytes for file in codes):8.1f} MB  {state:8}  {len(codes)} median codes")
    gigabytes = sum(file.megabytes for file in missing) / 1000
    print(f"To fetch: {len(missing)} of {len(files)} files, about {gigabytes:.1f} GB.")


def fetch(directory: Path, files: Files, sources: Mapping[Origin, WeightSource]) -> None:
    """Bring the files that are missing; record the checksum of every file that has none recorded.

    Raises:
        ToolError: no room, a source fails, or a file arrived twice with a wrong checksum.
    """
    sums = Checksums(directory)
    missing = _missing(directory, files)
    _require_room(directory, missing)
    for number, file in enumerate(missing, 1):
        print(f"[{number}/{len(missing)}] {file.path}", flush=True)
        _fetch_verified(file, directory, sources[file.origin], sums)
    _record_others(directory, files, sums)
    shutil.rmtree(directory / HUB_FOLDER, ignore_errors=True)
    print(f"All {len(files)} files are in {directory}.")


def verify(directory: Path, files: Files) -> None:
    """Compare every file with its recorded checksum.

    Raises:
        ToolError: a file is missing or is not what it was.
    """
    sums = Checksums(directory)
    paths = [path for file in files if (path := _found(directory, file)) and sums.get(path)]
    with _byte_bar(directory, paths) as bar:
        for path in paths:
            expected, found = sums.get(path), file_digest(directory / path, bar)
            if found != expected:
                raise ChecksumError(directory / path, str(expected), found, "delete it and fetch it again")
    missing = _missing(directory, files)
    if missing:
        raise ToolError(
            f"{directory / missing[0].path}: expected this file, found none ({len(missing)} of {len(files)} "
            f"are missing); `python -m tools.fetch_weights {directory}` fetches what is missing."
        )
    print(f"{len(paths)} files are as recorded; {len(files) - len(paths)} have no checksum recorded.")


def _load_networks(directory: Path, width: Width) -> None:
    # PyTorch is needed for this alone.
    from engines.hairfast.network_catalogue import NETWORKS
    from engines.hairfast.network_store import NetworkStore
    from engines.hairfast.weights.directory import WeightDirectory

    store = NetworkStore(WeightDirectory.accepted(directory, width).read, width, memory_bytes=0)
    with tqdm(NETWORKS, unit="network") as bar:
        for name in bar:
            bar.set_description(name)
            store.get(name)
    print(f"All {len(NETWORKS)} networks load.")


def _settle_licence(directory: Path, accept: bool) -> None:
    if licence_accepted(directory):
        return
    print(LICENCE, flush=True)
    if not accept:
        require_licence(directory)
    try:
        accept_licence(directory, datetime.now(UTC))
    except OSError as error:
        raise ToolError(f"Cannot write to {directory}: {error.strerror}.") from None


def _sources(options: argparse.Namespace) -> dict[Origin, WeightSource]:
    own: WeightSource
    if options.source:
        own = mirror(options.source, options.directory)
    else:
        # The hub's client belongs to the extra [hairfast]; a mirror does without.
        from tools.fetch_weights.hub_source import HubSource

        own = HubSource(options.revision)
    clip = options.clip or (None if options.source else CLIP_URL)
    codes = options.median_codes or (None if options.source else MEDIAN_CODES_URL)
    return {
        "hub": own,
        "clip": clip_source(clip) if clip else own,
        "median-codes": median_codes_source(codes) if codes else own,
    }


def _fetch_verified(file: WeightFile, directory: Path, source: WeightSource, sums: Checksums) -> None:
    for again in (True, False):
        fetched = source.fetch(file, directory)
        expected = sums.get(fetched.path) or fetched.sha256
        found = file_digest(fetched.content)
        if expected in (None, found):
            target = directory / fetched.path
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(fetched.content, target)
            sums.record(fetched.path, found)
            return
        fetched.content.unlink()
        if again:
            print("Its checksum is wrong: fetching it once more.")
    raise ChecksumError(directory / file.path, str(expected), found, "it was not kept, try another source")


def _record_others(directory: Path, files: Files, sums: Checksums) -> None:
    paths = [path for file in files if (path := _found(directory, file)) and sums.get(path) is None]
    with _byte_bar(directory, paths) as bar:
        for path in paths:
            sums.record(path, file_digest(directory / path, bar))


def _byte_bar(directory: Path, paths: Sequence[str]) -> tqdm[None]:
    total = sum((directory / path).stat().st_size for path in paths)
    return tqdm(desc="checksums", total=total, unit="B", unit_scale=True, disable=not paths)


def _found(directory: Path, file: WeightFile) -> str | None:
    return next((path for path in file.paths if (directory / path).exists()), None)


def _missing(directory: Path, files: Files) -> list[WeightFile]:
    return [file for file in files if _found(directory, file) is None]


def _require_room(directory: Path, missing: Files) -> None:
    parts = [directory / f"{path}.part" for file in missing for path in file.paths]
    needed = sum(file.megabytes * 1e6 for file in missing)
    needed -= sum(part.stat().st_size for part in parts if part.exists())
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise ToolError(f"{directory} has {free / 1e9:.1f} GB left, and {needed / 1e9:.1f} GB are needed.")


if __name__ == "__main__":
    run_tool(main)
