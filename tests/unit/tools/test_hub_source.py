"""The authors' hub repository is read through its own client; an interrupted download goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from engines.hairfast.weights.files import WeightFile
from tests.unit.faulty_server import FaultyServer
from tools.errors import ToolError
from tools.fetch_weights.checksums import file_digest
from tools.fetch_weights.hub_source import REPOSITORY, HubSource

FILE = WeightFile("pretrained_models/Rotate/rotate_best.pth", 0.3, ("rotate",))
CONTENT = bytes(range(256)) * 1200
DIGEST = hashlib.sha256(CONTENT).hexdigest()
PREFIX = f"{REPOSITORY}/resolve/main/"


class FaultyHub(FaultyServer):
    """The three requests of a hub that a download makes."""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.command == "POST":
            self._describe(request)
        elif request.command == "HEAD":
            self._head(request)
        else:
            super().answer(request)

    def _describe(self, request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers["Content-Length"]))
        lfs = {"oid": DIGEST, "size": len(CONTENT), "pointerSize": 134}
        found = {"type": "file", "path": FILE.path, "size": len(CONTENT), "oid": "0" * 40, "lfs": lfs}
        there = (self.root / PREFIX / FILE.path).exists()
        self._reply(request, json.dumps([found] if there else []).encode())

    def _head(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in {
            "ETag": f'"{DIGEST}"',
            "X-Repo-Commit": "1" * 40,
            "Content-Length": str(len(CONTENT)),
        }.items():
            request.send_header(name, value)
        request.end_headers()

    def _reply(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    monkeypatch.setattr("time.sleep", lambda _: None)
    path = tmp_path / "hub" / PREFIX / FILE.path
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with FaultyHub(tmp_path / "hub").running() as running:
        yield running


@pytest.mark.parametrize("faults", [[], ["break", "break"], ["500", "break"]])
def test_a_file_arrives_with_the_sum_the_hub_gives(
    hub: FaultyServer, tmp_path: Path, faults: list[str]
) -> None:
    hub.faults[PREFIX + FILE.path] = list(faults)
    fetched = HubSource(endpoint=hub.url).fetch(FILE, tmp_path / "weights")
    assert fetched.path == FILE.path
    assert fetched.sha256 == DIGEST == file_digest(fetched.content)


def test_a_file_the_repository_lacks_is_named(hub: FaultyServer, tmp_path: Path) -> None:
    (hub.root / PREFIX / FILE.path).unlink()
    with pytest.raises(ToolError, match=r"rotate_best\.pth in AIRI-Institute/HairFastGAN: there is no such"):
        HubSource(endpoint=hub.url).fetch(FILE, tmp_path / "weights")


def test_a_hub_out_of_reach_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(ToolError, match=r"rotate_best\.pth cannot be fetched from AIRI-Institute") as failure:
        HubSource(endpoint="http://127.0.0.1:9", attempts=2).fetch(FILE, tmp_path)
    assert "\n" not in str(failure.value)
