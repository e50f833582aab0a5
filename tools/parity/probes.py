"""Looking at what modules pass on while a network runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from torch import Tensor, nn


class Probes:
    """What some modules take and give inside a ``with`` block, call by call."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        self._modules = modules
        self._handles: list[Any] = []
        self._calls: dict[str, list[tuple[Any, Any]]] = {name: [] for name in modules}

    def __enter__(self) -> Probes:
        for name, module in self._modules.items():
            self._handles.append(module.register_forward_hook(self._keeper(name)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for handle in self._handles:
            handle.remove()

    def outputs(self, name: str) -> list[Any]:
        """What the module gave, call by call."""
        return [output for _, output in self._calls[name]]

    def inputs(self, name: str) -> list[Tensor]:
        """The module's first argument, call by call."""
        return [arguments[0] for arguments, _ in self._calls[name]]

    def _keeper(self, name: str) -> Any:
        def keep(module: nn.Module, arguments: Any, output: Any) -> None:
            self._calls[name].append((arguments, output))

        return keep
