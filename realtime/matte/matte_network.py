"""The network that tells hair, skin and person apart in the square about a face."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine
from engines.runtime.errors import GraphFileError
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.settings import RuntimeSettings
from realtime.matte.matte_crop import SIZE, MatteCrop

logger = logging.getLogger(__name__)

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent / "data"
"""Where the network's files are: its weights in full precision and as 8-bit integers."""

_FILES = ("hair_matte.int8.onnx", "hair_matte.onnx")
_TRIALS = 5
# Nothing is known beyond the crop, and little at its border.
_TRUST = np.pad(np.ones((SIZE - 16, SIZE - 16), np.float32), 8)


@dataclass(frozen=True, slots=True)
class CropMatte:
    """``planes`` (3, 256, 256) float32, 0..1: share of hair, of bare skin (face, ears, neck, hands) and of
    the person with hair and clothes in each pixel of ``crop``.
    """

    planes: F32
    crop: MatteCrop

    def placed(self, size: tuple[int, int], factor: float, shift: tuple[float, float]) -> tuple[F32, F32]:
        """The planes (3, h, w), and how far to trust them (h, w) 0..1, in the pixels of another picture.

        It is the frame moved by ``shift`` px (x, y), resized by ``factor`` and cut to ``size`` (w, h).
        """
        place = np.column_stack([factor * np.eye(2), factor * (np.array(shift) + 0.5) - 0.5])
        stack = np.dstack([*self.planes, _TRUST])
        moved = cv2.warpAffine(stack, compose_affine(place, self.crop.to_frame), size)
        planes = np.ascontiguousarray(moved.transpose(2, 0, 1), np.float32)
        return planes[:3], planes[3]

    @property
    def hair(self) -> F32:
        """(256, 256): share of hair."""
        return np.asarray(self.planes[0], np.float32)

    @property
    def skin(self) -> F32:
        """(256, 256): share of skin that no hair covers."""
        return np.asarray(self.planes[1], np.float32)

    @property
    def person(self) -> F32:
        """(256, 256): share of the person."""
        return np.asarray(self.planes[2], np.float32)


class MatteNetwork:
    """One thread's network: one thread of ONNX Runtime, which does not spin.

    Raises:
        GraphFileError: the file is missing, damaged, or of another network.
    """

    def __init__(self, path: Path) -> None:
        self._session = OnnxSession(path, RuntimeSettings(threads=1, low_priority=True, nice=0))
        wanted = {"image": (1, 4, SIZE, SIZE)}, {"matte": (1, 3, SIZE, SIZE)}
        sides = (self._session.inputs, self._session.outputs)
        if tuple({name: spec.shape for name, spec in side.items()} for side in sides) != wanted:
            raise GraphFileError(f"{path.name} is no matte network: it must map image to matte, {wanted}.")
        self._image = np.zeros((1, 4, SIZE, SIZE), np.float32)

    def read(self, rgb: U8, crop: MatteCrop, hair: F32 | None = None) -> CropMatte:
        """What is where in ``crop`` of the frame ``rgb`` (h, w, 3) uint8 sRGB.

        ``hair`` (256, 256): the hair as it was, in the pixels of this crop; ``None``: not known.
        """
        np.multiply(crop.cut(rgb).transpose(2, 0, 1), np.float32(1.0 / 255.0), out=self._image[0, :3])
        self._image[0, 3] = 0.0 if hair is None else hair
        return CropMatte(self._session.run({"image": self._image})["matte"][0], crop)

    def milliseconds(self) -> float:
        """The shortest of a few passes."""
        return min(self._session.time({"image": self._image}) for _ in range(_TRIALS))

    def close(self) -> None:
        """Free the network."""
        self._session.close()


def open_matte_network(folder: Path = FOLDER) -> MatteNetwork | None:
    """The faster form of the network on this machine; ``None`` where ``folder`` has none that runs."""
    path = _fastest(folder)
    return None if path is None else MatteNetwork(path)


@cache
def _fastest(folder: Path) -> Path | None:
    times: dict[Path, float] = {}
    for path in (folder / name for name in _FILES if (folder / name).is_file()):
        try:
            network = MatteNetwork(path)
        except GraphFileError as error:
            logger.warning("%s", error)
            continue
        times[path] = network.milliseconds()
        network.close()
    return min(times, key=times.__getitem__) if times else None
