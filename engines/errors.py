"""Every error an engine raises on purpose. The message says what the user can do next."""


class LiveHairError(Exception):
    """Base of all errors this package raises on purpose; ``code`` names it for programs."""

    code = "error"


class UnknownStyleError(LiveHairError):
    """The style id is not in the gallery."""

    code = "unknown-style"

    def __init__(self, style: str) -> None:
        super().__init__(f"There is no style {style[:40]!r}. GET /api/styles lists the ids.")


class UnknownColorError(LiveHairError):
    """The colour is neither an id of the palette nor ``#RRGGBB``."""

    code = "unknown-color"

    def __init__(self, color: str) -> None:
        super().__init__(f"There is no colour {color[:40]!r}. Use an id of GET /api/colors or #RRGGBB.")


class LookError(LiveHairError):
    """A value of a look is of the wrong type or out of its range."""

    code = "bad-look"


class GroomError(LiveHairError):
    """A groom file cannot be read; the message names the file and the parameter."""

    code = "bad-groom"


class EngineError(LiveHairError):
    """An engine failed on a frame; the pipeline shows the last good one and starts the engine again."""

    code = "engine-failed"
