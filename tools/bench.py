"""The speed of LiveHair beside a stock aiortc echo, in one run on two cores.

First the frame's way through decoder, pipeline and encoder, without a network, for two sizes, and the matte
network beside MediaPipe's person segmentation. Then a headless Chromium sends the same moving face through
the stock echo and through LiveHair with everything on (style, fringe, highlights, own hair removed, motion),
in turns, because machines are not equally fast all the time; figures are medians over the rounds. At the end
once more at 1280x720, and once beside photos that the server edits one after the other. A photo of 12
megapixels is edited by each engine that runs here. Compare the ratios: absolute figures differ between
machines.

Exit status: 0 every goal reached, 1 a goal missed, 2 the measurement was not possible.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tools.arguments import run_tool
from tools.bench_table import BenchResult, LiveBench, format_stages, format_table, rows_of
from tools.browser_run import BrowserRun, measure_in_browser, write_camera
from tools.matte_bench import bench_mattes
from tools.photo_bench import bench_photos, photos_beside
from tools.pipeline_bench import StageBench, bench_pipeline
from tools.server_process import LIVEHAIR, STOCK_ECHO, running_server
from tools.studio import Studio

_SIZES = ((640, 480), (1280, 720))
_CORES = 2
_EVERYTHING: dict[str, Any] = {"tip": "N9", "fringe": "curtain", "gradient": "highlights"}
"""What is worn beside style and colour."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--json", type=Path, metavar="FILE", help="write everything that was measured")
    add("--pipeline-only", action="store_true", help="only the frame's way, without browser and network")
    add("--rounds", type=int, default=3, help="of echo and LiveHair in turns (default %(default)s)")
    add("--seconds", type=float, default=10.0, help="of video in each (default %(default)s)")
    add("--style", default="c-curl-bob", help="a style of medium length (default %(default)s)")
    add("--color", default="N4", help="default %(default)s")
    add(
        "--codec",
        choices=("vp8", "h264"),
        help="codec that browser and server prefer (default: as the server orders)",
    )
    add("--all-cores", action="store_true", help=f"use every core instead of {_CORES}")
    return options


async def measure_rounds(options: argparse.Namespace) -> tuple[list[LiveBench], LiveBench]:
    """The echo and LiveHair in turns: ``--rounds`` times at the first size, once at the others; and LiveHair
    alone and beside photos."""
    look = {"style": options.style, "color": options.color, **_EVERYTHING}
    codec = ("--codec", options.codec) if options.codec else ()
    benches = []
    async with running_server(STOCK_ECHO) as stock, running_server(LIVEHAIR, *codec) as livehair:
        for size in _SIZES:
            rounds = options.rounds if size == _SIZES[0] else 1
            with tempfile.TemporaryDirectory() as folder:
                camera = write_camera(Path(folder) / "camera.y4m", size)
                plain = BrowserRun(camera, size, options.seconds)
                styled = BrowserRun(camera, size, options.seconds, codec=options.codec, look=look)
                # The first session of a server loads what later ones share: measured is a warm one.
                await measure_in_browser(livehair, replace(styled, seconds=2.0, warmup=0.0))
                echo, ours = [], []
                for _ in tqdm(range(rounds), desc=f"echo and LiveHair {size[0]}x{size[1]}", unit="round"):
                    echo.append(await measure_in_browser(stock, plain))
                    ours.append(await measure_in_browser(livehair, styled))
                benches.append(LiveBench(size, tuple(echo), tuple(ours)))
                if size == _SIZES[0]:
                    async with photos_beside(livehair, options.style):
                        busy = await measure_in_browser(livehair, replace(styled, warmup=6.0, seconds=30.0))
                    beside = LiveBench(size, tuple(ours), (busy,))
    return benches, beside


def measure(options: argparse.Namespace) -> BenchResult:
    """The whole benchmark."""
    studio = Studio()
    look = replace(studio.look(options.style, options.color), **_EVERYTHING)
    stages: list[StageBench] = [
        bench_pipeline(studio, look, size) for size in tqdm(_SIZES, desc="pipeline", unit="size")
    ]
    live, beside = ([], None) if options.pipeline_only else asyncio.run(measure_rounds(options))
    photos = bench_photos(studio.look(options.style, options.color))
    return BenchResult(tuple(stages), tuple(live), bench_mattes(), tuple(photos), beside)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the measurement was not possible.
    """
    options = parser().parse_args(arguments)
    if not options.all_cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    result = measure(options)
    rows = rows_of(result)
    print(format_stages(result), format_table(rows), sep="\n\n")
    if options.json:
        record: dict[str, Any] = {**result.to_json(), "rows": [row.to_json() for row in rows]}
        options.json.write_text(json.dumps(record, indent=2))
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    run_tool(main)
