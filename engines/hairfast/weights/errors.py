"""What can be wrong with a weight file: one sentence with the file, what was expected and what was found."""

from __future__ import annotations

from pathlib import Path

from engines.errors import LiveHairError


class WeightsError(LiveHairError):
    """Base of all errors about weight files."""

    code = "weights"

    def __init__(self, path: Path, expected: str, found: str, advice: str = "") -> None:
        super().__init__(f"{path}: expected {expected}, found {found}{advice and '; ' + advice}.")
        self.path = path


class MissingWeightsError(WeightsError):
    """The file is not there."""

    code = "weights-missing"


class DamagedWeightsError(WeightsError):
    """The file is one of the kind, but ends early or is broken."""

    code = "weights-damaged"


class ForeignWeightsError(WeightsError):
    """The file is something else: another format, or code, which is never run."""

    code = "weights-foreign"


class UnfitWeightsError(WeightsError):
    """The checkpoint does not fit the network: keys are missing, too many, or of another shape."""

    code = "weights-unfit"
