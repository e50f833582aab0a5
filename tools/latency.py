"""Glass-to-glass latency of the server, by a marker burned into every frame.

By default a headless Chromium streams a moving face through the server, as a user's browser would. A page
reads the marker in its own preview and in the returned video and takes the time from the capture of a frame
to its display after it came back: both stamps come from one clock. With --clients N as many aiortc clients
do the same without a browser: that shows how latency grows with sessions.

Without --url the program starts a server of its own on a free port and stops it at the end.
Exit status: 0 within the limits, 1 a limit is exceeded, 2 the measurement was not possible.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from server.settings import CodecName
from tools.arguments import frame_size, run_tool
from tools.browser_run import BrowserRun, measure_in_browser, write_camera
from tools.client_run import ClientRun, measure_with_clients
from tools.errors import ToolError
from tools.latency_report import LatencyReport
from tools.server_process import LIVEHAIR, STOCK_ECHO, ServerProcess, running_server


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.latency",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("--url", help="measure the server at this address instead of starting one")
    add("--stock-echo", action="store_true", help="start the unpatched aiortc echo instead: the reference")
    add("--clients", type=int, default=0, metavar="N", help="N aiortc clients instead of a browser")
    add("--seconds", type=float, default=10.0, help="of returned video (default %(default)s)")
    add("--warmup", type=float, default=3.0, help="seconds that do not count (default %(default)s)")
    add("--size", type=frame_size, default=(640, 480), metavar="WxH", help="of the camera (default 640x480)")
    add("--style", default="c-curl-bob", help="style that is on (default %(default)s)")
    add("--color", default="N4", help="colour that is on (default %(default)s)")
    add(
        "--codec",
        choices=("vp8", "h264"),
        help="codec that client and server prefer (default: as the server orders)",
    )
    add("--max-p50", type=float, metavar="MS", help="fail when the median is above")
    add("--max-p99", type=float, metavar="MS", help="fail when the 99th percentile is above")
    add("--json", type=Path, metavar="FILE", help="write everything that was measured")
    return options


@asynccontextmanager
async def server_of(options: argparse.Namespace) -> AsyncIterator[ServerProcess]:
    """The server that ``options`` ask for."""
    if options.url:
        yield ServerProcess(options.url.rstrip("/"))
    else:
        sessions = ("--max-sessions", str(max(2, options.clients)))
        codec = ("--codec", options.codec) if options.codec else ()
        program, arguments = (STOCK_ECHO, ()) if options.stock_echo else (LIVEHAIR, sessions + codec)
        async with running_server(program, *arguments) as server:
            yield server


async def measure(options: argparse.Namespace) -> list[LatencyReport]:
    """One report of the browser, or one for each client."""
    look = {"style": options.style, "color": options.color}
    async with server_of(options) as server:
        if options.clients:
            codec: CodecName = options.codec or "h264"
            clients = ClientRun(server.url, options.size, options.seconds, options.warmup, codec, look)
            return await measure_with_clients(clients, options.clients)
        with tempfile.TemporaryDirectory() as folder:
            camera = write_camera(Path(folder) / "camera.y4m", options.size)
            run = BrowserRun(
                camera, options.size, options.seconds, options.warmup, codec=options.codec, look=look
            )
            return [await measure_in_browser(server, run)]


def describe(report: LatencyReport) -> str:
    """The report in a few lines; what was not seen is left out."""
    lines: dict[str, list[str | None]] = {
        "latency": [
            f"p50 {report.p50:.0f}, p90 {report.p90:.0f}, p95 {report.p95:.0f}, p99 {report.p99:.0f} ms",
            f"{report.samples} frames",
            report.codec,
        ],
        "": [
            _figure("against the local preview: p50 {:.0f} ms", report.preview_p50),
            _figure("p95 {:.0f} ms", report.preview_p95),
        ],
        "frames": [
            f"{report.sent_fps:.1f}/s sent",
            f"{report.returned_fps:.1f}/s returned",
            f"{report.dropped} dropped",
            f"{report.repeated} repeated",
            f"longest gap {report.longest_gap:.0f} ms",
        ],
        "start": [
            _figure("answered {:.0f} ms", report.answered),
            _figure("connected {:.0f} ms", report.connected),
            _figure("first frame {:.0f} ms", report.first_frame),
            _figure("first with hair {:.0f} ms", report.first_edit),
        ],
        "bitrate": [
            _figure("up {:.2f} Mbit/s", report.up_3s),
            _figure("down {:.2f} Mbit/s in the third second", report.down_3s),
            _figure("up {:.2f} Mbit/s", report.up_end),
            _figure("down {:.2f} Mbit/s at the end", report.down_end),
        ],
        "network": [
            _figure("round trip {:.1f} ms", report.rtt),
            _figure("jitter buffer {:.1f} ms", report.jitter_buffer),
        ],
        "processor": [*(f"{name} {share:.2f} cores" for name, share in report.cpu.items())],
        "server": [
            *(f"{name} {milliseconds:.1f} ms" for name, milliseconds in report.stages.items()),
            _figure("{:.0f} frames dropped", report.server_drops),
        ],
    }
    seen = {name: [part for part in parts if part is not None] for name, parts in lines.items()}
    return "\n".join(f"{name:12} {', '.join(parts)}" for name, parts in seen.items() if parts)


def _figure(text: str, value: float | None) -> str | None:
    return None if value is None else text.format(value)


def exceeded(reports: Sequence[LatencyReport], p50: float | None, p99: float | None) -> list[str]:
    """A sentence for each limit that a report exceeds."""
    limits = [("median", "p50", p50), ("99th percentile", "p99", p99)]
    return [
        f"The {name} of {getattr(report, key):.0f} ms is above the limit of {limit:.0f} ms."
        for report in reports
        for name, key, limit in limits
        if limit is not None and getattr(report, key) > limit
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: the measurement was not possible.
    """
    options = parser().parse_args(arguments)
    if options.clients < 0:
        raise ToolError("--clients must not be negative.")
    reports = asyncio.run(measure(options))
    for index, report in enumerate(reports):
        if len(reports) > 1:
            print(f"client {index + 1}")
        print(describe(report))
    if options.json:
        options.json.write_text(json.dumps([report.to_json() for report in reports], indent=2))
    failures = exceeded(reports, options.max_p50, options.max_p99)
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


if __name__ == "__main__":
    run_tool(main)
