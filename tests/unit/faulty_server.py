"""A web server of a folder whose answers fail on request."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class FaultyServer:
    """Serves the files below ``root``, with ranges.

    Attributes:
        url: its address, without a slash at the end.
        faults: by path, what goes wrong with the next requests, in order: ``break`` (half of the answer, then
            the connection closes), ``whole`` (the range is ignored), ``wrong`` (other bytes), ``interrupt``
            (half of the answer, then Ctrl-C in this process), or a status such as ``500``.
        asked: path and first byte of every request for contents.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = ""
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.asked: list[tuple[str, int]] = []

    @contextmanager
    def running(self) -> Iterator[FaultyServer]:
        """Answer requests until the block ends."""
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.answer(self)

            def do_HEAD(self) -> None:
                owner.answer(self)

            def do_POST(self) -> None:
                owner.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One answer, with the next fault of its path."""
        path = request.path.lstrip("/")
        found = re.match(r"bytes=(\d+)-", request.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        self.asked.append((path, start))
        fault = self.faults[path].pop(0) if self.faults[path] else ""
        file = self.root / path
        if fault.isdigit() or not file.is_file():
            request.send_error(int(fault or 404))
            return
        content = file.read_bytes()
        if fault == "whole":
            start = 0
        if start >= len(content) > 0:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(content)}")
            request.end_headers()
            return
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        body = content[start:]
        if fault == "wrong":
            body = bytes(255 - value for value in body)
        if fault in ("break", "interrupt"):
            body = body[: len(body) // 2]
        request.wfile.write(body)
        request.wfile.flush()
        if fault == "interrupt":
            # Time for the client to take what was sent.
            threading.Event().wait(0.3)
            os.kill(os.getpid(), signal.SIGINT)
