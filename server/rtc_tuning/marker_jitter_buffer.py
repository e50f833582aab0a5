"""A jitter buffer that hands out a frame with its last packet, not with the first of the next frame."""

from __future__ import annotations

import time
from collections import OrderedDict

from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket
from aiortc.utils import uint16_add, uint16_gt

_STAMPS = 64


class MarkerJitterBuffer(JitterBuffer):
    """aiortc's video jitter buffer, completed by the RTP marker bit.

    Both payload formats set it on the last packet of a frame (RFC 7741 section 4.1, RFC 6184 section 5.1).
    Stock aiortc waits for the next frame's time stamp, which costs one frame interval.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity, is_video=True)
        self._completed: OrderedDict[int, float] = OrderedDict()

    def completed_at(self, timestamp: int) -> float | None:
        """When the frame with this RTP time stamp was complete (``time.perf_counter``); only once."""
        return self._completed.pop(timestamp, None)

    def pop_frame(self) -> JitterFrame | None:
        """The frame at the head of the buffer, if all its packets are there."""
        while self._origin is not None:
            packets = self._head()
            if packets is None:
                return None
            self.remove(len(packets))
            data = b"".join(packet._data for packet in packets)  # type: ignore[attr-defined]
            # Padding sent by a bandwidth probe; an empty packet would end the decoder's stream.
            if data:
                timestamp = packets[0].timestamp
                self._completed[timestamp] = time.perf_counter()
                if len(self._completed) > _STAMPS:
                    self._completed.popitem(last=False)
                return JitterFrame(data, timestamp)
        return None

    def missing(self, newest: int) -> list[int]:
        """Sequence numbers not received between the head of the buffer and packet ``newest``."""
        if self._origin is None:
            return []
        span = uint16_add(newest, 1 - self._origin)
        if span > self.capacity:
            return []
        numbers = (uint16_add(self._origin, offset) for offset in range(span))
        return [number for number in numbers if self._at(number) is None]

    def skip_frame(self, newest: int) -> int:
        """Give up the incomplete frame at the head: drop all up to the next packet that ends a frame.

        Returns the sequence number that is now at the head.
        """
        assert self._origin is not None
        lost = self.missing(newest)
        head = self._origin
        while lost and head != uint16_add(newest, 1):
            packet = self._at(head)
            ends_frame = packet is not None and packet.marker and uint16_gt(head, lost[0])
            self.remove(1)
            head = uint16_add(head, 1)
            if ends_frame:
                break
        return head

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        return self.pop_frame()

    def _head(self) -> list[RtpPacket] | None:
        assert self._origin is not None
        packets: list[RtpPacket] = []
        for offset in range(self.capacity):
            packet = self._at(uint16_add(self._origin, offset))
            if packet is None:
                return None
            # A sender that leaves out the marker still shows the end of its frame.
            if packets and packet.timestamp != packets[0].timestamp:
                return packets
            packets.append(packet)
            if packet.marker:
                return packets
        return None

    def _at(self, sequence_number: int) -> RtpPacket | None:
        return self._packets[sequence_number % self.capacity]
