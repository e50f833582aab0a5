"""What the networks know of the user at a keyframe."""

from __future__ import annotations

from dataclasses import dataclass

from engines.runtime.session import Array


@dataclass(frozen=True, slots=True)
class UserCode:
    """The user's picture, encoded. Arrays as in ``graphs/catalogue.py``; channels shrink with the width."""

    im_256: Array
    """float32 [1,3,256,256], about [0, 1]."""
    labels: Array
    """uint8 [256,256], pipeline label order."""
    w: Array
    """float32 [1,7,512]: rows 0..6."""
    s: Array
    """float32 [1,18,512]."""
    f: Array
    """float32 [1,512,32,32]."""
    sean_code: Array
    """float32 [1,19,512]."""
    hair_clip: Array
    """float32 [1,512]: for keeping the colour while the shape changes."""
    face_code: Array
    """float32 [1,1024]."""
