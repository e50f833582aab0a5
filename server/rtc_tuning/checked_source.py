"""Whether aiortc and aioice still look as they did when the tuning was written."""

from __future__ import annotations

import functools
import hashlib
import inspect
import logging
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

CHECKED_VERSIONS = "aiortc 1.16.0 with aioice 0.13.0"

# SHA-256 (first 16 digits) of the source of everything whose private parts are used.
DIGESTS = {
    "aiortc.rtcrtpreceiver.RTCRtpReceiver": "9a485e6f515fc0cd",
    "aiortc.rtcrtpreceiver.NackGenerator": "4e89418b046d6ffc",
    "aiortc.rtcrtpreceiver.TimestampMapper": "3b51df64452ee962",
    "aiortc.rtcrtpsender.RTCRtpSender": "57274ec81025a272",
    "aiortc.jitterbuffer.JitterBuffer": "17030fbb0982258d",
    "aiortc.rate.AimdRateControl": "ee1addbf438d8155",
    "aiortc.rate.RemoteBitrateEstimator": "287ad89d380234e9",
    "aiortc.codecs.h264.H264Encoder": "bfff7b511a13ec84",
    "aiortc.codecs.vpx.Vp8Encoder": "6cf4262a7b1d212a",
    "aioice.ice.Connection": "67bb218121810ec9",
}


@functools.cache
def digest(thing: type | Callable[..., Any]) -> str:
    """A fingerprint of the source code of a class or function; the first time it takes milliseconds."""
    return hashlib.sha256(inspect.getsource(thing).encode()).hexdigest()[:16]


@functools.cache
def is_checked(*things: type | Callable[..., Any]) -> bool:
    """Whether all ``things`` have the source the tuning was checked against; logs once those that do not."""
    unknown = [name for thing in things if DIGESTS.get(name := _name(thing)) != digest(thing)]
    if unknown:
        logger.warning(
            "%s changed since %s: left as it is. Video will be later than it could be.",
            ", ".join(unknown),
            CHECKED_VERSIONS,
        )
    return not unknown


def _name(thing: type | Callable[..., Any]) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
