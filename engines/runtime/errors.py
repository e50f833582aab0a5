"""What can go wrong when a network is opened or run."""

from __future__ import annotations

from engines.errors import EngineError, LiveHairError


class SessionInputError(EngineError):
    """An input is missing, unknown, or of another shape or element type than the graph's."""

    code = "session-input"


class BackendMissingError(LiveHairError):
    """A backend was asked for that this machine does not have; the message says what is missing."""

    code = "backend-missing"


class EngineBuildError(LiveHairError):
    """TensorRT would not build an engine from a graph; the message carries its reasons."""

    code = "engine-build"


class RuntimeSettingsError(LiveHairError):
    """A setting of the runtime is out of its range."""

    code = "bad-settings"


class GraphFileError(LiveHairError):
    """An ONNX file or a built engine cannot be read."""

    code = "graph-file"
