"""What can go wrong in the live engine."""

from __future__ import annotations

from engines.errors import LiveHairError


class LiveSettingsError(LiveHairError):
    """A setting of the live engine is out of its range."""

    code = "bad-settings"


class ReferenceFolderError(LiveHairError):
    """The folder of reference photos cannot be used; the message names the file."""

    code = "bad-references"


class RunCancelled(Exception):  # noqa: N818 (not a failure)
    """Nobody waits for a running job any more."""
