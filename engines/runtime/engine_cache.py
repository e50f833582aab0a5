"""Built engines on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path

from engines.runtime.engine_key import EngineKey

_log = logging.getLogger(__name__)
_MAGIC = "livehair-engine"


class EngineCache:
    """A folder of engines. A file is a line of JSON that says what it is, then the engine as TensorRT
    serialised it.

    Files appear whole or not at all; a damaged one is deleted and counts as absent. When the folder outgrows
    its limit, the engines used longest ago go first. What cannot be written is not kept, with a warning: an
    engine can always be built again.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def path(self, key: EngineKey) -> Path:
        """Where the engine lies, once it is there."""
        return self._folder / key.file_name

    def get(self, key: EngineKey) -> bytes | None:
        """The serialised engine; ``None`` where there is none, or only a damaged one."""
        path = self.path(key)
        try:
            header, _, plan = path.read_bytes().partition(b"\n")
            if json.loads(header) != self._header(key, plan):
                raise ValueError("its header does not match its content")
            os.utime(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            _log.warning("Engine %s cannot be used (%s); it is built anew.", path, error)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        return plan

    def put(self, key: EngineKey, plan: bytes) -> None:
        """Keep ``plan``, and drop what has been unused for longest if the folder grows too large."""
        self.write(key.file_name, json.dumps(self._header(key, plan)).encode() + b"\n" + plan)
        self._evict(keep=self.path(key))

    def read(self, name: str) -> bytes:
        """A file of that name in the folder, such as the timing cache; empty where there is none."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return b""

    def write(self, name: str, content: bytes) -> None:
        """Write a file of that name, whole or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                Path(temporary).replace(self._folder / name)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            _log.warning("%s cannot be kept in %s: %s", name, self._folder, error)

    def _evict(self, keep: Path) -> None:
        files = sorted(
            (
                (stat.st_mtime, stat.st_size, path)
                for path in self._folder.glob("*.engine")
                if (stat := path.stat())
            ),
            reverse=True,
        )
        total = 0
        for _, size, path in files:
            total += size
            if total > self._max_bytes and path != keep:
                _log.info("Engine %s is deleted: the folder is larger than its limit.", path)
                path.unlink(missing_ok=True)

    @staticmethod
    def _header(key: EngineKey, plan: bytes) -> dict[str, object]:
        described = json.loads(json.dumps(key.to_json()))
        return {"format": _MAGIC, **described, "plan_sha256": hashlib.sha256(plan).hexdigest()}
