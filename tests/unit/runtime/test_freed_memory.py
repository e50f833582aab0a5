"""Freed memory is used again instead of being mapped anew."""

from __future__ import annotations

import subprocess
import sys

import pytest

_FAULTS = """
import resource, sys
import numpy as np
from engines.runtime.freed_memory import keep_freed_memory
print(keep_freed_memory() if sys.argv[1] == "keep" else None)
np.ones(2**24, np.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):
    np.ones(2**24, np.float32)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="malloc of glibc")
def test_large_blocks_are_touched_once() -> None:
    def faults(mode: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", _FAULTS, mode], capture_output=True, text=True, check=True
        )
        answer, count = done.stdout.split()
        assert answer == str(True if mode == "keep" else None)
        return int(count)

    assert faults("keep") < 0.1 * faults("release")
