"""The trained network as ONNX, in floating point and in 8-bit integers."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from engines.runtime.onnx_export import export_onnx
from engines.runtime.session import TensorSpec
from tools.train_matte.network import INPUTS, OUTPUTS, SIZE, MatteNetwork, MatteProbability

F32 = npt.NDArray[np.float32]

FLOAT_NAME, INTEGER_NAME = "hair_matte.onnx", "hair_matte.int8.onnx"


def export_float(network: MatteNetwork, path: Path) -> None:
    """Write ``image`` (1, 4, 256, 256) to ``matte`` (1, 3, 256, 256), both float32 0..1."""
    spec = TensorSpec((1, INPUTS, SIZE, SIZE), np.dtype(np.float32))
    export_onnx(MatteProbability(network), {"image": spec}, ["matte"], path)


def export_integer(source: Path, path: Path, inputs: Sequence[F32]) -> None:
    """Quantise ``source`` with what ``inputs``, each (1, 4, 256, 256), bring about in it.

    Unsigned activations and signed weights with a scale per channel: what VNNI instructions multiply.
    """
    with tempfile.TemporaryDirectory() as folder, _quiet():
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(path), _Inputs(inputs),
            quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax,
        )  # fmt: skip
    model = onnx.load(str(path))
    assert model.graph.output[0].type.tensor_type.shape.dim[1].dim_value == OUTPUTS


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    before = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.root.setLevel(before)


class _Inputs(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, inputs: Sequence[F32]) -> None:
        self._rest = iter(inputs)

    def get_next(self) -> dict[str, F32] | None:
        image = next(self._rest, None)
        return None if image is None else {"image": image}
