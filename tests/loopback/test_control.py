"""The control channel: looks that change, and messages that are refused while the session goes on."""

from __future__ import annotations

from tests.loopback.client import LoopbackClient, wait_until
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest


async def test_a_look_changes_in_mid_stream_and_keeps_what_is_not_named() -> None:
    async with ServerUnderTest() as server:
        client = server.client(marked_frames(), look={"style": "pixie", "color": "N4"})
        async with client:
            await client.wait_frames(3)
            processor = server.processors[0]
            assert (processor.look.style, processor.look.color) == ("pixie", "N4")
            client.say({"type": "look", "style": "afro", "length": 1.2, "compare": True, "mirror": True})
            await wait_until(lambda: processor.look.style == "afro", 2)
            assert (processor.look.color, processor.look.length) == ("N4", 1.2)
            assert (processor.compare, processor.mirror) == (True, True)
            client.say({"type": "look", "compare": False, "motion": False, "color": "#112233"})
            await wait_until(lambda: processor.look.color == "#112233", 2)
            assert (processor.compare, processor.mirror, processor.motion) == (False, True, False)


async def test_refused_messages_become_notices_and_the_session_goes_on() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        for message, code in (
            ("not json", "bad-control"),
            ({"type": "look", "padding": "x" * 5000}, "bad-control"),
            ({"type": "look", "length": 9}, "bad-look"),
            ({"type": "look", "style": "mullet"}, "unknown-style"),
            ({"type": "look", "color": "red"}, "unknown-color"),
        ):
            client.say(message)
            notice = await client.wait_message("notice", code)
            assert notice["message"].endswith(".")
        await client.wait_frames(5)
        assert server.processors[0].look.style == "own"


async def test_a_flood_is_cut_with_one_notice() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        for _ in range(300):
            client.say({"type": "ping"})
        await client.wait_message("notice", "too-many-messages")
        assert count_notices(client, "too-many-messages") <= 3
        await client.wait_frames(30)
        client.say({"type": "look", "style": "afro"})
        await wait_until(lambda: server.processors[0].look.style == "afro", 2)


async def test_only_the_control_channel_is_served() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        other = client.connection.createDataChannel("shell")
        await client.wait_frames(3)
        await wait_until(lambda: other.readyState == "closed", 5)
        await client.wait_frames(3)


def count_notices(client: LoopbackClient, code: str) -> int:
    return sum(message.get("code") == code for message in client.messages)
