"""What an offer has to be, and what its answer is given."""

from __future__ import annotations

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import SessionDescription

from server.errors import NoVideoError, OfferError, UnsupportedCodecError
from server.sdp_answer import finish_answer
from server.sdp_offer import candidate_allowed, check_offer
from server.settings import BitrateSettings, LimitSettings

_LIMITS = LimitSettings()


async def offer_and_answer() -> tuple[str, str]:
    caller = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    caller.addTransceiver("video")
    caller.createDataChannel("control")
    await caller.setLocalDescription(await caller.createOffer())
    callee = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    await callee.setRemoteDescription(RTCSessionDescription(caller.localDescription.sdp, "offer"))
    await callee.setLocalDescription(await callee.createAnswer())
    offer, answer = caller.localDescription.sdp, callee.localDescription.sdp
    await caller.close()
    await callee.close()
    return offer, answer


def check(
    offer: str, *, loopback: bool = False, private: bool = True, limits: LimitSettings = _LIMITS
) -> str:
    return check_offer(offer, limits, loopback=loopback, private=private)[0]


def candidate(address: str) -> str:
    return f"1 1 udp 2130706431 {address} 4000 typ host"


@pytest.mark.parametrize(
    ("address", "loopback", "private", "allowed"),
    [
        ("192.168.1.5", False, True, True),
        ("192.168.1.5", False, False, False),
        ("fd00::1", False, False, False),
        ("8.8.8.8", False, False, True),
        ("2606:4700::1111", False, False, True),
        ("127.0.0.1", False, True, False),
        ("127.0.0.1", True, True, True),
        ("::1", False, True, False),
        ("169.254.169.254", True, True, False),
        ("::ffff:169.254.169.254", True, True, False),
        ("::ffff:127.0.0.1", False, True, False),
        ("fe80::1", True, True, False),
        ("224.0.0.1", True, True, False),
        ("ff02::1", True, True, False),
        ("0.0.0.0", True, True, False),
        ("::", True, True, False),
        ("255.255.255.255", True, True, False),
        ("0ab1.local", True, True, False),
        ("metadata.example", True, True, False),
    ],
)
def test_only_addresses_that_may_be_contacted_stay(
    address: str, loopback: bool, private: bool, allowed: bool
) -> None:
    assert candidate_allowed(candidate(address), loopback=loopback, private=private) is allowed


@pytest.mark.parametrize("text", ["", "1 1 udp", "1 1 udp 1 300.1.1.1 1 typ host", "x" * 500])
def test_what_is_no_candidate_is_left_out(text: str) -> None:
    assert not candidate_allowed(text, loopback=True, private=True)


async def test_a_good_offer_passes_without_forbidden_candidates() -> None:
    offer, _ = await offer_and_answer()
    bad = f"a=candidate:{candidate('169.254.169.254')}\r\n"
    good = f"a=candidate:{candidate('192.168.7.7')}\r\n"
    place = offer.index("a=ice-ufrag")
    checked, count = check_offer(
        offer[:place] + bad + good + offer[place:], _LIMITS, loopback=True, private=True
    )
    assert "169.254" not in checked
    assert "192.168.7.7" in checked
    assert "end-of-candidates" not in checked
    assert count == checked.count("a=candidate:")
    assert len(SessionDescription.parse(checked).media) == 2


async def test_each_limit_has_its_sentence() -> None:
    offer, _ = await offer_and_answer()
    with pytest.raises(OfferError, match="longer than 2000 bytes"):
        check(offer, limits=LimitSettings(offer_bytes=2000))
    with pytest.raises(OfferError, match="media sections; 1"):
        check(offer, limits=LimitSettings(sdp_sections=1))
    with pytest.raises(OfferError, match="ICE candidates"):
        check(offer + f"a=candidate:{candidate('10.0.0.1')}\r\n" * 51)
    with pytest.raises(OfferError, match="too many 'image'"):
        check(offer + "m=image 9 UDPTL t38\r\n")


async def test_offers_without_their_parts_are_refused() -> None:
    offer, _ = await offer_and_answer()

    def without(start: str) -> str:
        return "".join(line for line in offer.splitlines(keepends=True) if not line.startswith(start))

    for start, words in (("a=ice-pwd", "ICE"), ("a=fingerprint", "fingerprint"), ("m=", "media section")):
        with pytest.raises(OfferError, match=words):
            check(without(start))
    with pytest.raises(NoVideoError):
        check(offer.replace("a=sendrecv", "a=recvonly"))
    with pytest.raises(UnsupportedCodecError):
        check(offer.replace("VP8/", "VP9/").replace("H264/", "AV1/"))


async def test_the_answer_names_bitrates_and_level_for_every_codec() -> None:
    _, answer = await offer_and_answer()
    finished = finish_answer(answer, BitrateSettings(300, 2000, 5000), None)
    parsed = SessionDescription.parse(finished).media[0]
    codecs = [codec for codec in parsed.rtp.codecs if codec.name != "rtx"]
    assert {codec.name for codec in codecs} == {"VP8", "H264"}
    for codec in codecs:
        assert codec.parameters["x-google-start-bitrate"] == "2000"
        assert codec.parameters["x-google-max-bitrate"] == "5000"
        if codec.name == "H264":
            assert str(codec.parameters["profile-level-id"]).endswith("28")
    for rtx in (codec for codec in parsed.rtp.codecs if codec.name == "rtx"):
        assert set(rtx.parameters) == {"apt"}
    assert "\r\r" not in finished
    assert "\n\n" not in finished
    assert all(line.endswith("\r\n") for line in finished.splitlines(keepends=True))


async def test_the_answer_shows_the_public_address_instead_of_the_own() -> None:
    _, answer = await offer_and_answer()
    finished = finish_answer(answer, BitrateSettings(), "203.0.113.9")
    hosts = {
        candidate.ip
        for media in SessionDescription.parse(finished).media
        for candidate in media.ice_candidates
    }
    own = {c.ip for media in SessionDescription.parse(answer).media for c in media.ice_candidates}
    assert "203.0.113.9" in hosts
    assert not {ip for ip in own if "." in ip} & hosts
