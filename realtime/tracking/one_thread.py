"""MediaPipe's graphs in the thread that calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mediapipe
from mediapipe.framework.calculator_pb2 import CalculatorGraphConfig
from mediapipe.python.solution_base import SolutionBase

_ROOT = Path(mediapipe.__file__).parent.parent


class _OneThread(SolutionBase):  # type: ignore[misc]
    def __init__(self, binary_graph_path: str, **options: Any) -> None:
        graph = CalculatorGraphConfig.FromString((_ROOT / binary_graph_path).read_bytes())
        graph.executor.add(name="", type="ApplicationThreadExecutor")
        super().__init__(graph_config=graph, **options)


def one_thread(solution: type) -> Any:
    """``solution``, one of ``mediapipe.python.solutions``, without threads of its own.

    By default each has four, and a picture goes from one to the next: on a busy machine every hand-over
    waits for its turn.
    """
    return type(solution.__name__, (solution, _OneThread), {})
