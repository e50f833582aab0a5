"""Pictures that say of themselves that they were edited."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

# IPTC's term for pictures that software composed with others: what the mark "edited" is in metadata.
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    f'Iptc4xmpExt:DigitalSourceType="{_SOURCE}"/></rdf:RDF></x:xmpmeta>'
)


def edited_png(rgb: npt.NDArray[np.uint8]) -> bytes:
    """``rgb`` (h, w, 3) uint8 sRGB as a PNG with that mark and no other metadata."""
    mark = PngInfo()
    mark.add_itxt("XML:com.adobe.xmp", _XMP)
    mark.add_text("Description", "Hair edited with LiveHair")
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG", pnginfo=mark, compress_level=3)
    return buffer.getvalue()
