"""What is added to aiortc's SDP answer before the browser gets it."""

from __future__ import annotations

import ipaddress
import re

from server.settings import BitrateSettings

_FMTP = re.compile(r"^a=fmtp:(\d+) (?!apt=)(.*)$", re.MULTILINE)
_VIDEO = re.compile(r"^a=rtpmap:(\d+) (?:VP8|H264)/90000\r?$", re.MULTILINE)
_LEVEL = re.compile(r"(profile-level-id=[0-9a-fA-F]{4})1[fF]")
_HOST = re.compile(r"^(a=candidate:\S+ \d \S+ \d+ )(\S+)( \d+ typ host.*)$", re.MULTILINE)
_CONNECTION = re.compile(r"^c=IN IP[46] \S+", re.MULTILINE)


def finish_answer(sdp: str, bitrate: BitrateSettings, public_address: str | None) -> str:
    """``sdp`` with the bitrates browsers understand, H264 level 4.0 and the public address.

    ``x-google-start-bitrate`` lets Chromium begin at the bitrate it would otherwise reach after many seconds.
    Level 3.1, which aiortc answers, ends at 1280x720 at 30 frames/s; decoding is not limited to it
    (RFC 6184 section 8.1: with ``level-asymmetry-allowed`` each side names what it can receive).
    ``public_address`` takes the place of the host candidates' addresses of its family (NAT 1:1).
    """
    rates = (
        f"x-google-min-bitrate={bitrate.minimum};x-google-start-bitrate={bitrate.start};"
        f"x-google-max-bitrate={bitrate.maximum}"
    )
    with_format = {match[1] for match in _FMTP.finditer(sdp)}

    def add_rates(match: re.Match[str]) -> str:
        return f"a=fmtp:{match[1]} {match[2].rstrip()};{rates}\r"

    def add_format(match: re.Match[str]) -> str:
        line = match[0].rstrip("\r")
        return line + "\r" if match[1] in with_format else f"{line}\r\na=fmtp:{match[1]} {rates}\r"

    video = _FMTP.sub(add_rates, sdp)
    video = _VIDEO.sub(add_format, video)
    video = _LEVEL.sub(r"\g<1>28", video)
    return _with_public_address(video, public_address) if public_address else video


def _with_public_address(sdp: str, public_address: str) -> str:
    version = ipaddress.ip_address(public_address).version

    def replace(match: re.Match[str]) -> str:
        same = ipaddress.ip_address(match[2]).version == version
        return match[1] + (public_address if same else match[2]) + match[3]

    return _CONNECTION.sub(f"c=IN IP{version} {public_address}", _HOST.sub(replace, sdp))
