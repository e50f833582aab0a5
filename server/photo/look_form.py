"""The look that a form asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engines.errors import LiveHairError
from engines.look import OWN_STYLE, Look
from engines.reference.reference import ReferenceColors
from server.errors import RequestError
from server.jobs.errors import WorkRefusedError
from server.uploads.form import Form

FILES = ("shape", "color")
"""Fields that may be pictures."""
_MODES = ("shape", "color", "both")
_LOOK = {field.name for field in fields(Look)} - {"reference"}
_NUMBERS = tuple(field.name for field in fields(Look) if field.type == "float")
_COLORS = ("color", "tip", "gradient", "gloss")
TEXTS = (*sorted(_LOOK), "mode", "face", "shape", "color_reference")
"""Fields that may be texts."""


@dataclass(frozen=True, slots=True)
class LookForm:
    """What a form says about a look, checked as far as it can be before pictures are read.

    ``mode``: shape, color or both. ``changes``: of a plain look. ``shape`` and ``color``: where hair's shape
    and colour come from, each the id of a reference, the bytes of a picture, or ``None``. ``face``: which of
    several, counted from 0 at the left.
    """

    mode: str
    changes: Mapping[str, Any]
    shape: str | bytes | None
    color: str | bytes | None
    face: int | None

    @staticmethod
    def of(form: Form, styles: frozenset[str]) -> LookForm:
        """The look of ``form``, whose styles are among ``styles``.

        Raises:
            RequestError: a value that is none, or a look that changes nothing.
        """
        texts, files = form.texts, form.files
        mode = texts.get("mode", "both")
        if mode not in _MODES:
            raise RequestError(f"mode must be one of {', '.join(_MODES)}.")
        changes: dict[str, Any] = {name: text for name, text in texts.items() if name in _LOOK}
        for name in changes.keys() & set(_NUMBERS):
            try:
                changes[name] = float(changes[name])
            except ValueError:
                raise RequestError(f"{name} must be a number.") from None
        shape = files.get("shape") or texts.get("shape") or None
        color = files.get("color") or texts.get("color_reference") or None
        if mode == "shape":
            color = None
            for name in _COLORS:
                changes.pop(name, None)
        elif color is None and "color" not in changes:
            # The colour of the hair that gives its shape.
            color = shape
        if mode == "color":
            shape = None
            changes["style"] = OWN_STYLE
        look = LookForm(mode, changes, shape, color, _face(texts.get("face")))
        checked = look.look(styles, None)
        if checked.style == OWN_STYLE and checked.color is None and shape is None and color is None:
            raise RequestError("This look changes nothing: give a style, a color, or both.")
        return look

    @property
    def transfers(self) -> bool:
        """Whether hair goes from photo to photo, without a style or colour of the gallery."""
        plain = "color" not in self.changes
        return plain and (self.shape is not None or (self.mode == "color" and self.color is not None))

    def look(self, styles: frozenset[str], colors: ReferenceColors | None, style: str | None = None) -> Look:
        """The look, with the ``colors`` of where colour comes from and the ``style`` nearest to the shape's.

        Raises:
            WorkRefusedError: a value out of its range.
        """
        changes = dict(self.changes)
        if style is not None:
            changes["style"] = style if style in styles else next(iter(sorted(styles)))
        if colors is not None:
            changes = colors.applied(changes)
        try:
            return Look().updated(changes, styles | {OWN_STYLE})
        except LiveHairError as error:
            raise WorkRefusedError(error.code, str(error)) from None


def _face(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise RequestError("face must be the index of a face, counted from 0 at the left.")
    return int(text)
