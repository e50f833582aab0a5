"""After live sessions, photos, videos and references: nothing in the log, on the disk or in shared memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from aiohttp import ClientSession, CookieJar, FormData, TCPConnector
from PIL import Image
from skimage import data

from server.visit import COOKIE
from tests.e2e.live_server import LiveServer
from tests.loopback.client import U8, LoopbackClient
from tests.loopback.test_video_files import clip

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = Path("/dev/shm")
_ADDRESS = "127.31.32.33"
_GPS = "37.5665N-126.9780E"
_NAME = "me-and-my-secret.png"
# Every line that the server may write: what it is, how it is, and numbers.
_LINES = re.compile(
    r"Engine: [^\d]*\.|LiveHair is at http://127\.0\.0\.1:\d+/? \(Ctrl-C ends it\)|Getting ready: .*|"
    r"Ready after [\d.]+ s\.|[\d-]+ [\d:,]+ INFO server\.session_manager: Session ended: [\w-]+ \(\d+ open\)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home, temporary and current directory of the server."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real server in ``folder``."""
    log = tmp_path_factory.mktemp("log") / "server.log"
    running = LiveServer(
        log,
        *("--engine", "strands", "--max-sessions", "2"),
        program=(str(_ROOT / "run_server.py"),),
        folder=folder,
        environment={"HOME": str(folder), "TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder)},
    )
    running.start()
    yield running
    running.stop()


def _portrait() -> tuple[U8, bytes]:
    """Pixels, and a PNG of them that says where it was taken."""
    pixels = np.asarray(data.astronaut(), np.uint8)  # type: ignore[no-untyped-call]
    exif = Image.Exif()
    exif[0x010E] = _GPS
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", exif=exif)
    return pixels, buffer.getvalue()


def _form(data: bytes, field: str = "image", **texts: str) -> FormData:
    fields = FormData(default_to_multipart=True)
    fields.add_field(field, data, filename=_NAME)
    for name, text in texts.items():
        fields.add_field(name, text)
    return fields


def _writable_files(pid: int) -> set[str]:
    """Files that the process and its children hold open for writing."""
    found = set()
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        for link in Path(f"/proc/{one.pid}/fd").iterdir():
            target = link.readlink()
            flags = re.search(r"flags:\s+(\d+)", (link.parents[1] / "fdinfo" / link.name).read_text())
            regular = str(target).startswith("/") and not str(target).startswith("/dev/")
            if regular and flags and int(flags[1], 8) & 3:
                found.add(str(target))
    return found


def _strangers(pid: int) -> set[str]:
    """Addresses beyond this machine that the process and its children have TCP connections with."""
    process = psutil.Process(pid)
    connections = [
        connection
        for one in (process, *process.children(recursive=True))
        for connection in one.net_connections("tcp")
    ]
    return {c.raddr.ip for c in connections if c.raddr and not c.raddr.ip.startswith("127.")}


def _files(*folders: Path) -> set[Path]:
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


async def test_nothing_is_left_in_log_on_disk_or_in_shared_memory(
    server: LiveServer, folder: Path, tmp_path: Path
) -> None:
    pixels, picture = _portrait()
    markers = [_GPS, _NAME, _ADDRESS, "candidate:", "a=ice", "a=fingerprint", "ufrag"]
    raw = [picture[5000:5032], pixels[100, 200:216].tobytes(), pixels[300, 250:266].tobytes()]
    before, shared = _files(folder), _files(_SHARED)
    connector = TCPConnector(local_addr=(_ADDRESS, 0))
    async with ClientSession(connector=connector, cookie_jar=CookieJar(unsafe=True)) as http:
        client = LoopbackClient(http, server.url, lambda _: pixels, look={"style": "pixie", "color": "F2"})
        offer = await client.offer()
        await client.wait_frames(30)
        async with http.post(f"{server.url}/api/references", data=_form(picture)) as response:
            assert response.status == 201, await response.text()
            reference = (await response.json())["id"]
        client.say({"type": "look", "reference": reference, "color_reference": reference})
        await client.wait_frames(15)
        form = _form(picture, style="pixie", color="F5")
        headers = {"Prefer": "respond-async"}
        async with http.post(f"{server.url}/api/photo", data=form, headers=headers) as response:
            assert response.status == 202, await response.text()
            photo = response.headers["Location"]
        async with http.get(server.url + photo, headers={"Accept": "text/event-stream"}) as response:
            assert "event: done" in await response.text()
        async with http.get(server.url + photo) as response:
            assert response.status == 200
            result = await response.read()
        form = _form(clip(tmp_path / "me.mp4"), "video", style="pixie")
        async with http.post(f"{server.url}/api/video", data=form) as response:
            assert response.status == 202, await response.text()
            video = response.headers["Location"]
        async with http.get(server.url + video, headers={"Accept": "text/event-stream"}) as response:
            assert "event: done" in await response.text()
        async with http.get(server.url + video) as response:
            assert response.status == 200
            film = await response.read()
        for path in (f"/api/photo/{_NAME}", f"/sessions/{_GPS}"):
            async with http.delete(server.url + path) as response:
                assert response.status >= 400
        async with http.post(f"{server.url}/offer", json={"type": "offer", "sdp": f"v=0 {_GPS}"}) as response:
            assert response.status == 400
        async with http.post(f"{server.url}/api/references", data=_form(picture[:9000])) as response:
            assert response.status == 422
        assert _writable_files(server.pid) <= {str(server.log)}
        assert not _strangers(server.pid)
        assert psutil.Process(server.pid).rlimit(psutil.RLIMIT_CORE) == (0, 0)
        (visit,) = {cookie.value for cookie in http.cookie_jar if cookie.key == COOKIE}
        session, token = client.answer["session_id"], client.answer["token"]
        await client.close()
        await server.wait_for_sessions(0)
        async with http.get(f"{server.url}/metrics") as response:
            metrics = await response.text()
    markers += [session, token, visit, reference, photo.rpartition("/")[2], video.rpartition("/")[2]]
    descriptions = offer + client.answer["sdp"]
    markers += re.findall(r"a=(?:ice-ufrag|ice-pwd|fingerprint):(\S.*)", descriptions)
    addresses = set(re.findall(r"udp \d+ (\S+) \d+ typ", descriptions))
    markers += [address for address in addresses if address != "127.0.0.1"]
    raw += [result[4000:4032], film[6000:6032], *(marker.encode() for marker in markers)]

    server.stop()
    log = server.log.read_text()
    for marker in markers:
        assert marker not in log
        assert marker not in metrics
    assert "Session ended: disconnected (0 open)" in log
    for line in log.splitlines():
        assert _LINES.fullmatch(line), line
    new = _files(folder) - before
    assert not {path for path in new if "matplotlib" not in path.parts}
    for file in _files(folder, _SHARED) - shared:
        content = file.read_bytes()
        assert not [marker for marker in raw if marker in content], file
