"""What an encoder counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class EncoderStats:
    """Totals since the encoder began. ``seconds``: time spent encoding; ``bits``: of the encoded frames."""

    frames: int = 0
    keyframes: int = 0
    seconds: float = 0.0
    bits: int = 0
    rebuilds: int = 0
