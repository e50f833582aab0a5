"""Where the published files can be had from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tqdm import tqdm

from engines.hairfast.weights.files import CLIP, MEDIAN_FOLDER, WeightFile
from tools.fetch_weights.checksums import SUMS_NAME, parse_sums
from tools.fetch_weights.resumable import NotThereError, copy_resumably

CLIP_URL: Final = (
    "https://openaipublic.azureedge.net/clip/models/"
    "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af/ViT-B-32.pt"
)
"""CLIP's own download, as its repository (openai/CLIP, ``clip/clip.py``) names it."""

CLIP_DIGEST: Final = CLIP_URL.split("/")[-2]

MEDIAN_CODES_URL: Final = (
    "https://raw.githubusercontent.com/AIRI-Institute/HairFastGAN/49e98019c9243d1991c19d45764fc3340a498de2/"
    + MEDIAN_FOLDER
)
"""SEAN's median codes in the authors' code repository."""

HUB_FOLDER: Final = "hub.part"
"""Where the hub's client works below the directory; removed when everything is there."""

Candidates = Callable[[WeightFile], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that arrived.

    Attributes:
        content: where its bytes lie for now, in the file system of the directory.
        path: where it belongs below the directory.
        sha256: what the source says its sum is.
    """

    content: Path
    path: str
    sha256: str | None = None


class WeightSource(Protocol):
    """Something that has some of the files."""

    def fetch(self, file: WeightFile, directory: Path) -> Fetched:
        """Bring the bytes of a file, going on where an interrupted call ended.

        Raises:
            ToolError: the sentence names the file and the source.
        """


class AddressSource:
    """Files at paths or plain URLs."""

    def __init__(self, candidates: Candidates, sums: Mapping[str, str] | None = None) -> None:
        """
        Args:
            candidates: addresses of a file in the order to try them, each with its path below the directory.
            sums: known SHA-256 sums by path below the directory.
        """
        self._candidates = candidates
        self._sums = sums or {}

    def fetch(self, file: WeightFile, directory: Path) -> Fetched:
        tried = []
        for address, path in self._candidates(file):
            part = directory / f"{path}.part"
            part.parent.mkdir(parents=True, exist_ok=True)
            try:
                with tqdm(desc=Path(path).name, unit="B", unit_scale=True) as bar:
                    copy_resumably(address, part, bar)
            except NotThereError:
                tried.append(address)
                continue
            return Fetched(part, path, self._sums.get(path))
        raise NotThereError(" or ".join(tried))


def mirror(root: str, directory: Path) -> AddressSource:
    """A folder or site laid out as the weights' directory; its ``SHA256SUMS``, if it has one, is believed.

    Raises:
        SourceError: it cannot be reached.
    """
    return AddressSource(
        lambda file: [(join(root, path), path) for path in file.paths], _sums_of(root, directory)
    )


def clip_source(address: str) -> AddressSource:
    """CLIP from its published URL, or from any path or URL of the operator's."""
    sums = {CLIP.path: CLIP_DIGEST} if address == CLIP_URL else {}
    return AddressSource(lambda file: [(address, file.path)], sums)


def median_codes_source(root: str) -> AddressSource:
    """Median codes from a folder or URL that has ``0/ACE.npy`` to ``18/ACE.npy``."""
    return AddressSource(lambda file: [(join(root, file.path.removeprefix(MEDIAN_FOLDER)), file.path)])


def join(root: str, path: str) -> str:
    """A path below a folder or URL."""
    return f"{root.rstrip('/')}/{path.lstrip('/')}"


def _sums_of(root: str, directory: Path) -> dict[str, str]:
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f"{SUMS_NAME}.source"
    part.unlink(missing_ok=True)
    try:
        with tqdm(disable=True) as bar:
            copy_resumably(join(root, SUMS_NAME), part, bar)
        return parse_sums(part.read_text("utf-8", errors="replace"))
    except NotThereError:
        return {}
    finally:
        part.unlink(missing_ok=True)
