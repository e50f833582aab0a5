"""How much processor each program uses while something is measured."""

from __future__ import annotations

import time
from collections.abc import Mapping

import psutil


class CpuMeter:
    """Counts from its creation to :meth:`stop`; a program is a process with all its children."""

    def __init__(self, programs: Mapping[str, psutil.Process | None]) -> None:
        self._programs = {name: process for name, process in programs.items() if process is not None}
        self._begin = time.monotonic()
        self._used = self._read()

    def stop(self) -> dict[str, float]:
        """Processor seconds per second since the creation: 1.0 is one core kept busy."""
        seconds = time.monotonic() - self._begin
        return {name: (used - self._used[name]) / seconds for name, used in self._read().items()}

    def _read(self) -> dict[str, float]:
        return {name: _cpu_seconds(process) for name, process in self._programs.items()}


def _cpu_seconds(process: psutil.Process) -> float:
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
