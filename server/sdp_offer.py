"""What an SDP offer has to be before aiortc sees it."""

from __future__ import annotations

import ipaddress
import re

from aiortc.sdp import MediaDescription, SessionDescription

from server.errors import NoVideoError, OfferError, UnsupportedCodecError
from server.settings import LimitSettings

_SECTION = re.compile(r"^m=(\S+)", re.MULTILINE)
_CANDIDATE = re.compile(r"^a=candidate:(.+?)\r?$", re.MULTILINE)
_KINDS = {"video": 2, "audio": 1, "application": 1}
_FINGERPRINTS = {"sha-256", "sha-384", "sha-512"}


def check_offer(text: str, limits: LimitSettings, *, loopback: bool, private: bool) -> tuple[str, int]:
    """The offer without the candidates that must not be contacted, and how many candidates are left.

    ``loopback`` and ``private`` say whether candidates with such addresses may stay. The end-of-candidates
    line is taken out too: a browser that hides its addresses is still found by its own checks, so ICE must
    not give up when no candidate is left.

    Raises:
        OfferError: too large, too many parts, or malformed; the message says which.
        NoVideoError: no section sends video.
        UnsupportedCodecError: neither VP8 nor H264.
    """
    if len(text) > limits.offer_bytes:
        raise OfferError(f"The offer is longer than {limits.offer_bytes} bytes.")
    kinds = _SECTION.findall(text)
    if len(kinds) > limits.sdp_sections:
        raise OfferError(f"The offer has {len(kinds)} media sections; {limits.sdp_sections} are allowed.")
    for kind in set(kinds):
        if kinds.count(kind) > _KINDS.get(kind, 0):
            raise OfferError(f"The offer has too many {kind[:20]!r} sections.")
    if len(_CANDIDATE.findall(text)) > limits.candidates:
        raise OfferError(f"The offer has more than {limits.candidates} ICE candidates.")
    lines = []
    for line in text.splitlines():
        candidate = _CANDIDATE.match(line)
        if candidate and not candidate_allowed(candidate[1], loopback=loopback, private=private):
            continue
        if line.strip() != "a=end-of-candidates":
            lines.append(line)
    offer = "\r\n".join(lines) + "\r\n"
    _check_media(_parse(offer).media)
    return offer, sum(line.startswith("a=candidate:") for line in lines)


def candidate_allowed(candidate: str, *, loopback: bool, private: bool) -> bool:
    """Whether the server may send connectivity checks to ``candidate`` (RFC 8839 section 5.1 syntax).

    Link-local addresses (cloud metadata services), multicast and unspecified ones never; host names
    (mDNS) neither, because the browser behind one finds the server by itself.
    """
    fields = candidate.split()
    if len(fields) < 8:
        return False
    try:
        address = ipaddress.ip_address(fields[4])
    except ValueError:
        return False
    # ::ffff:169.254.169.254 is as link-local as the address it maps to.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    if address.is_loopback:
        return loopback
    return private or address.is_global


def _parse(offer: str) -> SessionDescription:
    try:
        return SessionDescription.parse(offer)
    # The parser fails with whatever its line-by-line reading meets: assertions, missing keys, ...
    except Exception:
        raise OfferError("The offer is not valid SDP.") from None


def _check_media(sections: list[MediaDescription]) -> None:
    if not sections:
        raise OfferError("The offer is not valid SDP: it has no media section.")
    for media in sections:
        if media.ice is None or not media.ice.usernameFragment or not media.ice.password:
            raise OfferError("The offer has no ICE credentials.")
        if media.dtls is None or not any(
            print_.algorithm.lower() in _FINGERPRINTS for print_ in media.dtls.fingerprints
        ):
            raise OfferError("The offer has no DTLS fingerprint; media is only taken encrypted.")
    videos = [media for media in sections if media.kind == "video" and media.port]
    if not any(media.direction in (None, "sendrecv", "sendonly") for media in videos):
        raise NoVideoError
    if not any(codec.name.upper() in ("VP8", "H264") for media in videos for codec in media.rtp.codecs):
        raise UnsupportedCodecError
