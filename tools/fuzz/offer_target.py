"""SDP offers."""

from __future__ import annotations

from server.errors import OfferError
from server.sdp_offer import check_offer
from server.settings import LimitSettings

_OFFER = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
    "a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"
    "a=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=ssrc:1 cname:x\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sctp-port:5000\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
)


class OfferTarget:
    """Implements ``Target``: what is checked before aiortc sees an offer."""

    name = "offer"

    def __init__(self) -> None:
        self._limits = LimitSettings()

    def feed(self, data: bytes) -> str:
        """See ``Target``."""
        try:
            check_offer(data.decode("utf-8", "replace"), self._limits, loopback=False, private=False)
        except OfferError as error:
            return error.code
        return "read"


def offer_seeds() -> list[bytes]:
    """An offer as browsers make them."""
    return [_OFFER.encode(), _OFFER.replace("VP8", "H264").encode()]
