"""What is fuzzed."""

from __future__ import annotations

from typing import Protocol


class Target(Protocol):
    """Something that reads bytes of strangers."""

    name: str

    def feed(self, data: bytes) -> str:
        """What became of ``data``: the code of its refusal, or how it was read. Any exception is a fault."""
