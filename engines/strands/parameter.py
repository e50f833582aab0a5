"""What the file of a groom may say."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def within(low: float, high: float) -> Any:
    """A parameter from ``low`` to ``high``."""
    return field(metadata={"range": (low, high)})
