"""The authors' repository on the Hugging Face hub."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from huggingface_hub import HfApi
from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoFile

from engines.hairfast.weights.files import WeightFile
from tools.fetch_weights.resumable import NotThereError, SourceError
from tools.fetch_weights.weight_sources import HUB_FOLDER, Fetched

REPOSITORY: Final = "AIRI-Institute/HairFastGAN"


class HubSource:
    """Files of a hub repository; the hub's client downloads, and the hub says what their sums are."""

    def __init__(self, revision: str = "main", endpoint: str | None = None, attempts: int = 6) -> None:
        """
        Args:
            revision: branch, tag or commit.
            endpoint: another hub with the same interface.
            attempts: tries per file.
        """
        self._api = HfApi(endpoint=endpoint)
        self._revision = revision
        self._attempts = attempts

    def fetch(self, file: WeightFile, directory: Path) -> Fetched:
        reason = Exception("no try was made")
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(min(2.0 ** (attempt - 1), 30.0))
            try:
                return self._fetch(file, directory / HUB_FOLDER)
            except NotThereError:
                raise
            except (RepositoryNotFoundError, RevisionNotFoundError) as error:
                raise _refusal(file, error) from None
            # What a broken connection raises depends on the HTTP client behind this version of the hub's.
            except Exception as error:
                reason = error
        raise _refusal(file, reason)

    def _fetch(self, file: WeightFile, folder: Path) -> Fetched:
        found = self._api.get_paths_info(REPOSITORY, [file.path], revision=self._revision)
        info = found[0] if found else None
        if not isinstance(info, RepoFile):
            raise NotThereError(f"{file.path} in {REPOSITORY}")
        content = self._api.hf_hub_download(REPOSITORY, file.path, revision=self._revision, local_dir=folder)
        return Fetched(Path(content), file.path, info.lfs.sha256 if info.lfs else None)


def _refusal(file: WeightFile, error: Exception) -> SourceError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return SourceError(f"{file.path} cannot be fetched from {REPOSITORY}: {reason}.")
