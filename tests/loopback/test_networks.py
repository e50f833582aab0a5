"""The hairfast engine behind the server, with small twins of its networks."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path
from typing import Any

from PIL import Image

from server.app import WARMUP
from server.settings import LimitSettings, Settings
from tests.loopback.client import wait_until
from tests.loopback.server_under_test import ServerUnderTest
from tests.media import astronaut_frame
from tests.unit.hairfast.live_twins import twin_choice, twin_networks, twin_settings

_PORTRAIT = astronaut_frame(320, 240)


async def test_the_networks_hair_comes_and_the_server_ends_while_they_work(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(astronaut_frame(640, 480)).save(photos / "Somebody.jpg")
    networks = twin_networks(twin_settings(tmp_path, max_age=0.0), photos)
    settings = Settings(limits=LimitSettings(max_sessions=1))
    async with ServerUnderTest(settings, twin_choice(networks, ("pixie",))) as server:
        async with server.http.get(f"{server.url}/api/styles") as response:
            styles = {style["id"]: style for style in (await response.json())["styles"]}
        assert set(styles) == {"own", "ref-somebody", "pixie"}
        async with server.http.get(server.url + styles["ref-somebody"]["thumbnail"]) as response:
            assert Image.open(io.BytesIO(await response.read())).size == (256, 320)
        async with server.http.get(f"{server.url}/api/styles/pixie/photo") as response:
            assert response.status == 404
        await wait_until(lambda: server.app[WARMUP].ready, 240)
        async with server.client(lambda _: _PORTRAIT, look={"style": "pixie"}, fps=10) as client:
            engine: dict[str, Any] = {"pass_s": None}
            while engine["pass_s"] is None:
                engine = (await client.wait_message("stats", seconds=60))["engine"] or engine
            assert engine["name"] == "hairfast"
            assert engine["path"] == "layer"
            assert engine["keyframe_age_s"] >= 0.0
        begin = time.monotonic()
    assert time.monotonic() - begin < 8.0
    assert not any(thread.name == "networks" and thread.is_alive() for thread in threading.enumerate())
