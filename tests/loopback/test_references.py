"""References: lent over HTTP, worn in a live session, gone when they are deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession, FormData
from PIL import Image
from skimage import data

from engines.reference.reference import Reference
from server.app import REFERENCES, VAULT
from server.background_share import BackgroundShare
from server.references.reference_reader import ReferenceReader
from server.settings import LimitSettings, Settings
from server.vault_settings import VaultSettings
from tests.loopback import fake_reference_process as fake
from tests.loopback.client import wait_until
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest
from tests.loopback.test_stored import visitor
from tests.unit.uploads import hostile


class WithFakeReader(ServerUnderTest):
    """A server whose references are read by :mod:`tests.loopback.fake_reference_process`."""

    def __init__(self, settings: Settings | None = None, seconds: float = 20.0) -> None:
        super().__init__(settings)
        self.app[REFERENCES].reader = ReferenceReader(BackgroundShare(), fake.__name__, seconds=seconds)


def form(width: int = 90, **texts: str) -> FormData:
    picture = Image.fromarray(np.full((80, width, 3), 99, np.uint8))
    fields = FormData(default_to_multipart=True)
    fields.add_field("image", hostile.encoded(picture, "PNG"), filename="me at home.png")
    for name, text in texts.items():
        fields.add_field(name, text)
    return fields


async def lend(http: ClientSession, url: str) -> dict[str, Any]:
    async with http.post(f"{url}/api/references", data=form()) as response:
        assert response.status == 201, await response.text()
        answer: dict[str, Any] = await response.json()
        assert response.headers["Location"] == f"/api/references/{answer['id']}"
        return answer


async def test_a_reference_is_lent_listed_and_taken_back() -> None:
    async with WithFakeReader() as server, visitor() as me:
        lent = await lend(me, server.url)
        assert lent["style"] == "pixie"
        assert lent["colors"] == {"color": "#402010", "tip": "#a08060", "gradient": "ombre", "gloss": 0.8}
        assert 890 <= lent["expires"] <= 900
        async with me.get(f"{server.url}/api/stored") as response:
            (told,) = (await response.json())["stored"]
        assert (told["kind"], told["id"]) == ("reference", lent["id"])
        # The id is a capability: it works without the visit.
        for status in (204, 404):
            async with server.http.delete(f"{server.url}/api/references/{lent['id']}") as response:
                assert response.status == status
        async with me.get(f"{server.url}/api/stored") as response:
            assert await response.json() == {"stored": []}
    assert not server.leftover_tasks()


async def test_refusals_are_named_and_one_of_several_faces_can_be_chosen() -> None:
    async with WithFakeReader() as server:
        url = f"{server.url}/api/references"
        for fields, status, code in (
            (form(fake.REFUSED), 422, "reference-no-face"),
            (form(fake.SEVERAL), 409, "reference-several-faces"),
            (form(fake.DIES), 503, "reference-failed"),
            (form(face="first"), 400, "bad-request"),
            (form(face="-1"), 400, "bad-request"),
            (form(style="pixie"), 400, "bad-request"),
            (FormData({"face": "0"}, default_to_multipart=True), 400, "bad-request"),
        ):
            async with server.http.post(url, data=fields) as response:
                answer = await response.json()
                assert (response.status, answer["error"]) == (status, code)
                assert answer["message"].endswith(".")
                if status == 409:
                    assert len(answer["faces"]) == 2
        async with server.http.post(url, data=form(fake.SEVERAL, face="1")) as response:
            assert response.status == 201
        assert len(server.app[VAULT]._entries) == 1


async def test_a_photo_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    async with WithFakeReader(seconds=2.0) as server:
        async with server.http.post(f"{server.url}/api/references", data=form(fake.SLOW)) as response:
            assert (response.status, (await response.json())["error"]) == (503, "reference-failed")
        await lend(server.http, server.url)
    assert not server.leftover_tasks()


async def test_one_address_cannot_send_without_end() -> None:
    limits = replace(LimitSettings(max_sessions=2), upload_rate=0.1, upload_burst=2)
    async with WithFakeReader(Settings(limits=limits)) as server:
        url = f"{server.url}/api/references"
        for _ in range(2):
            async with server.http.post(url, data=form(fake.REFUSED)) as response:
                assert response.status == 422
        async with server.http.post(url, data=form()) as response:
            assert response.status == 429
            assert 8 <= int(response.headers["Retry-After"]) <= 10
        # Offers have a limit of their own.
        async with server.client(marked_frames()) as client:
            await client.wait_frames(2)


async def test_a_live_session_wears_shape_and_colour_until_they_are_taken_off() -> None:
    async with WithFakeReader() as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        processor = server.processors[0]
        lent = await lend(server.http, server.url)
        client.say({"type": "look", "style": "afro", "reference": lent["id"], "color": "F2"})
        await wait_until(lambda: processor.look.reference is not None, 3)
        worn = processor.look.reference
        assert (processor.look.style, processor.look.color, processor.look.tip) == ("pixie", "F2", None)
        client.say({"type": "look", "length": 1.1, "reference": lent["id"], "color_reference": lent["id"]})
        await wait_until(lambda: processor.look.color == "#402010", 3)
        # The same object, so that engines need not draw it anew.
        assert processor.look.reference is worn
        look = processor.look
        assert (look.tip, look.gradient, look.gloss, look.length) == ("#a08060", "ombre", 0.8, 1.1)
        client.say({"type": "look", "reference": None, "color_reference": None, "four": ["pixie", "afro"]})
        await wait_until(lambda: processor.look.reference is None, 3)
        look = processor.look
        assert (look.color, look.tip, look.gradient, look.gloss) == (None, None, "plain", 1.0)
        assert processor.four == ("pixie", "afro")
        client.say({"type": "look", "four": None})
        await wait_until(lambda: not processor.four, 3)


async def test_an_unknown_reference_is_noticed_and_the_rest_of_the_look_counts() -> None:
    async with WithFakeReader() as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        client.say({"type": "look", "style": "afro", "reference": "gone", "color": "F2"})
        notice = await client.wait_message("notice", "reference-gone")
        assert notice["message"].endswith(".")
        look = server.processors[0].look
        assert (look.style, look.color, look.reference) == ("afro", "F2", None)


@pytest.mark.parametrize("ended", ["deleted", "expired"])
async def test_a_reference_that_is_no_longer_stored_is_no_longer_worn(ended: str) -> None:
    settings = Settings(vault=VaultSettings(seconds=900.0 if ended == "deleted" else 2.5, grace=0.0))
    async with WithFakeReader(settings) as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        processor = server.processors[0]
        lent = await lend(server.http, server.url)
        client.say({"type": "look", "reference": lent["id"]})
        await wait_until(lambda: processor.look.reference is not None, 2)
        if ended == "deleted":
            async with server.http.delete(f"{server.url}/api/references/{lent['id']}") as response:
                assert response.status == 204
        await wait_until(lambda: processor.look.reference is None, 5)
        await client.wait_message("notice", "reference-gone")
        assert processor.look.style == "pixie"
        await wait_until(lambda: processor.forgetful == 1, 2)
        await client.wait_frames(5)


async def test_a_portrait_is_read_and_a_landscape_is_not() -> None:
    async with ServerUnderTest() as server:
        for picture, status, code in (
            (np.asarray(data.astronaut(), np.uint8), 201, None),  # type: ignore[no-untyped-call]
            (hostile.scene(400, 300), 422, "reference-no-face"),
        ):
            fields = FormData(default_to_multipart=True)
            fields.add_field("image", hostile.encoded(Image.fromarray(picture), "PNG"), filename="me.png")
            async with server.http.post(f"{server.url}/api/references", data=fields) as response:
                answer = await response.json()
                assert (response.status, answer.get("error")) == (status, code)
        (stored,) = server.app[VAULT]._entries
        kept = Reference.from_bytes(server.app[VAULT].get(stored))
        assert kept.alpha.shape == kept.rgb.shape[:2]
    assert not server.leftover_tasks()
