"""A photo in, a reference out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.reference.reference import Reference
from realtime.head.shape_fit import fit_shape
from realtime.light.light_estimate import estimate_light
from realtime.matte.matte_network import open_matte_network
from realtime.matte.person_mask import PersonSegmenter
from realtime.reference_reader.errors import FaceBox, ReferenceNoFaceError, ReferenceSeveralFacesError
from realtime.reference_reader.hair_colors import read_colors
from realtime.reference_reader.hair_view import HairView
from realtime.reference_reader.nearest_style import nearest_style
from realtime.reference_reader.reference_checks import check_face, check_hair
from realtime.tracking.portrait_finder import PortraitFinder

U8 = npt.NDArray[np.uint8]

TALLEST = 1024
"""The cut-out of a reference is at most so high and wide, px."""


class ReferenceReader:
    """Reads references, one after the other, in one thread."""

    def __init__(self) -> None:
        self._finder = PortraitFinder()
        self._segmenter = PersonSegmenter()
        self._network = open_matte_network()

    def read(self, rgb: U8, face: int | None = None) -> Reference:
        """The hair of ``rgb`` (h, w, 3) uint8 sRGB, of the person number ``face`` (0 the leftmost).

        Raises:
            ReferenceRefusedError: one of its kinds, with what would work.
        """
        faces = self._finder.faces(rgb)
        if not faces:
            raise ReferenceNoFaceError
        number = (0 if len(faces) == 1 else -1) if face is None else face
        if not 0 <= number < len(faces):
            raise ReferenceSeveralFacesError(tuple(face_box(one) for one in faces))
        chosen = faces[number]
        others = [one for one in faces if one is not chosen]
        whole = HairView.overview(rgb, chosen, others, self._segmenter, self._network)
        check_face(whole.cut.face)
        light = estimate_light(whole.cut.rgb, whole.cut.face, person=whole.person, hair=whole.hair)
        check_hair(whole, light)
        close = whole.closer(rgb, chosen, others, TALLEST)
        head = close.cut.face
        shape = fit_shape(head.landmarks, head.pose, close.person, np.eye(2, 3), close.hair)
        return Reference(
            rgb=close.cut.rgb,
            alpha=np.rint(255.0 * close.hair).astype(np.uint8),
            landmarks=head.landmarks,
            pose=head.pose,
            shape=shape,
            colors=read_colors(close, light),
            style=nearest_style(close),
            light=light,
        )

    def close(self) -> None:
        """Free the networks."""
        self._finder.close()
        self._segmenter.close()
        if self._network is not None:
            self._network.close()


def read_reference(rgb: U8, face: int | None = None) -> Reference:
    """As :meth:`ReferenceReader.read`, for a single photo."""
    reader = ReferenceReader()
    try:
        return reader.read(rgb, face)
    finally:
        reader.close()


def face_box(face: Face) -> FaceBox:
    """Where ``face`` is in its picture."""
    size = np.array(face.size, np.float64)
    low = np.clip(face.landmarks[:, :2].min(0) / size, 0.0, 1.0)
    high = np.clip(face.landmarks[:, :2].max(0) / size, 0.0, 1.0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
