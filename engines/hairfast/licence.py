"""The terms of the authors' weights, and whether the operator of a weights' directory accepted them."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Final

from engines.errors import LiveHairError

LICENCE: Final = Path(__file__).with_name("licence.txt").read_text(encoding="utf-8")
"""The page to show before acceptance."""

LICENCE_DIGEST: Final = hashlib.sha256(LICENCE.encode()).hexdigest()
"""SHA-256 of the page: an acceptance counts for the text it was given to."""

_RECORD = "LICENCE-ACCEPTED.json"


class LicenceNotAcceptedError(LiveHairError):
    """Nobody accepted the terms of these weights, or they changed since."""

    code = "licence-not-accepted"

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"The weights in {directory} are for research and evaluation only, and nobody accepted their "
            f"terms yet: read and accept them with "
            f"`python -m tools.fetch_weights {directory} --accept-licence`."
        )


def accept_licence(directory: Path, now: datetime) -> None:
    """Record in ``directory`` (made if need be) that its operator accepts :data:`LICENCE`.

    Raises:
        OSError: the record cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    record = {"accepted": now.isoformat(timespec="seconds"), "digest": LICENCE_DIGEST}
    (directory / _RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def licence_accepted(directory: Path) -> bool:
    """Whether the operator of ``directory`` accepted the terms as they are now."""
    try:
        record = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("digest") == LICENCE_DIGEST


def require_licence(directory: Path) -> None:
    """Do nothing where the terms are accepted.

    Raises:
        LicenceNotAcceptedError: they are not; the message names the command.
    """
    if not licence_accepted(directory):
        raise LicenceNotAcceptedError(directory)
