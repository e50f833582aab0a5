"""The whole swap as users run it, from three PNGs to the final image, with the reference's label maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from engines.hairfast.transfer import Transfer
from engines.hairfast.transferred_hair import TransferredHair
from engines.runtime.session import Array, Session
from tools.parity.oracle import Comparison, Oracle
from tools.parity.stages_render import unit
from tools.parity.stopwatch import Stopwatch
from tools.parity.watched_session import WatchedSession

TOLERANCE = 5e-5
"""For what was made from own results all the way from the photos."""
PICTURE_TOLERANCE = 5e-4
"""Share of the 8-bit values that may be one level off."""


def swap(
    oracle: Oracle, sessions: Callable[[str], Session], watch: Stopwatch
) -> tuple[TransferredHair, Array]:
    """Everything the official swap does; ``watch`` counts the seconds of every graph.

    Weights by formula know no labels: photos and renders are parsed and masks generated, as always, and then
    the reference's label maps take their place.
    """
    labels = oracle.stored("00_labels")

    def timed(name: str) -> Session:
        with watch("open graphs"):
            return WatchedSession(sessions(name), name, watch)

    transfer = Transfer(timed, limits=None)
    photos = {role: oracle.picture(role) for role in ("face", "shape", "color")}
    for photo in photos.values():
        transfer.parse(photo)
    user = transfer.encode_user(photos["face"], labels["face"])
    shape, color = (transfer.encode_reference(photos[role], labels[role]) for role in ("shape", "color"))
    for role, reference in (("shape", shape), ("color", color)):
        transfer.rotate(user, reference)
        transfer.target(user, labels[f"rot_{role}"])
    hair = transfer.transfer(
        user,
        shape,
        color,
        target_labels=labels["target_shape"],
        color_target_labels=labels["target_color"],
    )
    return hair, transfer.draw(hair)


def compare_swap(oracle: Oracle, hair: TransferredHair, rgb: Array) -> dict[str, Comparison]:
    """The result against the reference's last stages and its picture."""
    features = {"S_final": hair.s_final, "F_final": hair.f_final}
    image = unit(torch.from_numpy(rgb))[0].numpy()
    render = {"latent": hair.s_final, "out": rgb, "image_01": image}
    found = oracle.compare("23_post_process", features, TOLERANCE)
    found |= oracle.compare("24_gen_5_8_final", render, TOLERANCE)
    # The reference is cut off, not rounded; values at the edge of a level may fall on either side.
    levels = np.floor(image.transpose(1, 2, 0) * np.float32(255))
    difference = np.abs(levels - oracle.picture("final").astype(np.float32))
    wrong = float("inf") if difference.max() > 1 else float(np.mean(difference > 0))
    return {**found, "final.png": Comparison(wrong, PICTURE_TOLERANCE)}
