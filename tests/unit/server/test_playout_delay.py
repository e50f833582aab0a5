"""The browser is asked to show frames at once, if it knows how."""

from __future__ import annotations

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, unpack_header_extensions
from aiortc.sdp import SessionDescription

from server.rtc_tuning.playout_delay import URI, AtOnce, show_at_once
from server.rtc_tuning.private import get_private

_MID = RTCRtpHeaderExtensionParameters(id=4, uri="urn:ietf:params:rtp-hdrext:sdes:mid")


def sent(agreed: list[RTCRtpHeaderExtensionParameters]) -> list[tuple[int, bytes]]:
    """The header extensions on the wire of a packet with a mid."""
    parameters, extensions = RTCRtpParameters(headerExtensions=agreed), AtOnce()
    extensions.configure(parameters)
    packet = RtpPacket(payload_type=97)
    packet.payload, packet.extensions.mid = b"frame", "0"
    data = packet.serialize(extensions)
    stock = HeaderExtensionsMap()
    stock.configure(parameters)
    parsed = RtpPacket.parse(data, stock)
    assert (parsed.payload, parsed.extensions.mid) == (b"frame", "0")
    # RFC 3550 section 5.3.1: profile and length in words follow the 12 bytes of the header.
    words = int.from_bytes(data[14:16], "big")
    return unpack_header_extensions(int.from_bytes(data[12:14], "big"), data[16 : 16 + 4 * words])


def test_every_packet_says_so_where_it_was_agreed_on() -> None:
    delay = RTCRtpHeaderExtensionParameters(id=9, uri=URI)
    assert sent([_MID, delay]) == [(4, b"0"), (9, b"\0\0\0")]
    # Numbers above 14 take headers of two bytes (RFC 8285 section 4.3).
    assert sent([_MID, RTCRtpHeaderExtensionParameters(id=20, uri=URI)]) == [(4, b"0"), (20, b"\0\0\0")]


def test_packets_to_those_who_do_not_know_it_stay_as_they_were() -> None:
    assert sent([_MID]) == [(4, b"0")]


@pytest.mark.parametrize("offered", [True, False])
async def test_it_is_answered_if_it_is_offered(offered: bool) -> None:
    browser, server = RTCPeerConnection(), RTCPeerConnection()
    browser.addTransceiver("video", direction="sendrecv")
    await browser.setLocalDescription(await browser.createOffer())
    offer = browser.localDescription.sdp
    if offered:
        offer = offer.replace("a=sendrecv\r\n", f"a=sendrecv\r\na=extmap:9 {URI}\r\n")
    transceiver = server.addTransceiver(VideoStreamTrack(), direction="sendrecv")
    await server.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    show_at_once(transceiver, offer)
    await server.setLocalDescription(await server.createAnswer())
    (answer,) = SessionDescription.parse(server.localDescription.sdp).media
    uris = {extension.id: extension.uri for extension in answer.rtp.headerExtensions}
    assert (uris.get(9) == URI) is offered
    assert len(uris) == (3 if offered else 2), "what else was agreed on stays"
    assert isinstance(get_private(transceiver.sender, RTCRtpSender, "rtp_header_extensions_map"), AtOnce)
    await browser.close()
    await server.close()
