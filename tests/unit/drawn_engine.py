"""Small real engines for tests of the pipeline: a solid cap of hair on the head, and ones that misbehave."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import cv2
import numpy as np

from engines.errors import UnknownStyleError
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.palette import lab_to_linear


@dataclass(frozen=True, slots=True)
class Cap:
    """A prepared look: its linear colour and how far it reaches down, cm."""

    look: Look
    color: tuple[float, float, float]
    reach: float


@dataclass
class CapEngine:
    """Draws an opaque ellipse on the skull in the look's colour. ``fail`` names calls that raise."""

    name: str = "cap"
    fail: frozenset[str] = frozenset()
    slow: float = 0.0
    gate: threading.Event | None = None
    calls: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def prepare(self, look: Look) -> Cap:
        self._called("prepare")
        if look.style == "nonsense":
            raise UnknownStyleError(look.style)
        if self.gate is not None:
            self.gate.wait(5.0)
        red, green, blue = (float(c) for c in lab_to_linear(look.hair_color().root))
        return Cap(look, (red, green, blue), 4.0 if look.style == "pixie" else 14.0)

    def keyframe(self, crop: HeadCrop, face: Face, prepared: Cap) -> Cap:
        self._called("keyframe")
        return prepared

    def render(self, face: Face, keyframe: Cap) -> HairLayer | None:
        self._called("render")
        scale = face.pose.scale
        size = int(24 * scale)
        rgba = np.zeros((size, size, 4), np.float32)
        axes = (int(8 * scale), int((3 + keyframe.reach / 2) * scale))
        cv2.ellipse(rgba, (size // 2, axes[1]), axes, 0, 0, 360, (*keyframe.color, 1.0), -1)
        x, y = face.pose.translation - (12 * scale, 12 * scale)
        return HairLayer(rgba, np.array([[1.0, 0.0, round(x)], [0.0, 1.0, round(y)]]))

    def close(self) -> None:
        self._called("close")

    def _called(self, call: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.current_thread().name)
        if call in self.fail:
            raise RuntimeError(f"{call} broke")
