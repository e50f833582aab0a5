"""Other hair on a photo: any photo in, the whole photo out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.hair_layer import HairLayer
from engines.hairfast.alignment import ALIGNED_SIZE
from engines.hairfast.hair_composite import hair_layer, over, paste, placed
from engines.hairfast.labels import FaceLabel
from engines.hairfast.own_hair_beyond import OwnHair, own_hair_layer, wide_alignment
from engines.hairfast.photo_checks import PhotoLimits, check_face, check_labels
from engines.hairfast.photo_errors import NothingAskedError, PhotoRole
from engines.hairfast.portrait import Portrait
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transfer import Transfer

U8 = npt.NDArray[np.uint8]

Progress = Callable[[str, int, int], None]
"""Called when a stage begins: its name, its number from 0, and how many there are."""

_LOOK, _TRANSFER, _RENDER, _COMPOSE = "look at the photos", "transfer the hair", "render", "compose"
_OWN_HAIR = (
    "Your own hair on the shoulders lies beyond what the networks see and stays: tie it back for short hair."
)
_CUT = "The new hair is longer than what the networks draw: it ends where they end."


@dataclass(frozen=True, slots=True)
class SwappedPhoto:
    """``rgb`` (h, w, 3) uint8: the photo with other hair; outside of ``layer`` its bytes are the photo's.

    ``square`` (ALIGNED_SIZE, ALIGNED_SIZE, 3) uint8: the aligned square as the networks drew it: face,
    background and clothes anew too. ``user_labels``, ``new_labels`` (256, 256): :class:`FaceLabel` values of
    the photo's square and of this one. ``notices``: codes and
    sentences for the user.
    """

    rgb: U8
    layer: HairLayer
    square: U8
    user_labels: U8
    new_labels: U8
    notices: Mapping[str, str]


class PhotoSwap:
    """Puts the hair of references on the faces of photos."""

    def __init__(
        self, transfer: Transfer, limits: PhotoLimits | None = None, progress: Progress | None = None
    ) -> None:
        """
        Args:
            transfer: the networks; with limits of its own it also checks the labels itself.
            limits: what photos must be like; ``None``: whatever comes is tried.
            progress: told of every stage.
        """
        self._transfer = transfer
        self._limits = limits
        self._progress = progress

    def swap(
        self, face: Portrait, shape: Portrait | None = None, color: Portrait | None = None
    ) -> SwappedPhoto:
        """``face`` with the hair's shape of ``shape`` and its colour of ``color``; ``None`` keeps its own.

        One portrait may be both.

        Raises:
            NothingAskedError: neither shape nor colour is given.
            PhotoError: a photo is not fit; the message says what would work.
            WeightsError: the networks cannot be loaded.
        """
        if shape is None and color is None:
            raise NothingAskedError
        photos = {PhotoRole.FACE: face}
        if shape is not None:
            photos[PhotoRole.SHAPE] = shape
        if color is not None and color is not shape:
            photos[PhotoRole.COLOR] = color
        stages = [_LOOK, *(f"encode {role}" for role in photos), _TRANSFER, _RENDER, _COMPOSE]

        def begin(stage: str) -> None:
            if self._progress is not None:
                self._progress(stage, stages.index(stage), len(stages))

        begin(_LOOK)
        if self._limits is not None:
            for role, photo in photos.items():
                check_face(photo.face, role, self._limits)
        own = shape is None or color is None
        labels = {role: self._look(photo, role, own) for role, photo in photos.items()}
        begin(f"encode {PhotoRole.FACE}")
        user = self._transfer.encode_user(face.square, labels[PhotoRole.FACE])
        codes: dict[Portrait, ReferenceCode] = {}
        for role, photo in photos.items():
            if role is not PhotoRole.FACE:
                begin(f"encode {role}")
                codes[photo] = self._transfer.encode_reference(photo.square, labels[role], role)
        begin(_TRANSFER)
        hair = self._transfer.transfer(
            user, codes[shape] if shape is not None else None, codes[color] if color is not None else None
        )
        begin(_RENDER)
        square = self._transfer.render(hair)
        parsed = self._transfer.parse(square)
        # Hair that was meant but not seen by the parser is in the render all the same.
        new_labels = np.where(hair.target_hair, np.uint8(FaceLabel.HAIR), parsed)
        begin(_COMPOSE)
        drawn = hair_layer(face.square, square, hair.user_labels, new_labels, face.alignment, face.size)
        own_hair = OwnHair.of(self._wide_labels(face), new_labels)
        layer = placed(drawn, face.size)
        beyond = own_hair_layer(face.rgb, paste(face.rgb, layer), face.alignment, own_hair)
        if beyond is not None:
            layer = over(layer, beyond)
        notices = {}
        if own_hair.left.any():
            notices["own-hair-left"] = _OWN_HAIR
        if own_hair.cut:
            notices["new-hair-cut"] = _CUT
        return SwappedPhoto(paste(face.rgb, layer), layer, square, hair.user_labels, new_labels, notices)

    def _wide_labels(self, photo: Portrait) -> U8:
        """The labels of the wide square; what lies beyond the photo is background."""
        wide = wide_alignment(photo.alignment)
        labels = self._transfer.parse(wide.crop(photo.rgb))
        step = ALIGNED_SIZE // len(labels)
        outside = wide.beyond(photo.size)[step // 2 :: step, step // 2 :: step] > 0.0
        return np.where(outside, np.uint8(FaceLabel.BACKGROUND), labels)

    def _look(self, photo: Portrait, role: PhotoRole, own: bool) -> U8:
        """The labels of a photo that passes; ``own``: the user's own hair is a reference too."""
        labels = self._transfer.parse(photo.square)
        if self._limits is not None:
            hair = own if role is PhotoRole.FACE else True
            check_labels(labels, photo.beyond, role, self._limits, hair=hair)
        return labels
