"""How much is kept for visitors, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.errors import SettingsError

_LONGEST = 900.0


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """Limits on what people lend the server. The page /retention names the times."""

    seconds: float = _LONGEST
    """After so long everything is destroyed, seconds; 15 minutes at most."""
    grace: float = 60.0
    """What was lent outlives the visitor's last live session by so many seconds, for one that comes back."""
    bytes: int = 768 << 20
    """Most bytes for all visitors together; they are memory."""
    visit_bytes: int = 384 << 20
    """Most bytes for one visitor."""

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= _LONGEST:
            raise SettingsError(f"What is stored may be kept for up to {_LONGEST:.0f} s, not {self.seconds}.")
        if not 0 <= self.grace <= self.seconds:
            raise SettingsError(f"The grace must be from 0 to {self.seconds} s, not {self.grace}.")
        if not 0 < self.visit_bytes <= self.bytes:
            raise SettingsError("One visitor's bytes must be more than 0 and no more than everybody's.")
