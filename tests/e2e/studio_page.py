"""The page's photo mode, driven as a person would."""

from __future__ import annotations

import asyncio
import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.async_api import Locator, expect

from tests.e2e.mirror_page import MirrorPage

_WORK_MS = 60_000
# A hand that drops or pastes a file is not among what Chromium's driver moves.
_HAND = """([event, name, type, text]) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type}));
    const dropped = event === "drop";
    const options = {bubbles: true, cancelable: true, [dropped ? "dataTransfer" : "clipboardData"]: data};
    const target = dropped ? document.querySelector("#studio") : document;
    target.dispatchEvent(new (dropped ? DragEvent : ClipboardEvent)(event, options));
}"""


@dataclass(frozen=True)
class Result:
    """What was downloaded."""

    name: str
    data: bytes

    @property
    def rgb(self) -> npt.NDArray[np.uint8]:
        """(h, w, 3), of a picture."""
        return np.asarray(Image.open(io.BytesIO(self.data)).convert("RGB"))


class StudioPage:
    """Photo mode of one open page."""

    def __init__(self, page: MirrorPage) -> None:
        self._page = page.page

    def get(self, testid: str) -> Locator:
        """The element of that id."""
        return self._page.get_by_test_id(testid)

    async def open(self) -> None:
        """Choose the mode and agree."""
        await self.get("mode-photo").click()
        await expect(self.get("studio-choose")).to_be_disabled()
        await self.get("studio-consent").check()

    async def put(self, file: Path | tuple[str, str, bytes]) -> None:
        """Choose a file: a path, or a name, type and content."""
        if isinstance(file, Path):
            await self.get("studio-file").set_input_files(file)
            return
        name, kind, content = file
        await self.get("studio-file").set_input_files({"name": name, "mimeType": kind, "buffer": content})

    async def hand(self, event: Literal["drop", "paste"], file: tuple[str, str, bytes]) -> None:
        """Drop or paste a file: its name, type and content."""
        name, kind, content = file
        await self._page.evaluate(_HAND, [event, name, kind, base64.b64encode(content).decode()])

    async def apply(self, mode: str | None = None) -> None:
        """Choose what changes, and begin."""
        if mode is not None:
            await self.get(f"mode-{mode}").click()
        await self.get("studio-apply").click()

    async def result(self) -> Result:
        """Wait until the work is done, and download what came of it."""
        await expect(self.get("studio-said")).to_have_text(re.compile(r"^Done\."), timeout=_WORK_MS)
        async with self._page.expect_download() as waiting:
            await self.get("studio-download").click()
        download = await waiting.value
        content = await asyncio.to_thread(Path(await download.path()).read_bytes)
        return Result(download.suggested_filename, content)

    async def refusal(self, code: str, testid: str = "studio-error") -> str:
        """The sentence of that error, once it shows."""
        box = self._page.locator(f"[data-testid={testid}][data-code={code}]")
        await expect(box).to_be_visible(timeout=_WORK_MS)
        return await box.inner_text()
