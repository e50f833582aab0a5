"""What the matte network costs beside MediaPipe's person segmentation."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from realtime.matte.matte_crop import MatteCrop
from realtime.matte.matte_network import FOLDER, MatteNetwork
from realtime.matte.person_mask import PersonSegmenter
from tools.clips import astronaut
from tools.errors import ToolError
from tools.fresh_faces import FreshFaces

_PASSES = 60
_WARM = 10

SELFIE = "selfie segmentation"
"""The reference's name in :func:`bench_mattes`."""


def bench_mattes() -> dict[str, float]:
    """Median milliseconds from the picture to its masks: ``fp32`` and ``int8`` of the matte network, one
    thread, and MediaPipe's selfie segmentation, taken in turns.

    Raises:
        ToolError: no face was found in the portrait.
    """
    rgb = astronaut()
    with FreshFaces() as find:
        faces = find(rgb, 0.0)
    if not faces:
        raise ToolError("No face was found in the portrait.")
    crop = MatteCrop.of(faces[0])
    segmenter = PersonSegmenter()
    networks = {
        name: MatteNetwork(FOLDER / file)
        for name, file in (("fp32", "hair_matte.onnx"), ("int8", "hair_matte.int8.onnx"))
        if (FOLDER / file).is_file()
    }
    runs: dict[str, Callable[[], Any]] = {SELFIE: lambda: segmenter.segment(rgb)}
    for name, network in networks.items():
        runs[name] = _reading(network, rgb, crop)
    times: dict[str, list[float]] = {name: [] for name in runs}
    try:
        for index in range(_PASSES + _WARM):
            for name, run in runs.items():
                begin = time.perf_counter()
                run()
                if index >= _WARM:
                    times[name].append(1e3 * (time.perf_counter() - begin))
    finally:
        segmenter.close()
        for network in networks.values():
            network.close()
    return {name: statistics.median(values) for name, values in times.items()}


def _reading(network: MatteNetwork, rgb: Any, crop: MatteCrop) -> Callable[[], Any]:
    return lambda: network.read(rgb, crop)
