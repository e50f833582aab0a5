"""MediaPipe's graphs in the thread that calls them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mediapipe
import numpy as np
import numpy.typing as npt
from mediapipe.framework.calculator_pb2 import CalculatorGraphConfig
from mediapipe.python.solution_base import SolutionBase

_ROOT = Path(mediapipe.__file__).parent.parent
# From one picture to the next, microseconds: networks in video mode want rising times.
_STEP = 33_333


class _OneThread(SolutionBase):  # type: ignore[misc]
    def __init__(self, binary_graph_path: str, **options: Any) -> None:
        graph = CalculatorGraphConfig.FromString((_ROOT / binary_graph_path).read_bytes())
        graph.executor.add(name="", type="ApplicationThreadExecutor")
        super().__init__(graph_config=graph, **options)

    def process(self, input_data: Mapping[str, npt.NDArray[np.uint8]]) -> Any:
        """As the base does for one picture; that one makes a class for each result, which takes as long as
        all else around a network."""
        ((stream, picture),) = input_data.items()
        self._graph_outputs.clear()
        self._simulated_timestamp += _STEP
        packet = self._make_packet(self._input_stream_type_info[stream], picture)
        self._graph.add_packet_to_input_stream(stream=stream, packet=packet.at(self._simulated_timestamp))
        self._graph.wait_until_idle()
        outputs = self._output_stream_type_info.items()
        return SimpleNamespace(
            **{
                name: self._get_packet_content(kind, self._graph_outputs[name])
                if name in self._graph_outputs
                else None
                for name, kind in outputs
            }
        )


def one_thread(solution: type) -> Any:
    """``solution``, one of ``mediapipe.python.solutions``, without threads of its own.

    By default each has four, and a picture goes from one to the next: on a busy machine every hand-over
    waits for its turn.
    """
    return type(solution.__name__, (solution, _OneThread), {})
