"""The ``tensorrt`` package, where it can be imported, and what of it must be subclassed."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from engines.runtime.build_progress import BuildProgress
from engines.runtime.errors import BackendMissingError

_log = logging.getLogger(__name__)


def import_tensorrt() -> Any:
    """The package. It is imported by name because type checkers must pass without it.

    Raises:
        BackendMissingError: it is not installed, its libraries cannot be loaded, or it is older than 10.
    """
    try:
        tensorrt = importlib.import_module("tensorrt")
    except (ImportError, OSError) as error:
        raise BackendMissingError(
            f"TensorRT cannot be imported ({error}). Install the extra [gpu] on a machine with an NVIDIA GPU."
        ) from error
    if int(tensorrt.__version__.split(".")[0]) < 10:
        raise BackendMissingError(f"TensorRT {tensorrt.__version__} is too old; 10 or later is needed.")
    return tensorrt


def new_logger(tensorrt: Any, messages: list[str]) -> Any:
    """A TensorRT logger that forwards to Python's logging and keeps errors in ``messages``."""
    severities = tensorrt.ILogger.Severity
    levels = {
        severities.INTERNAL_ERROR: logging.ERROR,
        severities.ERROR: logging.ERROR,
        severities.WARNING: logging.WARNING,
        severities.INFO: logging.INFO,
        severities.VERBOSE: logging.DEBUG,
    }

    class Logger(tensorrt.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            tensorrt.ILogger.__init__(self)

        def log(self, severity: Any, message: str) -> None:
            level = levels.get(severity, logging.INFO)
            _log.log(level, "%s", message)
            if level >= logging.ERROR:
                messages.append(message)

    return Logger()


def new_monitor(tensorrt: Any, progress: BuildProgress) -> Any:
    """``progress`` as TensorRT's builder wants it. It must outlive the build."""

    class Monitor(tensorrt.IProgressMonitor):  # type: ignore[misc]
        def __init__(self) -> None:
            tensorrt.IProgressMonitor.__init__(self)

        def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
            progress.phase_start(phase_name, parent_phase, num_steps)

        def step_complete(self, phase_name: str, step: int) -> bool:
            return progress.step_complete(phase_name, step)

        def phase_finish(self, phase_name: str) -> None:
            progress.phase_finish(phase_name)

    return Monitor()
