"""Everything that makes aiortc quick, and the only place that touches its private parts.

Nothing is changed for the whole process: each connection's receiver, encoder and ICE transport is tuned by
itself, so that a stock connection can run beside it. Every class that is reached into is compared with the
source it was written against (``checked_source``); one that is not known is left as it is, with a warning.

aiortc 1.16 by itself keeps SCTP packets within the IPv6 minimum MTU (``SCTP_MAX_PACKET_LENGTH``), answers a
PLI with a keyframe and sends one after a decoding error, so none of that is done here.
"""

from server.rtc_tuning.media_network import UdpPortRange, add_loopback_address
from server.rtc_tuning.video_receiver import VideoReceiver
from server.rtc_tuning.video_sender import VideoSender, prefer_codec

__all__ = ["UdpPortRange", "VideoReceiver", "VideoSender", "add_loopback_address", "prefer_codec"]
