"""Progress bars for TensorRT's builder."""

from __future__ import annotations

import threading
from typing import Any

from tqdm import tqdm


class BuildProgress:
    """What TensorRT's ``IProgressMonitor`` calls, drawn as one bar per phase.

    Phases nest and end in any order, and the builder calls from several threads. :meth:`cancel` stops the
    build at its next step.
    """

    def __init__(self, label: str, **bar_options: Any) -> None:
        self._label = label
        self._options = bar_options
        self._bars: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._cancelled = False

    def cancel(self) -> None:
        """Ask the builder to give up."""
        self._cancelled = True

    def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
        """A phase of ``num_steps`` begins inside ``parent_phase``."""
        with self._lock:
            depth = len(self._bars)
            title = phase_name if parent_phase else f"{self._label}: {phase_name}"
            self._bars[phase_name] = tqdm(
                total=num_steps, desc="  " * depth + title, position=depth, leave=depth == 0, **self._options
            )

    def step_complete(self, phase_name: str, step: int) -> bool:
        """Step ``step``, counted from 0, is done. Whether to go on."""
        with self._lock:
            bar = self._bars.get(phase_name)
            if bar is not None:
                bar.update(step + 1 - bar.n)
        return not self._cancelled

    def phase_finish(self, phase_name: str) -> None:
        """The phase is over, all its steps done or not."""
        with self._lock:
            bar = self._bars.pop(phase_name, None)
            if bar is not None:
                bar.close()
