"""The live pipeline, without a server: what the tools edit pictures and videos with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.errors import LookError
from engines.hair_layer import HairLayer
from engines.look import OWN_STYLE, Look
from engines.reference.engine import ReferenceEngine
from engines.reference.reference import Reference
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from engines.strands.still_engine import STILL_SCALE, StillStrandEngine
from realtime.frame_result import FrameResult
from realtime.keyframe_worker import Engine
from realtime.pipeline import FramePipeline
from realtime.reference_reader.reference_reader import read_reference
from realtime.settings import PipelineSettings
from realtime.still.still_editor import StillEditor
from realtime.tracking.portrait_finder import PortraitFinder
from tools.bare_engine import BALD, BareEngine
from tools.errors import ToolError
from tools.media_io import read_image

U8 = npt.NDArray[np.uint8]


class Studio:
    """Makes pipelines and looks; the grown styles are shared between them."""

    def __init__(self) -> None:
        self.library = StrandLibrary()

    def look(self, style: str, color: str | None = None, tip: str | None = None) -> Look:
        """A checked look.

        Raises:
            UnknownStyleError, UnknownColorError, LookError: naming what is wrong.
        """
        if style == OWN_STYLE and color is None:
            raise LookError("The style 'own' keeps the hair and changes its colour: give --color.")
        styles = frozenset({OWN_STYLE, BALD, *(style.id for style in self.library.styles)})
        return Look().updated({"style": style, "color": color, "tip": tip}, styles)

    def usual_look(self, style: str) -> Look:
        """A style in the colour that it comes in.

        Raises:
            UnknownStyleError: there is none of that name.
        """
        return self.look(style, self.library.style(style).default_color)

    def lent_look(
        self, style: str, color: str | None, tip: str | None, *, shape: Path | None, dye: Path | None
    ) -> Look:
        """A look that takes its ``shape`` and its colour, ``dye``, from photos where they are given.

        Raises:
            LiveHairError: naming what is wrong; of photos, what would work.
        """
        if shape is None and dye is None:
            return self.look(style, color, tip)
        lent = {path: self._read(path) for path in {shape, dye} if path is not None}
        look = Look(style, color, tip)
        if dye is not None:
            look = replace(look, **lent[dye].colors.applied({}))
        if shape is None:
            return replace(self.look(style, look.color, look.tip), gradient=look.gradient, gloss=look.gloss)
        look.hair_color()
        return replace(look, style=lent[shape].style, reference=lent[shape])

    @staticmethod
    def _read(path: Path) -> Reference:
        picture = read_image(path)
        if picture is None:
            raise ToolError(f"{path} is not a picture.")
        return read_reference(picture)

    @contextmanager
    def pipeline(self, look: Look, settings: PipelineSettings | None = None) -> Iterator[FramePipeline]:
        """The live pipeline with ``look`` on, making keyframes on the frame that orders them."""
        bare = look.style == BALD
        pipeline = FramePipeline(
            lambda: BareEngine() if bare else ReferenceEngine(StrandEngine(self.library)),
            settings,
            background=False,
        )
        pipeline.look = look
        try:
            yield pipeline
        finally:
            pipeline.close()

    def edit(self, rgb: U8, look: Look, number: int | None = None) -> FrameResult:
        """The picture ``rgb`` (h, w, 3) uint8 sRGB with the look on at its full resolution; ``face`` is
        ``None`` where none was found. ``number``: which of several faces, 1 the leftmost; else the largest.

        Raises:
            ToolError: there is no such face.
        """
        with closing(PortraitFinder()) as finder:
            faces = finder.faces(rgb)
        if not faces:
            return FrameResult(rgb)
        if number is not None and not 1 <= number <= len(faces):
            raise ToolError(f"There is no face {number}: choose from 1 to {len(faces)}, left to right.")
        face = faces[number - 1] if number else max(faces, key=lambda face: face.pose.scale)
        bare = look.style == BALD

        def engine() -> Engine:
            return BareEngine() if bare else ReferenceEngine(StillStrandEngine(self.library), STILL_SCALE)

        editor = StillEditor(engine)
        return editor.edit(rgb, face, look)


def layer_alpha(layer: HairLayer | None, size: tuple[int, int]) -> U8:
    """The alpha of ``layer`` in the frame of ``size`` (width, height), (h, w) uint8; zeros without a
    layer."""
    if layer is None:
        return np.zeros((size[1], size[0]), np.uint8)
    alpha = np.ascontiguousarray(layer.rgba[..., 3])
    placed = cv2.warpAffine(alpha, np.asarray(layer.to_frame, np.float64), size, flags=cv2.INTER_LINEAR)
    return np.asarray(np.rint(np.clip(placed, 0.0, 1.0) * 255.0), np.uint8)
