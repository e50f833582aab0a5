"""A reference's code."""

from __future__ import annotations

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.graphs.picture_encode import PictureEncode
from engines.hairfast.networks.e4e import ROWS


class ReferenceEncode(PictureEncode):
    """``im_256``, ``mean_256``, ``labels`` -> ``w``, ``s``, ``f``, ``sean_code``, ``hair_clip``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__(networks, ROWS)
