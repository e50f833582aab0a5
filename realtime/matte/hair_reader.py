"""The wearer's own hair, keyframe after keyframe."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine
from engines.face import Face
from realtime.head.head_lock import moved_face
from realtime.matte.hair_matte import HairMatte, estimate_hair_matte
from realtime.matte.matte_crop import MatteCrop
from realtime.matte.matte_memory import hair_in_crop, is_jump, steadied
from realtime.matte.matte_network import CropMatte, MatteNetwork

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


class HairReader:
    """Reads the own hair of one stream. Without a ``network`` colours decide alone."""

    def __init__(self, network: MatteNetwork | None, memory: float) -> None:
        self._network = network
        self._memory = memory
        self._last: tuple[HairMatte, Face, F64] | None = None

    def forget(self) -> None:
        """What comes next has nothing to do with what was."""
        self._last = None

    def read(self, rgb: U8, small: U8, person: F32, face: Face, to_frame: F64) -> HairMatte:
        """The hair in the frame ``rgb`` (h, w, 3) uint8 sRGB with ``face``, at the resolution of ``small``.

        ``small`` (n, m, 3): the same frame, which ``to_frame`` (2, 3) carries to ``rgb``; ``person`` (n, m).
        The last matte, carried by the head, steadies this one, unless head or time jumped.
        """
        if self._last is not None and is_jump(self._last[1], face):
            self.forget()
        near = moved_face(face, small.shape[1] / rgb.shape[1])
        seen = self._seen(rgb, face, to_frame)
        if self._last is None:
            hair = estimate_hair_matte(small, person, near, seen)
        else:
            last, then, place = self._last
            carry = compose_affine(
                invert_affine(to_frame), compose_affine(then.pose.motion_to(face.pose), place)
            )
            before = np.asarray(cv2.warpAffine(last.alpha, carry, small.shape[1::-1]), np.float32)
            now = estimate_hair_matte(small, person, near, seen, before)
            cloth = now.cloth + self._memory * (last.cloth - now.cloth)
            hair = HairMatte(steadied(now.alpha, before, self._memory), cloth)
        self._last = (hair, face, to_frame)
        return hair

    def _seen(self, rgb: U8, face: Face, to_frame: F64) -> CropMatte | None:
        """What the network sees, placed in the pixels of the small picture."""
        if self._network is None:
            return None
        crop = MatteCrop.of(face)
        hair = None
        if self._last is not None:
            before, then, place = self._last
            hair = hair_in_crop(before.alpha, compose_affine(then.pose.motion_to(face.pose), place), crop)
        seen = self._network.read(rgb, crop, hair)
        return replace(seen, crop=MatteCrop(compose_affine(invert_affine(to_frame), crop.to_frame)))

    def close(self) -> None:
        """Free the network."""
        if self._network is not None:
            self._network.close()
