"""Numerical libraries stay in the thread that calls them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import os
import {first}
import cv2, numpy
numpy.ones((800, 800)) @ numpy.ones((800, 800))
cv2.GaussianBlur(numpy.ones((1000, 1000, 3), numpy.uint8), (31, 31), 0)
print(len(os.listdir("/proc/self/task")))
"""


def _threads(first: str, **settings: str) -> int:
    unset = {"OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"}
    environment = {name: value for name, value in os.environ.items() if name not in unset} | settings
    program = _PROGRAM.format(first=first)
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    return int(run.stdout)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads in /proc")
@pytest.mark.parametrize("first", ["run_server", "tools.render", "tools.bench"])
def test_blas_and_opencv_start_no_threads(first: str) -> None:
    # Importing a program starts threads of other libraries; without the rule there are more after the work.
    assert _threads(first) == _threads(first, OPENBLAS_NUM_THREADS="1", OPENCV_FOR_THREADS_NUM="1")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads in /proc")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core: there are no threads to start")
def test_who_wants_threads_can_have_them() -> None:
    assert _threads("engines", OPENBLAS_NUM_THREADS="2", OPENCV_FOR_THREADS_NUM="2") > _threads("engines")
