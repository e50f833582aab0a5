"""HairFastGAN from pictures to a render, network by network, over sessions of any backend."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.hairfast.photo_checks import PhotoLimits, check_labels
from engines.hairfast.photo_errors import PhotoRole
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transferred_hair import TransferredHair
from engines.hairfast.user_code import UserCode
from engines.runtime.session import Array, Session

NOTHING_BEYOND = np.zeros((1024, 1024), np.float32)
"""An aligned picture is whole, as far as anyone can tell here."""


class Transfer:
    """Encodes pictures, joins their codes and renders the result.

    Pictures are aligned faces: uint8 [1024,1024,3] RGB. Label maps are uint8 [256,256] in pipeline order and
    may be given where a network would otherwise find them.
    """

    def __init__(
        self,
        sessions: Callable[[str], Session],
        *,
        reference: bool = False,
        limits: PhotoLimits | None = PhotoLimits(),  # noqa: B008 (frozen)
    ) -> None:
        """
        Args:
            sessions: graphs of ``graphs/catalogue.py``, ready to run, by name. Asked again at every step, so
                it may keep few of them.
            reference: find the hair of the colour branch as the published method does, by turning the colour
                reference to the user's pose too. By default the target hair of the shape branch stands in:
                it only says which pixels CLIP does not see.
            limits: how much of a picture may be a hat and must be hair; ``None`` takes every picture.
        """
        self._sessions = sessions
        self._reference = reference
        self._limits = limits

    def parse(self, image: Array) -> Array:
        """The label map of a picture."""
        return _map(self._run("parse", im_512=self._reduced(image)["im_512"])["labels"])

    def encode_user(self, image: Array, labels: Array | None = None) -> UserCode:
        """The user's picture at a keyframe.

        Raises:
            HatError: the user wears a hat.
        """
        reduced = self._reduced(image)
        labels = self._labels(reduced, labels, PhotoRole.FACE)
        code = self._run(
            "user_encode", im_256=reduced["im_256"], mean_256=reduced["mean_256"], labels=_batch(labels)
        )
        return UserCode(im_256=reduced["im_256"], labels=labels, w=code.pop("user_w"), **code)

    def encode_reference(
        self, image: Array, labels: Array | None = None, role: PhotoRole = PhotoRole.SHAPE
    ) -> ReferenceCode:
        """A reference, for any use of it. ``role`` is what errors call it.

        Raises:
            NoHairError: it shows no hair.
            HatError: it shows a hat.
        """
        reduced = self._reduced(image)
        labels = self._labels(reduced, labels, role)
        code = self._run(
            "reference_encode", im_256=reduced["im_256"], mean_256=reduced["mean_256"], labels=_batch(labels)
        )
        return ReferenceCode(labels=labels, **code)

    def rotate(self, user: UserCode, reference: ReferenceCode) -> Array:
        """The label map of the reference, turned to the user's pose."""
        return _map(self._run("rotate_labels", w=reference.w, user_w=user.w)["rotated_labels"])

    def target(self, user: UserCode, rotated_labels: Array) -> Array:
        """The label map of the user with the hair of ``rotated_labels``."""
        found = self._run("target_mask", face_code=user.face_code, rotated_labels=_batch(rotated_labels))
        return _map(found["target_labels"])

    def transfer(
        self,
        user: UserCode,
        shape: ReferenceCode | None,
        color: ReferenceCode | None,
        *,
        target_labels: Array | None = None,
        color_target_labels: Array | None = None,
    ) -> TransferredHair:
        """The user with the hair of the references; ``None`` keeps the user's own shape or colour.

        Raises:
            NoHairError: the user's own shape or colour is asked for, and there is none.
        """
        self._check(user.labels, PhotoRole.FACE, hair=shape is None or color is None)
        if target_labels is None:
            target_labels = user.labels if shape is None else self.target(user, self.rotate(user, shape))
        if color_target_labels is None:
            color_target_labels = target_labels
            if self._reference and color is not None and color is not shape:
                color_target_labels = self.target(user, self.rotate(user, color))
        blend = self._blend(user, shape, color or user, target_labels, color_target_labels)
        refined = self._run("refine", user_im_256=user.im_256, blend_256=blend["blend_256"])
        return TransferredHair(**refined, user_labels=user.labels, target_labels=target_labels)

    def draw(self, hair: TransferredHair, size: int = 1024) -> Array:
        """The render, float32 [1,3,size,size], about [-1, 1]; ``size`` is 256, 512 or 1024."""
        return self._run(f"render_{size}", f_final=hair.f_final, vectors=hair.vectors)["rgb"]

    def render(self, hair: TransferredHair, size: int = 1024) -> Array:
        """The picture, uint8 [size,size,3]."""
        unit = np.clip((self.draw(hair, size)[0].transpose(1, 2, 0) + 1) / 2, 0, 1)
        picture: Array = np.rint(unit * 255).astype(np.uint8)
        return picture

    def _blend(
        self,
        user: UserCode,
        shape: ReferenceCode | None,
        color: ReferenceCode | UserCode,
        target_labels: Array,
        color_target_labels: Array,
    ) -> dict[str, Array]:
        if shape is None:
            sean_f = np.concatenate([user.f, user.f])
        else:
            images = self._run(
                "sean_decode",
                user_sean_code=user.sean_code,
                shape_sean_code=shape.sean_code,
                target_labels=_batch(target_labels),
            )
            sean_f = self._run("sean_features", **images)["sean_f"]
        pasted = shape or user
        return self._run(
            "align_blend",
            user_f=user.f,
            shape_f=pasted.f,
            sean_f=sean_f,
            user_labels=_batch(user.labels),
            shape_labels=_batch(pasted.labels),
            target_labels=_batch(target_labels),
            color_labels=_batch(color.labels),
            color_target_labels=_batch(color_target_labels),
            user_im_256=user.im_256,
            user_s=user.s,
            color_s=color.s,
            color_hair_clip=color.hair_clip,
        )

    def _reduced(self, image: Array) -> dict[str, Array]:
        unit = np.asarray(image, np.float32) / np.float32(255)
        return self._run("reduce", image=np.ascontiguousarray(unit.transpose(2, 0, 1)[None]))

    def _labels(self, reduced: dict[str, Array], labels: Array | None, role: PhotoRole) -> Array:
        if labels is None:
            labels = _map(self._run("parse", im_512=reduced["im_512"])["labels"])
        self._check(labels, role, hair=role is not PhotoRole.FACE)
        return labels

    def _check(self, labels: Array, role: PhotoRole, *, hair: bool) -> None:
        if self._limits:
            check_labels(labels, NOTHING_BEYOND, role, self._limits, hair=hair)

    def _run(self, graph: str, **inputs: Array) -> dict[str, Array]:
        return self._sessions(graph).run(inputs)


def _batch(labels: Array) -> Array:
    return np.asarray(labels, np.int32)[None]


def _map(labels: Array) -> Array:
    return np.asarray(labels[0], np.uint8)
