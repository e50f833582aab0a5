"""The user with other hair, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.hairfast.labels import FaceLabel
from engines.runtime.session import Array


@dataclass(frozen=True, slots=True)
class TransferredHair:
    """All that renders and compositors need. Arrays as in ``graphs/catalogue.py``."""

    f_final: Array
    """float32 [1,512,64,64]: input of generator layer 5."""
    vectors: Array
    """float32 [1,2880]: styles of layers 5..8, ready for the convolutions."""
    s_final: Array
    """float32 [1,18,512]: the rows ``vectors`` were made from."""
    user_labels: Array
    """uint8 [256,256]: the user as they are."""
    target_labels: Array
    """uint8 [256,256]: the user with the new hair's shape."""

    @property
    def user_hair(self) -> Array:
        """bool [256,256]: where the user's own hair is."""
        return np.equal(self.user_labels, FaceLabel.HAIR)

    @property
    def target_hair(self) -> Array:
        """bool [256,256]: where the new hair is meant to be."""
        return np.equal(self.target_labels, FaceLabel.HAIR)
