"""Having the browser show each frame as soon as it is decoded.

By default libwebrtc adds what it expects of jitter, decoding and drawing to every frame's time, so that
video runs smoothly; in a mirror that is lag. The RTP header extension "playout-delay" with a minimum and a
maximum of 0 turns it off (https://webrtc.org/experiments/rtp-hdrext/playout-delay); ``jitterBufferTarget``
of the page only lowers the minimum.
"""

from __future__ import annotations

from aiortc import RTCRtpTransceiver
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import (
    HeaderExtensions,
    HeaderExtensionsMap,
    pack_header_extensions,
    unpack_header_extensions,
)
from aiortc.sdp import SessionDescription

from server.rtc_tuning.checked_source import is_checked
from server.rtc_tuning.private import set_private

TOUCHED = (RTCRtpSender,)
"""What is reached into here."""

URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
# Minimum and maximum, 12 bits each, in units of 10 ms.
_AT_ONCE = bytes(3)


class AtOnce(HeaderExtensionsMap):
    """aiortc's header extensions, and on every packet the one that says to show it without delay."""

    def __init__(self) -> None:
        super().__init__()
        self._id: int | None = None

    def configure(self, parameters: RTCRtpParameters) -> None:
        """Take the numbers that were negotiated."""
        super().configure(parameters)
        for extension in parameters.headerExtensions:
            if extension.uri == URI:
                self._id = extension.id

    def set(self, values: HeaderExtensions) -> tuple[int, bytes]:
        """The profile and the bytes of a packet's extensions (RFC 8285)."""
        profile, packed = super().set(values)
        if self._id is None:
            return profile, packed
        return pack_header_extensions([*unpack_header_extensions(profile, packed), (self._id, _AT_ONCE)])


def show_at_once(transceiver: RTCRtpTransceiver, offer: str) -> None:
    """Agree to the extension if ``offer`` (SDP) has it, and send it (before the answer is made)."""
    if not is_checked(*TOUCHED):
        return
    for media in SessionDescription.parse(offer).media:
        if media.rtp.muxId == transceiver.mid:
            offered = [known for known in media.rtp.headerExtensions if known.uri == URI]
            agreed: list[RTCRtpHeaderExtensionParameters] = transceiver._headerExtensions
            transceiver._headerExtensions = [*agreed, *offered]
    set_private(transceiver.sender, RTCRtpSender, "rtp_header_extensions_map", AtOnce())
