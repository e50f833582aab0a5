"""A stand-in with the names of TensorRT's Python API that building uses.

It builds nothing: it records what it was asked, so that the steps around a build can be tested anywhere.
"""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import onnx


class FakeTensorrt:
    """The module ``tensorrt``. ``parse_errors`` makes the parser refuse, ``fails`` the builder."""

    __version__ = "11.4.0"

    def __init__(self) -> None:
        self.builds = 0
        self.parse_errors: list[str] = []
        self.fails = ""
        self.opsets: list[int] = []
        self.timings_read: list[bytes] = []
        self.NetworkDefinitionCreationFlag = SimpleNamespace(STRONGLY_TYPED=0)
        self.MemoryPoolType = SimpleNamespace(WORKSPACE="workspace")
        fake = self

        class Severity(Enum):
            INTERNAL_ERROR, ERROR, WARNING, INFO, VERBOSE = range(5)

        class ILogger:
            pass

        class IProgressMonitor:
            pass

        class OnnxParser:
            def __init__(self, network: Any, logger: Any) -> None:
                self.num_errors = len(fake.parse_errors)

            def parse_from_file(self, path: str) -> bool:
                fake.opsets.append(onnx.load(path).opset_import[0].version)
                return not fake.parse_errors

            def get_error(self, index: int) -> str:
                return fake.parse_errors[index]

        class Config:
            progress_monitor: Any = None

            def set_memory_pool_limit(self, pool: str, size: int) -> None:
                assert (pool, size > 0) == ("workspace", True)

            def create_timing_cache(self, serialized: bytes) -> bytes:
                fake.timings_read.append(serialized)
                return serialized

            def set_timing_cache(self, cache: bytes, ignore_mismatch: bool) -> bool:
                self._cache = cache
                return True

            def get_timing_cache(self) -> Any:
                return SimpleNamespace(serialize=lambda: self._cache + b"timing")

        class Builder:
            def __init__(self, logger: Any) -> None:
                self._logger = logger

            def create_network(self, flags: int) -> object:
                assert flags == 1
                return object()

            def create_builder_config(self) -> Config:
                return Config()

            def build_serialized_network(self, network: object, config: Config) -> bytes | None:
                config.progress_monitor.phase_start("Tactics", None, 2)
                config.progress_monitor.step_complete("Tactics", 1)
                config.progress_monitor.phase_finish("Tactics")
                if fake.fails:
                    self._logger.log(Severity.ERROR, fake.fails)
                    return None
                fake.builds += 1
                return b"plan %d" % fake.builds

        ILogger.Severity = Severity  # type: ignore[attr-defined]
        self.ILogger, self.IProgressMonitor, self.OnnxParser, self.Builder = (
            ILogger,
            IProgressMonitor,
            OnnxParser,
            Builder,
        )
