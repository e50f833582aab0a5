"""One run of the networks: a picture of the user and the hair wanted, to a keyframe."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.hairfast.alignment import ALIGNED_SIZE
from engines.hairfast.hair_composite import hair_layer
from engines.hairfast.labels import FaceLabel
from engines.hairfast.live.fair_worker import Ticket
from engines.hairfast.live.gan_keyframe import GanKeyframe, carry
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.live.user_picture import Drawing, UserPicture
from engines.hairfast.live.warp import SQUARE, Anchor
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transfer import Transfer
from engines.hairfast.transferred_hair import TransferredHair
from engines.look import Look
from engines.palette import linear_to_srgb
from engines.runtime.session import Session

Bool = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

Sessions = Callable[[str], Session]

# How far outlines of two keyframes may lie apart to be taken for the same one, px of a label map.
_SAME_OUTLINE = 2.5
_OPAQUE = 1.0 / 64


@dataclass(frozen=True, eq=False)
class PassOrder:
    """What to run the networks on.

    ``reference``: the encoded photo whose hair is wanted, found when the pass begins; ``drawing``: the user
    with strands, which stand for the shape where there is no reference, and for the colour where they are
    given. ``previous``: the last keyframe of the same look.
    """

    look: Look
    picture: UserPicture
    reference: Callable[[Transfer], ReferenceCode] | None
    drawing: Drawing | None
    previous: GanKeyframe | None


class GanPass:
    """Runs the networks of ``sessions``; belongs to one thread.

    ``features``: keep what the generator's last layers need, not the finished layer.
    """

    def __init__(self, sessions: Sessions, settings: LiveSettings, *, features: bool) -> None:
        self._sessions = sessions
        self._features = features
        self._memory = settings.mask_memory
        self._ticket = Ticket()
        self._transfer = Transfer(self._session, limits=settings.photo_limits)

    def __call__(self, order: PassOrder, ticket: Ticket) -> GanKeyframe:
        """The keyframe.

        Raises:
            RunCancelled: ``ticket`` says that nobody wants it any more.
            PhotoError: the user's picture or the reference is not fit; the message says what would work.
            EngineError: the backend failed.
        """
        begin = time.perf_counter()
        self._ticket = ticket
        shape, color = self._references(order)
        picture = order.picture
        user = self._transfer.encode_user(picture.square)
        if order.drawing is not None:
            drawn = self._transfer.encode_reference(order.drawing.square, order.drawing.labels(user.labels))
            shape, color = shape or drawn, drawn
        hair = self._transfer.transfer(user, shape, color)
        render = self._transfer.render(hair, ALIGNED_SIZE)
        parsed = self._transfer.parse(render)
        to_frame = compose_affine(
            picture.alignment.to_frame, resize_affine((SQUARE, SQUARE), (ALIGNED_SIZE, ALIGNED_SIZE))
        )
        anchor = Anchor(picture.face, to_frame)
        own, new = self._outlines(order, anchor, hair, parsed)
        layer = hair_layer(
            picture.square,
            render,
            _with_hair(hair.user_labels, own),
            _with_hair(parsed, new),
            picture.alignment,
            picture.face.size,
        )
        rgba = np.asarray(cv2.resize(layer.rgba, (SQUARE, SQUARE), interpolation=cv2.INTER_AREA), np.float32)
        images = self._live_features(hair, rgba) if self._features else (rgba,)
        seconds = time.perf_counter() - begin
        return GanKeyframe(order.look, anchor, images, hair.vectors, own, new, seconds)

    def _session(self, name: str) -> Session:
        # Between two networks is where a pass can stop.
        self._ticket.check()
        return self._sessions(name)

    def _references(self, order: PassOrder) -> tuple[ReferenceCode | None, ReferenceCode | None]:
        if order.reference is None:
            return None, None
        reference = order.reference(self._transfer)
        return reference, reference

    def _outlines(
        self, order: PassOrder, anchor: Anchor, hair: TransferredHair, parsed: U8
    ) -> tuple[Bool, Bool]:
        """Where the user's hair is and where the new hair is, without what flickers between keyframes."""
        own = hair.user_hair
        # Hair that was meant but not seen by the parser is in the render all the same.
        new = (parsed == FaceLabel.HAIR) | hair.target_hair
        if order.previous is None:
            return own, new
        before = np.stack([order.previous.own_hair, order.previous.new_hair], axis=-1).astype(np.float32)
        then = cv2.GaussianBlur(carry(before, order.previous.anchor, anchor), (0, 0), _SAME_OUTLINE)
        now = cv2.GaussianBlur(np.stack([own, new], axis=-1).astype(np.float32), (0, 0), _SAME_OUTLINE)
        steady = now + self._memory * (then - now) > 0.5
        return steady[..., 0], steady[..., 1]

    def _live_features(self, hair: TransferredHair, rgba: F32) -> tuple[F32, ...]:
        """The features, and what to add to their render so that it is ``rgba`` where nothing has moved."""
        drawn = self._session("render_512").run({"f_final": hair.f_final, "vectors": hair.vectors})["rgb"][0]
        alpha = rgba[..., 3:]
        straight = np.clip(rgba[..., :3] / np.maximum(alpha, _OPAQUE), 0.0, 1.0)
        wanted = 2.0 * linear_to_srgb(straight) - 1.0
        residual = np.where(alpha > _OPAQUE, wanted - drawn.transpose(1, 2, 0), 0.0)
        fine = np.concatenate([residual, alpha], axis=-1).astype(np.float32)
        return np.ascontiguousarray(hair.f_final[0].transpose(1, 2, 0)), fine


def _with_hair(labels: U8, hair: Bool) -> U8:
    """``labels`` (n, n) with hair exactly where ``hair`` is."""
    bare = np.where(labels == FaceLabel.HAIR, np.uint8(FaceLabel.BACKGROUND), labels)
    return np.where(hair, np.uint8(FaceLabel.HAIR), bare)
