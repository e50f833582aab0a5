"""Hair of one photo on another, by the networks of ``hairfast``, in a process of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from server.background_share import BackgroundShare
from server.idle_child import IdleChild
from server.jobs.child_work import Listen, work_in
from server.photo.look_sources import FoundLook


class PhotoSwapper:
    """Works on one photo at a time. ``weights``: the networks' directory."""

    def __init__(self, weights: Path, share: BackgroundShare, *, waiting: int = 8) -> None:
        self._weights = weights
        # Networks take long to load.
        self._child = IdleChild("server.photo.swap_process", share, waiting=waiting, idle=600.0)

    async def swap(
        self, rgb: npt.NDArray[np.uint8], found: FoundLook, face: int | None, listen: Listen
    ) -> tuple[Mapping[str, Any], bytes]:
        """``rgb`` (h, w, 3) uint8 sRGB with the hair that ``found`` names: the notices and a PNG.

        Raises:
            QueueFullError: too many wait.
            WorkRefusedError: a photo does not work.
            WorkFailedError: the process died.
        """
        header = {
            "weights": str(self._weights),
            "shape": rgb.shape,
            "face": face,
            "reference": len(found.reference),
        }
        return await work_in(self._child, header, rgb.tobytes() + found.reference + found.dye, listen)

    async def close(self) -> None:
        """End the process."""
        await self._child.close()
