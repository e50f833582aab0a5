"""An engine that draws nothing while the pipeline gets to know a picture."""

from __future__ import annotations

from typing import Any

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from realtime.keyframe_worker import Engine


class SettlingEngine:
    """Passes everything on to ``drawing`` but :meth:`render`."""

    def __init__(self, drawing: Engine) -> None:
        self.drawing = drawing
        self.name = drawing.name

    def prepare(self, look: Look) -> Any:
        """As of the protocol."""
        return self.drawing.prepare(look)

    def keyframe(self, crop: HeadCrop, face: Face, prepared: Any) -> Any:
        """As of the protocol."""
        return self.drawing.keyframe(crop, face, prepared)

    def render(self, face: Face, keyframe: Any) -> HairLayer | None:
        """Nothing."""
        return None

    def close(self) -> None:
        self.drawing.close()
