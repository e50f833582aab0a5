"""The hair around one head of a photo, seen as a whole and then up close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.face_regions import fill_features
from realtime.head.head_projection import head_coordinates
from realtime.matte.hair_reader import HairReader
from realtime.matte.matte_network import MatteNetwork
from realtime.matte.person_mask import Segmenter
from realtime.reference_reader.fine_matte import fine_matte
from realtime.reference_reader.upright_cut import Box, UprightCut

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# Where hair can be: cm from the head's origin, down positive; and how high that is looked at, px.
_REACH: Box = (-26.0, -24.0, 26.0, 48.0)
_OVERVIEW = 720
# Around what was found there is so much room, cm; edges are known within so much.
_ROOM, _EDGE = 2.5, 0.5
# Another look at the same picture, knowing the first.
_LOOKS, _MEMORY = 2, 0.4
# How far the pixel of somebody's hair may be from their head against other people's.
_OWN = 1.0


@dataclass(frozen=True, slots=True)
class HairView:
    """``cut``: an upright picture; ``person`` and ``hair`` (h, w) float32 0..1 in it, and the share of the
    scalp that is ``covered`` by a hat or a scarf."""

    cut: UprightCut
    person: F32
    hair: F32
    covered: float

    @staticmethod
    def overview(
        photo: U8, face: Face, others: Sequence[Face], segmenter: Segmenter, network: MatteNetwork | None
    ) -> HairView:
        """All that may be hair of ``face`` in ``photo`` (h, w, 3) uint8 sRGB."""
        cut = UprightCut.of(photo, face, others, _REACH, _OVERVIEW)
        person = segmenter.segment(cut.rgb)
        reader = HairReader(network, _MEMORY)
        for _ in range(_LOOKS):
            matte = reader.read(cut.rgb, cut.rgb, person, cut.face, np.eye(2, 3))
        hair = matte.alpha * _nearest(cut) * cut.photo
        return HairView(cut, person, np.asarray(hair, np.float32), matte.cloth)

    def closer(self, photo: U8, face: Face, others: Sequence[Face], tallest: int) -> HairView:
        """The same hair at the resolution of ``photo``, at most ``tallest`` px high and wide."""
        pose = self.cut.face.pose
        points = [(self.cut.face.landmarks[:, :2] - pose.translation) / pose.scale]
        rows, columns = np.nonzero(self.hair > 0.3)
        if len(rows):
            points.append((np.column_stack([columns, rows]) - pose.translation) / pose.scale)
        spots = np.vstack(points)
        low, high = spots.min(0) - _ROOM, spots.max(0) + _ROOM
        cut = UprightCut.of(photo, face, others, (low[0], low[1], high[0], high[1]), tallest)
        zoom = cut.face.pose.scale / pose.scale
        place = np.column_stack([zoom * np.eye(2), cut.face.pose.translation - zoom * pose.translation])
        size = (cut.rgb.shape[1], cut.rgb.shape[0])
        person, hair = (
            np.clip(cv2.warpAffine(plane, place, size), 0.0, 1.0) for plane in (self.person, self.hair)
        )
        scale = cut.face.pose.scale
        fine = fine_matte(cut.rgb, np.asarray(hair, np.float32), _EDGE * scale)
        fine[fill_features(cut.face.landmarks, size, 0.3 * scale) & (hair < 0.5)] = 0.0
        return HairView(cut, np.asarray(person, np.float32), fine * cut.photo, self.covered)


def _nearest(cut: UprightCut) -> F32:
    """(h, w) float32: 0 where another head is nearer than this one, by the sizes of both."""
    height, width = cut.rgb.shape[:2]
    x, y = head_coordinates(cut.face, width, height)
    mine = np.hypot(x, y - _OWN)
    nearest = np.ones((height, width), np.float32)
    for other in cut.others:
        x, y = head_coordinates(other, width, height)
        nearest *= mine < np.hypot(x, y - _OWN)
    return nearest
