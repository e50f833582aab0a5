"""What is measured, and what counts as good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure's name in tables, its unit, and the value it must not fall short of.

    ``least``: True where the value must be at least ``limit``, False where at most. ``digits``: decimals.
    """

    name: str
    unit: str
    limit: float
    least: bool = False
    digits: int = 2

    def missed(self, value: float) -> bool:
        """True where ``value``, as precise as it is printed, is on the wrong side of the limit."""
        shown = round(value, self.digits)
        return shown < self.limit if self.least else shown > self.limit

    def worse(self, a: float, b: float) -> float:
        """The worse of two values."""
        return min(a, b) if self.least else max(a, b)

    @property
    def wanted(self) -> str:
        """The goal as text."""
        return f"{'≥' if self.least else '≤'} {self.limit:g} {self.unit}".rstrip()


GOALS: Mapping[str, Goal] = MappingProxyType(
    {
        "psnr": Goal("PSNR", "dB", 40.0, least=True, digits=1),
        "jitter": Goal("jitter", "px", 0.5),
        "flicker": Goal("flicker", "L*", 0.6),
        "live_jitter": Goal("live jitter", "px", 0.5),
        "live_flicker": Goal("live flicker", "L*", 0.6),
        "iou_still": Goal("IoU_t still", "", 0.985, least=True, digits=3),
        "iou_moving": Goal("IoU_t moving", "", 0.95, least=True, digits=3),
        "residue": Goal("residue", "%", 3.0, digits=1),
        "delta_e": Goal("ΔE2000", "", 6.0, digits=1),
        "detail": Goal("detail", "", 0.85, least=True),
        "spill": Goal("spill", "%", 4.0, digits=1),
        "background": Goal("background ΔE", "", 0.5),
        "detached": Goal("detached", "frames", 0.0, digits=0),
        "dtssd": Goal("dtSSD", "", 1.4),
        "identity": Goal("identity", "cos", 0.97, least=True),
    }
)
"""The goals by the measures' ids: the project's own bar, with 1.4 for dtSSD from RVM's results (Lin et al.,
"Robust High-Resolution Video Matting with Temporal Guidance", WACV 2022, table 1)."""
