"""What is read from a frame at keyframes, for the compositor and the recolourer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face
from engines.head_shape import HeadShape
from engines.light import Light
from realtime.analysis_settings import AnalysisSettings
from realtime.head.head_lock import moved_face
from realtime.light.face_luma import face_luma
from realtime.light.light_estimate import estimate_light
from realtime.matte.hair_matte import HairMatte
from realtime.matte.hair_reader import HairReader
from realtime.matte.matte_network import open_matte_network
from realtime.matte.person_mask import PersonSegmenter, Segmenter
from realtime.occlusion.skin_colors import NO_SKIN, skin_colors
from realtime.pictures import resized, shrunk
from realtime.recolor.own_strands import OwnStrands
from realtime.removal.background_plate import BackgroundPlate, update_plate
from realtime.removal.hair_remover import HairRemover
from realtime.removal.removal import RemovalFill

# Light and skin change slower than hair moves: they are read again after so many seconds, and light at once
# where the face became brighter or darker by this share.
_LIGHT_AGE, _SKIN_AGE, _BRIGHTER = 0.8, 0.9, 0.04
_SKIN_SHARE = 0.6
"""Share of the skin's colours that is brought anew."""


ShapeFit = Callable[[npt.NDArray[np.float32], npt.NDArray[np.float64], npt.NDArray[np.float32]], HeadShape]
"""A head's shape from person (h, w), affine (2, 3) from its pixels to the frame's, and own hair (h, w)."""


@dataclass(frozen=True, slots=True)
class FrameAnalysis:
    """A keyframe, read.

    ``face``: the face there, in frame pixels. ``person`` (h, w) float32 probability, ``hair`` and
    ``removal`` are at the analysis resolution; ``to_frame`` (2, 3) carries its pixels to the frame's.
    ``plate``: the background as far as it is known. ``strands``: of the own hair, where it is recoloured.
    ``skin``: the table of :func:`realtime.occlusion.skin_colors.skin_colors`.
    """

    face: Face
    light: Light
    person: npt.NDArray[np.float32]
    hair: HairMatte
    removal: RemovalFill
    plate: BackgroundPlate
    to_frame: npt.NDArray[np.float64]
    skin: npt.NDArray[np.uint8] = field(default_factory=lambda: NO_SKIN)
    strands: OwnStrands | None = None

    def to_frame_of(self, face: Face) -> npt.NDArray[np.float64]:
        """(2, 3) affine from analysis pixels to those of the frame of ``face``, following the head."""
        return compose_affine(self.face.pose.motion_to(face.pose), self.to_frame)


class FrameAnalyzer:
    """Reads keyframes. One instance per worker thread: it owns a segmenter (MediaPipe's by default)."""

    def __init__(
        self,
        settings: AnalysisSettings | None = None,
        segmenter: Segmenter | None = None,
        reader: HairReader | None = None,
    ) -> None:
        self._settings = settings or AnalysisSettings()
        self._segmenter = segmenter or PersonSegmenter()
        self._reader = reader or HairReader(open_matte_network(), self._settings.matte_memory)
        self._remover = HairRemover(self._settings.grow)
        self._lit = self._toned = -math.inf
        self._luma = 0.0

    def analyze(
        self,
        rgb: npt.NDArray[np.uint8],
        face: Face,
        previous: FrameAnalysis | None = None,
        fit: ShapeFit | None = None,
    ) -> FrameAnalysis:
        """Light, masks and fills of ``rgb`` (h, w, 3) uint8 sRGB with ``face`` in it.

        ``previous``: the last analysis of the same stream; its masks, light and background are continued.
        ``fit`` measures the head in the masks: what replaces own hair lies on it.
        """
        height, width = rgb.shape[:2]
        small = shrunk(rgb, self._settings.pixels)
        size = (small.shape[1], small.shape[0])
        factor = size[0] / width
        if previous is not None and previous.person.shape != small.shape[:2]:
            previous = None
        to_frame = resize_affine(size, (width, height))
        near = moved_face(face, factor)
        person = self._segmenter.segment(small)
        light = self._light(rgb, face, person, previous)
        if previous is None:
            self._reader.forget()
        hair = self._reader.read(rgb, small, person, face, to_frame)
        if fit is not None:
            face = replace(face, shape=fit(person, to_frame, hair.alpha))
            near = moved_face(face, factor)
        skin = self._skin(small, person, hair, near, previous)
        if previous is None:
            self._remover = HairRemover(self._settings.grow)
        frame = shrunk(rgb, self._settings.plate_pixels)
        covered = np.asarray(np.maximum(person, hair.alpha), np.float32)
        hidden = resized(covered, (frame.shape[1], frame.shape[0]))
        margin = self._settings.plate_margin * face.pose.scale * frame.shape[1] / width
        plate = update_plate(previous.plate if previous else None, frame, hidden, face.time, margin)
        removal, plate = self._remover.remove(
            frame, small, person, near, hair.alpha, plate, self._settings.plate_age
        )
        return FrameAnalysis(face, light, person, hair, removal, plate, to_frame, skin)

    def close(self) -> None:
        """Release the models."""
        self._segmenter.close()
        self._reader.close()

    def _light(
        self,
        rgb: npt.NDArray[np.uint8],
        face: Face,
        person: npt.NDArray[np.float32],
        previous: FrameAnalysis | None,
    ) -> Light:
        luma = face_luma(rgb, face)
        same = abs(luma - self._luma) <= _BRIGHTER * max(self._luma, 8.0)
        if previous is not None and same and 0.0 <= face.time - self._lit < _LIGHT_AGE:
            return previous.light
        self._lit, self._luma = face.time, luma
        return estimate_light(rgb, face, previous.light if previous else None, person=person)

    def _skin(
        self,
        rgb: npt.NDArray[np.uint8],
        person: npt.NDArray[np.float32],
        hair: HairMatte,
        face: Face,
        previous: FrameAnalysis | None,
    ) -> npt.NDArray[np.uint8]:
        """The skin's colours at half the resolution, steadied."""
        known = previous is not None and previous.skin.any()
        if previous is not None and known and 0.0 <= face.time - self._toned < _SKIN_AGE:
            return previous.skin
        self._toned = face.time
        half, shown = np.ascontiguousarray(rgb[::2, ::2]), person[::2, ::2]
        now = skin_colors(half, shown, hair.alpha[::2, ::2], moved_face(face, 0.5))
        if previous is None or not known:
            return now
        mixed = cv2.addWeighted(previous.skin, 1.0 - _SKIN_SHARE, now, _SKIN_SHARE, 0.0)
        return np.asarray(mixed, np.uint8).ravel()
