"""The grown styles, shared by all sessions of a server."""

from __future__ import annotations

import threading
from collections import OrderedDict

from engines.errors import UnknownStyleError
from engines.gallery import Style
from engines.look import Look
from engines.strands.groom_file import list_styles, load_groom
from engines.strands.groomer import grow
from engines.strands.strand_set import StrandSet


class StrandLibrary:
    """Grows each style once and keeps the ``capacity`` last used; safe to use from several threads."""

    def __init__(self, capacity: int = 24) -> None:
        self._capacity = capacity
        self._styles = {style.id: style for style in list_styles()}
        self._grown: OrderedDict[Look, StrandSet] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def styles(self) -> tuple[Style, ...]:
        """The gallery, in its order."""
        return tuple(self._styles.values())

    def style(self, style_id: str) -> Style:
        """The gallery entry.

        Raises:
            UnknownStyleError: there is none of that id.
        """
        if style_id not in self._styles:
            raise UnknownStyleError(style_id)
        return self._styles[style_id]

    def strands(self, shape: Look) -> StrandSet:
        """The strands of a look without colours.

        Raises:
            UnknownStyleError: the style has no groom.
            GroomError: its groom file is broken.
        """
        style = self.style(shape.style)
        with self._lock:
            if shape in self._grown:
                self._grown.move_to_end(shape)
                return self._grown[shape]
        strands = grow(load_groom(style.id), shape)
        with self._lock:
            self._grown[shape] = strands
            while len(self._grown) > self._capacity:
                self._grown.popitem(last=False)
        return strands
