"""What the process that edits pictures is sent."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.look import Look
from engines.reference.reference import Reference
from server.photo.look_sources import FoundLook


def still_message(
    task: str, rgb: npt.NDArray[np.uint8], found: FoundLook, face: int | None, **more: Any
) -> tuple[dict[str, Any], bytes]:
    """Header and payload: pixels ``rgb`` (h, w, 3), the look, the bytes of its reference."""
    header = {
        "task": task,
        "shape": rgb.shape,
        "look": asdict(replace(found.look, reference=None)),
        "face": face,
        **more,
    }
    return header, rgb.tobytes() + found.reference


def read_still(header: dict[str, Any], payload: bytes) -> tuple[npt.NDArray[np.uint8], Look]:
    """The pixels and the look of a message."""
    height, width, channels = header["shape"]
    size = height * width * channels
    rgb = np.frombuffer(payload, np.uint8, size).reshape(height, width, channels)
    look = Look(**header["look"])
    if len(payload) > size:
        look = replace(look, reference=Reference.from_bytes(payload[size:]))
    return rgb, look
