"""The grown styles, shared by all sessions of a server."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from engines.errors import UnknownStyleError
from engines.gallery import Style
from engines.look import OWN_STYLE, Look
from engines.strands.groom_file import list_styles, load_groom
from engines.strands.groomer import grow
from engines.strands.strand_set import StrandSet


class StrandLibrary:
    """Grows each style once and keeps it; safe to use from several threads.

    Styles as their grooms have them stay; of those that a user changed (longer, more curl) the ``capacity``
    last used do, so that a slider drawn from end to end drives out nothing but its own values. ``detail``:
    see groomer.grow.
    """

    def __init__(self, capacity: int = 12, detail: float = 1.0) -> None:
        self._capacity = capacity
        self._detail = detail
        self._styles = {style.id: style for style in list_styles()}
        self._plain: dict[Look, Future[StrandSet]] = {}
        self._changed: OrderedDict[Look, Future[StrandSet]] = OrderedDict()
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

    def grow_all(self, stopped: Callable[[], bool]) -> None:
        """Grow every style of the gallery, one after the other, until ``stopped``.

        For when there is time: whoever wants a style meanwhile grows it and does not wait for this thread,
        whose priority may be a lower one.
        """
        for style in self._styles.values():
            if style.id == OWN_STYLE or stopped():
                continue
            shape = Look(style.id)
            if shape in self._plain:
                continue
            grown: Future[StrandSet] = Future()
            grown.set_result(grow(load_groom(style.id), shape, self._detail))
            with self._lock:
                self._plain.setdefault(shape, grown)

    def strands(self, shape: Look) -> StrandSet:
        """The strands of a look without colours; whoever asks for what another thread grows waits for it.

        Raises:
            UnknownStyleError: the style has no groom.
            GroomError: its groom file is broken.
        """
        style = self.style(shape.style)
        kept = self._plain if shape == Look(shape.style) else self._changed
        with self._lock:
            growing = kept.get(shape)
            mine = growing is None
            if growing is None:
                growing = kept[shape] = Future()
            self._changed.pop(shape, None)
            if kept is self._changed:
                self._changed[shape] = growing
                while len(self._changed) > self._capacity:
                    self._changed.popitem(last=False)
        if mine:
            try:
                growing.set_result(grow(load_groom(style.id), shape, self._detail))
            except BaseException as error:
                with self._lock:
                    kept.pop(shape, None)
                growing.set_exception(error)
        return growing.result()
