"""Everything that makes aiortc quick, and the only place that touches its private parts.

Nothing is changed for the whole process: each connection's receiver, encoder and ICE transport is tuned by
itself, so that a stock connection can run beside it. Every class that is reached into is compared with the
source it was written against (``checked_source``); one that is not known is left as it is, with a warning.

aiortc 1.16 by itself keeps SCTP packets within the IPv6 minimum MTU (``SCTP_MAX_PACKET_LENGTH``), answers a
PLI with a keyframe and sends one after a decoding error, so none of that is done here.
"""

from server.rtc_tuning import media_network, playout_delay, video_receiver, video_sender
from server.rtc_tuning.checked_source import is_checked
from server.rtc_tuning.media_network import UdpPortRange, add_loopback_address
from server.rtc_tuning.playout_delay import show_at_once
from server.rtc_tuning.video_receiver import VideoReceiver
from server.rtc_tuning.video_sender import VideoSender, prefer_codec

__all__ = [
    "UdpPortRange",
    "VideoReceiver",
    "VideoSender",
    "add_loopback_address",
    "check_upstream",
    "prefer_codec",
    "show_at_once",
]


def check_upstream() -> bool:
    """Whether all of the tuning applies; reads aiortc's sources once, so that no session has to."""
    touched = [
        is_checked(*module.TOUCHED) for module in (media_network, playout_delay, video_receiver, video_sender)
    ]
    return all(touched)
