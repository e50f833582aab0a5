"""A multipart form, read with limits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from server.errors import MediaTypeError, RequestError
from server.uploads.errors import PictureBytesError

_TYPE = "multipart/form-data"
_LONGEST_TEXT = 256


@dataclass(frozen=True, slots=True)
class Form:
    """``texts`` and ``files`` of a form by their fields' names. The names of files are not kept."""

    texts: dict[str, str]
    files: dict[str, bytes]


async def read_form(
    request: web.Request, texts: Collection[str], files: Collection[str], longest_file: int
) -> Form:
    """Read a form whose fields are among ``texts`` and ``files``.

    A field of both is a file where the client sent a file name.

    Raises:
        MediaTypeError: the body is no form.
        PictureBytesError: a file is longer than ``longest_file`` bytes.
        RequestError: another field, one given twice, or a broken form.
    """
    if request.content_type != _TYPE:
        raise MediaTypeError(_TYPE)
    form = Form({}, {})
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise RequestError("The form has a form within.")
            name = part.name or ""
            is_file = name in files and (part.filename is not None or name not in texts)
            if name in form.texts or name in form.files or not (is_file or name in texts):
                known = ", ".join(sorted({*texts, *files}))
                raise RequestError(f"The form's fields are {known}, each once; not {name[:40]!r}.")
            if is_file:
                form.files[name] = await _read(part, longest_file, PictureBytesError(longest_file))
            else:
                text = await _read(part, _LONGEST_TEXT, RequestError(f"The field {name} is too long."))
                form.texts[name] = text.decode()
    except UnicodeDecodeError:
        raise RequestError("A field of the form is not UTF-8 text.") from None
    # What aiohttp raises on broken boundaries, headers and encodings.
    except (ValueError, RuntimeError, AssertionError):
        raise RequestError("The form is broken.") from None
    return form


async def _read(part: BodyPartReader, limit: int, refusal: RequestError) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise refusal
    return bytes(data)
