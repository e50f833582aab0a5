"""What the networks know of a reference, whatever it is used for."""

from __future__ import annotations

from dataclasses import dataclass

from engines.runtime.session import Array


@dataclass(frozen=True, slots=True)
class ReferenceCode:
    """A reference picture, encoded once, as shape and as colour. Arrays as in ``graphs/catalogue.py``."""

    labels: Array
    """uint8 [256,256], pipeline label order."""
    w: Array
    """float32 [1,18,512]."""
    s: Array
    """float32 [1,18,512]."""
    f: Array
    """float32 [1,512,32,32]."""
    sean_code: Array
    """float32 [1,19,512]."""
    hair_clip: Array
    """float32 [1,512]."""
