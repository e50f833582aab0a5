"""Which inputs a run needs, and whether those given fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engines.runtime.errors import SessionInputError
from engines.runtime.session import Array, TensorSpec


class InputCheck:
    """The inputs of one session.

    A held input need not be given again; one given nevertheless takes the place of what was held.
    """

    def __init__(self, specs: Mapping[str, TensorSpec]) -> None:
        self._specs = dict(specs)
        self._held: set[str] = set()

    def hold(self, name: str, value: Array) -> Array:
        """``value`` in C order, once it fits; ``name`` is held from now on.

        Raises:
            SessionInputError: no such input, or another shape or element type.
        """
        fitting = self._fit(name, value)
        self._held.add(name)
        return fitting

    def given(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """``inputs`` in C order, once each fits and none is missing.

        Raises:
            SessionInputError: an input is missing, unknown, or of another shape or element type.
        """
        fitting = {name: self._fit(name, value) for name, value in inputs.items()}
        missing = [name for name in self._specs if name not in fitting and name not in self._held]
        if missing:
            raise SessionInputError(
                f"Missing inputs: {', '.join(missing)}. Give them to run() or hold() them."
            )
        return fitting

    def _fit(self, name: str, value: Array) -> Array:
        spec = self._specs.get(name)
        if spec is None:
            raise SessionInputError(f"There is no input {name!r}. The inputs are {', '.join(self._specs)}.")
        if value.shape != spec.shape or value.dtype != spec.dtype:
            raise SessionInputError(
                f"Input {name!r} is {value.dtype} {list(value.shape)};"
                f" the graph takes {spec.dtype} {list(spec.shape)}."
            )
        return np.ascontiguousarray(value).reshape(spec.shape)
