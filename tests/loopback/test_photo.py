"""Photos over HTTP, edited by the real process."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from aiohttp import ClientResponse, FormData
from PIL import Image
from skimage import data

from tests.loopback.server_under_test import ServerUnderTest
from tests.unit.uploads import hostile

ASTRONAUT = np.asarray(data.astronaut(), np.uint8)  # type: ignore[no-untyped-call]


def portrait() -> bytes:
    return hostile.encoded(Image.fromarray(ASTRONAUT), "PNG")


def form(image: bytes | None, **texts: str) -> FormData:
    fields = FormData(default_to_multipart=True)
    if image is not None:
        fields.add_field("image", image, filename="../../etc/me.png")
    for name, text in texts.items():
        fields.add_field(name, text)
    return fields


async def pixels(response: ClientResponse) -> npt.NDArray[np.int64]:
    assert response.status == 200, await response.text()
    assert response.content_type == "image/png"
    assert response.headers["Cache-Control"] == "no-store"
    return np.asarray(Image.open(io.BytesIO(await response.read()))).astype(np.int64)


def changed(edited: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    assert edited.shape == ASTRONAUT.shape
    return np.asarray(np.abs(edited - ASTRONAUT).max(axis=2) > 24)


async def test_a_photo_comes_back_with_the_style_and_says_that_it_was_edited() -> None:
    async with ServerUnderTest() as server:
        url = f"{server.url}/api/photo"
        async with server.http.post(url, data=form(portrait(), style="pixie", color="F5")) as response:
            body = await response.read()
            both = await pixels(response)
            edited = changed(both)
        assert edited[40:200, 150:300].mean() > 0.2
        assert edited[400:, :100].mean() < 0.01
        image = Image.open(io.BytesIO(body))
        assert "compositeSynthetic" in str(image.info["XML:com.adobe.xmp"])
        # Colour alone leaves the face and the cloth as they are.
        async with server.http.post(
            url, data=form(portrait(), mode="color", style="pixie", color="F5")
        ) as response:
            recolored = changed(await pixels(response))
        assert recolored.mean() > 0.01
        assert recolored[120:180, 200:250].mean() < 0.01
        async with server.http.post(
            url, data=form(portrait(), mode="shape", style="pixie", color="F5")
        ) as response:
            shaped = await pixels(response)
        pink = both[60:90, 200:260]
        natural = shaped[60:90, 200:260]
        assert (pink[..., 0] - pink[..., 1]).mean() > (natural[..., 0] - natural[..., 1]).mean() + 15
    assert not server.leftover_tasks()


async def test_a_watched_photo_reports_progress_and_can_be_fetched_and_forgotten() -> None:
    async with ServerUnderTest() as server:
        headers = {"Prefer": "respond-async"}
        body = form(portrait(), style="buzz-cut")
        async with server.http.post(f"{server.url}/api/photo", data=body, headers=headers) as response:
            assert response.status == 202
            location = server.url + response.headers["Location"]
        async with server.http.get(location, headers={"Accept": "text/event-stream"}) as response:
            events = (await response.text()).split("\n\n")[:-1]
        shares = [float(event.split(": ")[-1].rstrip("}")) for event in events if "progress" in event]
        assert shares == sorted(shares)
        assert len(set(shares)) >= 3
        assert events[-1].startswith("event: done")
        async with server.http.get(location) as response:
            assert changed(await pixels(response)).mean() > 0.01
        async with server.http.delete(location) as response:
            assert response.status == 204
        async with server.http.get(location) as response:
            assert response.status == 404


async def test_a_stopped_photo_makes_room_for_the_next() -> None:
    async with ServerUnderTest() as server:
        headers = {"Prefer": "respond-async"}
        url = f"{server.url}/api/photo"
        async with server.http.post(url, data=form(portrait(), style="afro"), headers=headers) as response:
            location = server.url + response.headers["Location"]
        await asyncio.sleep(0.3)
        async with server.http.delete(location) as response:
            assert response.status == 204
        async with server.http.post(url, data=form(portrait(), style="buzz-cut")) as response:
            await pixels(response)
    assert not server.leftover_tasks()


@pytest.mark.parametrize(
    ("image", "texts", "status", "code"),
    [
        (None, {"style": "pixie"}, 400, "bad-request"),
        (b"GIF89a", {"style": "pixie"}, 415, "picture-format"),
        (b"", {"style": "pixie"}, 415, "picture-format"),
        (
            hostile.png_header(30_000, 30_000) + hostile.chunk(b"IDAT", b"x"),
            {"style": "pixie"},
            413,
            "picture-size",
        ),
        (hostile.jpeg(), {"style": "mohawk"}, 422, "unknown-style"),
        (hostile.jpeg(), {"style": "pixie", "length": "long"}, 400, "bad-request"),
        (hostile.jpeg(), {"style": "pixie", "length": "3"}, 422, "bad-look"),
        (hostile.jpeg(), {"style": "pixie", "mode": "hair"}, 400, "bad-request"),
        (hostile.jpeg(), {"style": "own"}, 400, "bad-request"),
        (hostile.jpeg(), {"cloth": "red"}, 400, "bad-request"),
        (hostile.jpeg(), {"style": "x" * 1000}, 400, "bad-request"),
        (hostile.jpeg(), {"style": "pixie"}, 422, "no-face"),
    ],
)
async def test_what_cannot_be_edited_gets_a_sentence(
    image: bytes | None, texts: dict[str, str], status: int, code: str
) -> None:
    async with (
        ServerUnderTest() as server,
        server.http.post(f"{server.url}/api/photo", data=form(image, **texts)) as response,
    ):
        answer: dict[str, Any] = await response.json()
        assert (response.status, answer["error"]) == (status, code)
        assert answer["message"].endswith(".")


async def test_of_several_faces_one_must_be_named_and_the_other_stays_as_it_is() -> None:
    pair = np.hstack([ASTRONAUT, ASTRONAUT])
    image = hostile.encoded(Image.fromarray(pair), "PNG")
    async with ServerUnderTest() as server:
        url = f"{server.url}/api/photo"
        async with server.http.post(url, data=form(image, style="buzz-cut")) as response:
            answer = await response.json()
            assert (response.status, answer["error"]) == (409, "several-faces")
        left, right = answer["faces"]
        assert left[0] + left[2] < 0.5 < right[0]
        assert all(0.0 < value < 1.0 for value in (*left, *right))
        async with server.http.post(url, data=form(image, style="buzz-cut", face="1")) as response:
            assert response.headers["X-LiveHair-Engine"] == "strands"
            edited = np.asarray(Image.open(io.BytesIO(await response.read()))).astype(np.int64)
        assert np.array_equal(edited[:, :512], pair[:, :512])
        assert (np.abs(edited - pair).max(axis=2) > 24)[:, 512:].mean() > 0.01
        async with server.http.post(url, data=form(image, style="buzz-cut", face="2")) as response:
            assert (response.status, (await response.json())["error"]) == (422, "no-such-face")


async def test_a_photo_may_give_the_colour_and_a_lent_one_must_be_there() -> None:
    async with ServerUnderTest() as server:
        url = f"{server.url}/api/photo"
        body = form(portrait(), mode="color")
        body.add_field("color", portrait(), filename="friend.png")
        async with server.http.post(url, data=body) as response:
            await pixels(response)
        async with server.http.post(url, data=form(portrait(), shape="x" * 32)) as response:
            assert response.status == 404
            assert (await response.json())["error"] == "not-stored"


async def test_broken_forms_are_refused() -> None:
    async with ServerUnderTest() as server:
        url = f"{server.url}/api/photo"
        typed = {"Content-Type": "multipart/form-data; boundary=b"}
        encoded = b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n"
        named = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n'
        for body in (b"", b"--b\r\n", b"nothing", b"--b\r\n\r\n\r\n--b--\r\n", named + encoded):
            async with server.http.post(url, data=body, headers=typed) as response:
                assert 400 <= response.status < 500
        async with server.http.post(url, json={}) as response:
            assert response.status == 415
        async with server.http.post(
            url, data=b"x", headers={"Content-Type": "multipart/form-data"}
        ) as response:
            assert response.status == 400
