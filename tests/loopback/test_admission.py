"""Who gets in, who does not, and when a place is free again."""

from __future__ import annotations

import asyncio

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from tests.loopback.client import wait_until
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest, with_limits


async def video_offer(*, audio: bool = False, video: bool = True) -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    if video:
        connection.addTransceiver("video")
    if audio:
        connection.addTransceiver("audio")
    connection.createDataChannel("control")
    await connection.setLocalDescription(await connection.createOffer())
    sdp = connection.localDescription.sdp
    await connection.close()
    return sdp


async def test_third_of_two_gets_a_sentence_and_a_place_once_one_has_left() -> None:
    async with ServerUnderTest(with_limits(max_sessions=2)) as server:
        async with server.client(marked_frames()) as first, server.client(marked_frames()):
            await first.wait_frames(3)
            offer = {"type": "offer", "sdp": await video_offer()}
            async with server.http.post(f"{server.url}/offer", json=offer) as response:
                assert response.status == 503
                assert int(response.headers["Retry-After"]) > 0
                refusal = await response.json()
            assert refusal["error"] == "server-full"
            assert "2 people" in refusal["message"]
        await wait_until(lambda: server.manager.active == 0, 5)
        async with server.client(marked_frames()) as again:
            await again.wait_frames(3)


async def test_offers_at_the_same_moment_do_not_share_a_slot() -> None:
    async with ServerUnderTest(with_limits(max_sessions=1)) as server:
        offer = {"type": "offer", "sdp": await video_offer()}

        async def post() -> int:
            async with server.http.post(f"{server.url}/offer", json=offer) as response:
                return response.status

        statuses = await asyncio.gather(*(post() for _ in range(6)))
        assert sorted(statuses) == [200, 503, 503, 503, 503, 503]


async def test_client_that_vanishes_frees_its_slot_within_five_seconds() -> None:
    async with ServerUnderTest() as server:
        client = server.client(marked_frames())
        await client.offer()
        await client.wait_frames(40)
        await client.vanish()
        begin = asyncio.get_running_loop().time()
        await wait_until(lambda: server.manager.active == 0, 8)
        assert asyncio.get_running_loop().time() - begin < 5.0
        await client.close()


async def test_client_without_pings_lives_while_its_packets_come() -> None:
    async with ServerUnderTest(with_limits(heartbeat_timeout=1.0)) as server:
        client = server.client(marked_frames(), ping=False)
        await client.offer()
        await client.wait_frames(90)
        assert server.manager.active == 1
        await client.vanish()
        await wait_until(lambda: server.manager.active == 0, 4)
        await client.close()


async def test_client_that_stops_pinging_is_gone() -> None:
    async with (
        ServerUnderTest(with_limits(heartbeat_timeout=1.0)) as server,
        server.client(marked_frames(), ping=False) as client,
    ):
        await client.wait_frames(3)
        client.say({"type": "ping"})
        await wait_until(lambda: server.manager.active == 0, 4)


async def test_offer_that_never_connects_frees_its_slot() -> None:
    async with ServerUnderTest(with_limits(connect_timeout=1.0)) as server:
        offer = {"type": "offer", "sdp": await video_offer()}
        async with server.http.post(f"{server.url}/offer", json=offer) as response:
            assert response.status == 200
        assert server.manager.active == 1
        await wait_until(lambda: server.manager.active == 0, 4)
        assert server.processors[0].closed


async def test_longest_session_ends_with_a_notice() -> None:
    async with (
        ServerUnderTest(with_limits(max_duration=2.0)) as server,
        server.client(marked_frames()) as client,
    ):
        await client.wait_message("notice", "session-over")
        await wait_until(lambda: server.manager.active == 0, 4)


async def test_closing_the_server_ends_sessions_and_leaves_no_task() -> None:
    async with ServerUnderTest() as server:
        clients = [server.client(marked_frames()) for _ in range(2)]
        for client in clients:
            await client.offer()
            await client.wait_frames(3)
        await server.manager.close()
        assert server.manager.active == 0
        async with server.http.post(
            f"{server.url}/offer", json={"type": "offer", "sdp": await video_offer()}
        ) as response:
            assert response.status == 503
            assert (await response.json())["error"] == "draining"
        for client in clients:
            await client.close()
    assert all(processor.closed for processor in server.processors)
    await wait_until(lambda: not server.leftover_tasks(), 3)


BAD_OFFERS = {
    "malformed": "v=0\r\nthis is no sdp",
    "empty": "",
    "bad line": "v=0\r\nm=video nine UDP/TLS/RTP/SAVPF 96\r\n",
    "oversized": "v=0\r\n" + "a=" + "x" * 70_000,
    "many sections": "v=0\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 9,
}


@pytest.mark.parametrize("name", sorted(BAD_OFFERS))
async def test_bad_offer_is_named_and_takes_no_slot(name: str) -> None:
    async with ServerUnderTest() as server:
        offer = {"type": "offer", "sdp": BAD_OFFERS[name]}
        async with server.http.post(f"{server.url}/offer", json=offer) as response:
            assert response.status == 400
            refusal = await response.json()
        assert refusal["error"] == "bad-offer"
        assert refusal["message"].endswith(".")
        assert "Traceback" not in refusal["message"]
        assert server.manager.active == 0


async def test_audio_alone_is_refused_and_beside_video_ignored() -> None:
    async with ServerUnderTest() as server:
        alone = {"type": "offer", "sdp": await video_offer(audio=True, video=False)}
        async with server.http.post(f"{server.url}/offer", json=alone) as response:
            assert response.status == 400
            assert (await response.json())["error"] == "no-video"
        both = {"type": "offer", "sdp": await video_offer(audio=True)}
        async with server.http.post(f"{server.url}/offer", json=both) as response:
            answer = await response.json()
            assert response.status == 200, answer
        sections = answer["sdp"].split("m=")[1:]
        assert {section.split()[0]: "a=inactive" in section for section in sections} == {
            "video": False,
            "audio": True,
            "application": False,
        }


async def test_unknown_looks_are_refused() -> None:
    async with ServerUnderTest() as server:
        sdp = await video_offer()
        for look, code in (
            ({"style": "mullet"}, "unknown-style"),
            ({"color": "N99"}, "unknown-color"),
            ({"style": 7}, "bad-look"),
        ):
            offer = {"type": "offer", "sdp": sdp, **look}
            async with server.http.post(f"{server.url}/offer", json=offer) as response:
                assert (response.status, (await response.json())["error"]) == (400, code)
        assert server.manager.active == 0


async def test_whip_session_is_fed_and_ended_by_its_address() -> None:
    async with ServerUnderTest() as server:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.addTransceiver("video", direction="sendonly")
        await connection.setLocalDescription(await connection.createOffer())
        post = server.http.post(
            f"{server.url}/whip?style=pixie",
            data=connection.localDescription.sdp,
            headers={"Content-Type": "application/sdp"},
        )
        async with post as response:
            assert response.status == 201
            assert response.content_type == "application/sdp"
            location, answer = response.headers["Location"], await response.text()
        assert server.processors[0].look.style == "pixie"
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        fragment = (
            "a=mid:0\r\na=candidate:1 1 udp 2130706431 192.0.2.7 4000 typ host\r\na=end-of-candidates\r\n"
        )
        kind = {"Content-Type": "application/trickle-ice-sdpfrag"}
        url = f"{server.url}{location}"
        async with server.http.patch(url, data=fragment, headers=kind) as response:
            assert response.status == 204
        async with server.http.patch(url, data=fragment * 60, headers=kind) as response:
            assert response.status == 400
        async with server.http.patch(url, data=fragment) as response:
            assert response.status == 415
        async with server.http.delete(url.split("?")[0]) as response:
            assert (response.status, (await response.json())["error"]) == (403, "wrong-token")
        wrong = {"Authorization": "Bearer nonsense"}
        async with server.http.delete(url.split("?")[0], headers=wrong) as response:
            assert (response.status, (await response.json())["error"]) == (403, "wrong-token")
        async with server.http.delete(url) as response:
            assert response.status == 204
        await wait_until(lambda: server.manager.active == 0, 5)
        async with server.http.delete(url) as response:
            assert (response.status, (await response.json())["error"]) == (404, "unknown-session")
        await connection.close()


async def test_a_closing_page_ends_its_session_by_beacon() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(3)
        path = f"/sessions/{client.answer['session_id']}/end?token={client.answer['token']}"
        async with server.http.post(server.url + path) as response:
            assert response.status == 204
        await wait_until(lambda: server.manager.active == 0, 5)
