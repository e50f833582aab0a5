"""What the tests of every network share: small twins, their export, and the published keys."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from engines.hairfast.network_catalogue import build_network
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN

ORACLE = Path(__file__).parents[4] / "shared" / "oracle"


def twin(name: str) -> Any:
    """The network ``name`` at a sixteenth of its width, with synthetic weights, in evaluation mode."""
    network = build_network(name, TWIN)
    network.load_state_dict(synthetic_state(name, TWIN), strict=False)
    return network.eval().requires_grad_(False)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal deviates, the same for the same shape and seed."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def export(module: nn.Module, inputs: Sequence[Tensor]) -> onnx.ModelProto:
    """The module as an ONNX graph with inputs ``in0``, ``in1``, ... and outputs in its order."""
    buffer = io.BytesIO()
    names = [f"in{number}" for number in range(len(inputs))]
    torch.onnx.export(
        module,
        tuple(inputs),
        buffer,  # type: ignore[arg-type]  # the exporter used here takes a stream
        opset_version=17,
        input_names=names,
        dynamo=False,
    )
    return onnx.load_from_string(buffer.getvalue())


def run_exported(graph: onnx.ModelProto, inputs: Sequence[Tensor]) -> list[npt.NDArray[Any]]:
    """What ONNX Runtime makes of the exported graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    result: list[npt.NDArray[Any]] = session.run(
        None, {f"in{number}": value.numpy() for number, value in enumerate(inputs)}
    )
    return result


def relative_error(got: npt.NDArray[Any] | Tensor, wanted: npt.NDArray[Any] | Tensor) -> float:
    """max|got - wanted| / max|wanted|; infinite where the shapes differ."""
    left, right = np.asarray(got), np.asarray(wanted)
    if left.shape != right.shape:
        return float("inf")
    return float(np.abs(left - right).max() / np.abs(right).max())


def published_shapes(file: str, prefix: str) -> dict[str, tuple[int, ...]]:
    """Key without ``prefix`` -> shape, of the published file's keys with that prefix; skips without the list.

    Left out is what no network needs: counters, FIR kernels and the mapping network.
    """
    if not (ORACLE / "keys.json.gz").is_file():
        pytest.skip(f"the published keys are not there: {ORACLE}")
    with gzip.open(ORACLE / "keys.json.gz", "rt") as stream:
        keys = json.load(stream)[file]
    found = {
        key.removeprefix(prefix): tuple(value[0]) for key, value in keys.items() if key.startswith(prefix)
    }
    unused = (".kernel", "num_batches_tracked")
    return {key: shape for key, shape in found.items() if not key.endswith(unused) and key[:6] != "style."}


def own_shapes(name: str) -> dict[str, tuple[int, ...]]:
    """Key -> shape of the full-size network ``name``, without its counters."""
    with torch.device("meta"):
        state = build_network(name).state_dict()
    return {
        key: tuple(value.shape) for key, value in state.items() if not key.endswith("num_batches_tracked")
    }
