"""The hair of one photo, as engines and the server pass it on."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.light import Light
from engines.palette import Gradient


@dataclass(frozen=True, slots=True)
class ReferenceColors:
    """Colours of a photo's hair in even light, in the words of a look.

    ``color`` at the roots and ``tip``: ``#RRGGBB``; ``tip`` is ``None`` where the hair is of one colour.
    ``gradient``: how the second one lies; ``gloss``: factor, 0 to 1.5.
    """

    color: str
    tip: str | None = None
    gradient: Gradient = "plain"
    gloss: float = 1.0

    def applied(self, changes: dict[str, Any]) -> dict[str, Any]:
        """``changes`` of a look with these colours in the place of its own."""
        return changes | asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The hair of one photo. Equal only to itself, so that looks that carry it can be cached.

    ``rgb`` (h, w, 3) uint8 sRGB: an upright cut-out with all of the hair. ``alpha`` (h, w) uint8: its hair.
    ``landmarks`` (478, 3) float32 and ``pose``: its face, in pixels of ``rgb``. ``shape``: its head.
    ``style``: the drawn style nearest to it. ``light``: on its face.
    """

    rgb: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]
    landmarks: npt.NDArray[np.float32]
    pose: HeadPose
    shape: HeadShape
    colors: ReferenceColors
    style: str
    light: Light = field(default_factory=Light)

    def to_bytes(self) -> bytes:
        """For another process; no pickle is involved."""
        told = {
            "shape": asdict(self.shape),
            "colors": asdict(self.colors),
            "style": self.style,
            "scale": self.pose.scale,
            "light": {
                part.name: np.asarray(getattr(self.light, part.name)).tolist() for part in fields(Light)
            },
        }
        buffer = io.BytesIO()
        np.savez(
            buffer,
            rgb=self.rgb,
            alpha=self.alpha,
            landmarks=self.landmarks,
            rotation=self.pose.rotation,
            translation=self.pose.translation,
            told=np.frombuffer(json.dumps(told).encode(), np.uint8),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Reference:
        """What :meth:`to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as parts:
            told = json.loads(parts["told"].tobytes())
            return cls(
                parts["rgb"],
                parts["alpha"],
                parts["landmarks"],
                HeadPose(parts["rotation"], told["scale"], parts["translation"]),
                HeadShape(**told["shape"]),
                ReferenceColors(**told["colors"]),
                told["style"],
                Light(**{name: _number_or_array(value) for name, value in told["light"].items()}),
            )


def _number_or_array(value: Any) -> Any:
    return np.array(value, np.float32) if isinstance(value, list) else value
