"""Good input made bad."""

from __future__ import annotations

import random
from collections.abc import Sequence

_TELLING = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x80\0\0\0",
    b"\r\n",
    b'"',
    b"{",
    b"[",
    b"-",
)


class Mutator:
    """Makes inputs from good ``seeds``, the same for the same ``draw``."""

    def __init__(self, seeds: Sequence[bytes], draw: random.Random) -> None:
        self._seeds = seeds
        self._draw = draw

    def next(self) -> bytes:
        """A seed with one to a dozen changes, now and then a good one."""
        data = bytearray(self._draw.choice(self._seeds))
        for _ in range(int(self._draw.expovariate(0.3))):
            if not data:
                break
            self._change(data)
        return bytes(data)

    def _change(self, data: bytearray) -> None:
        draw = self._draw
        place = draw.randrange(len(data))
        # Headers are short and decide most: half of the changes are among the first bytes.
        if draw.random() < 0.5:
            place = min(place, draw.randrange(1, 200))
        length = 1 + int(draw.expovariate(0.05))
        match draw.randrange(8):
            case 0:
                data[place] = draw.randrange(256)
            case 1:
                data[place] ^= 1 << draw.randrange(8)
            case 2:
                del data[place : place + length]
            case 3:
                data[place:place] = data[place : place + length]
            case 4:
                data[place : place + 1] = draw.choice(_TELLING)
            case 5:
                data[place:place] = draw.randbytes(length)
            case 6:
                other = draw.choice(self._seeds)
                begin = draw.randrange(len(other))
                data[place : place + length] = other[begin : begin + length]
            case _:
                if draw.random() < 0.2:
                    del data[place:]
