"""Styles on the user's own face, as they are drawn."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.loopback.server_under_test import ServerUnderTest
from tests.loopback.test_photo import form, portrait


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Names and data of server-sent events."""
    events = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


async def test_each_style_arrives_as_a_picture_of_its_own() -> None:
    async with ServerUnderTest() as server:
        body = form(portrait(), styles="pixie,own,afro", color="F5", size="96")
        async with server.http.post(f"{server.url}/api/thumbnails", data=body) as response:
            assert response.status == 202, await response.text()
            location = server.url + response.headers["Location"]
        async with server.http.get(location, headers={"Accept": "text/event-stream"}) as response:
            events = events_of(await response.text())
        pictures = {data["style"]: data["picture"] for name, data in events if name == "thumbnail"}
        assert list(pictures) == ["pixie", "own", "afro"]
        assert events[-1][0] == "done"
        sizes = []
        for url in pictures.values():
            head, _, code = url.partition(",")
            assert head == "data:image/webp;base64"
            sizes.append(Image.open(io.BytesIO(base64.b64decode(code))).size)
        assert sizes == [(96, 96)] * 3
        assert len(set(pictures.values())) == 3
        # Nothing is left of it but the job's id.
        async with server.http.get(f"{server.url}/api/stored") as response:
            assert (await response.json())["stored"] == []


@pytest.mark.parametrize(
    "texts", [{}, {"styles": ""}, {"styles": "pixie,mohawk"}, {"styles": "pixie", "size": "5000"}]
)
async def test_styles_and_size_must_be_ones_that_are_known(texts: dict[str, str]) -> None:
    async with (
        ServerUnderTest() as server,
        server.http.post(f"{server.url}/api/thumbnails", data=form(portrait(), **texts)) as response,
    ):
        assert response.status == 400
        assert (await response.json())["message"].endswith(".")
