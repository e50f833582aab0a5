"""Pictures that parse as faces hair cannot be taken from or put on."""

from __future__ import annotations

from engines.errors import LiveHairError


class NoHairError(LiveHairError):
    """There is no hair to take a shape or a colour from."""

    code = "no-hair"

    def __init__(self, picture: str) -> None:
        super().__init__(f"No hair was found in {picture}. Choose one that shows the whole head with its hair.")


class HatError(LiveHairError):
    """A hat hides the hair."""

    code = "hat"

    def __init__(self, picture: str) -> None:
        super().__init__(f"There is a hat in {picture}. Choose one without anything on the hair.")
