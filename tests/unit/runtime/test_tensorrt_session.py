"""TensorRT itself: real engines of a small graph. Runs where TensorRT and a GPU are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.runtime.backend import Backend, Precision
from engines.runtime.backend_choice import missing
from engines.runtime.errors import BackendMissingError
from engines.runtime.machine import Machine, tensorrt_importable
from engines.runtime.settings import RuntimeSettings
from engines.runtime.tensorrt_package import import_tensorrt
from tests.unit.runtime.small_graph import examples, expected, export

_LACK = missing(Machine.here(), Backend.TENSORRT)


@pytest.mark.skipif(tensorrt_importable(), reason="TensorRT is installed here")
def test_a_machine_without_tensorrt_is_told_what_to_install() -> None:
    with pytest.raises(BackendMissingError, match=r"TensorRT cannot be imported .*\[gpu\]"):
        import_tensorrt()


@pytest.mark.skipif(_LACK is not None, reason=f"TensorRT does not run here: {_LACK}")
@pytest.mark.parametrize(("precision", "tolerance"), [(Precision.FP32, 2e-3), (Precision.FP16, 2e-2)])
@pytest.mark.parametrize("cuda_graph", [True, False])
def test_an_engine_agrees_with_pytorch(
    tmp_path: Path, precision: Precision, tolerance: float, cuda_graph: bool
) -> None:
    from engines.runtime.tensorrt_session import TensorrtSession

    settings = RuntimeSettings(precision=precision, cuda_graph=cuda_graph, engine_folder=tmp_path / "engines")
    session = TensorrtSession(export(tmp_path / "small.onnx"), settings)
    session.hold("gain", examples(5)["gain"])
    for seed in range(3):
        inputs = examples(seed) | {"gain": examples(5)["gain"]}
        outputs = session.run({"picture": inputs["picture"]})
        wanted = expected(inputs)
        np.testing.assert_allclose(outputs["features"], wanted["features"], rtol=tolerance, atol=tolerance)
        assert np.mean(outputs["labels"] == wanted["labels"]) > 0.95
    session.close()
