"""Writing a PyTorch module as an ONNX file."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from torch import nn

from engines.runtime.cuda_buffers import empty
from engines.runtime.graph_file import data_path
from engines.runtime.save_graph import save_graph
from engines.runtime.session import TensorSpec

OPSET = 17


def export_onnx(
    module: nn.Module, inputs: Mapping[str, TensorSpec], outputs: Sequence[str], path: Path
) -> None:
    """Write ``module``, whose ``forward`` takes the inputs in order and returns the outputs in theirs.

    Constants are folded, shapes are static, the opset is 17. The file appears whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, since the exporter splits large weights over many files of which only one remains,
    # and temporary folders may be small.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        draft = Path(folder) / path.name
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module.eval(),
                tuple(empty(spec) for spec in inputs.values()),
                str(draft),
                input_names=list(inputs),
                output_names=list(outputs),
                opset_version=OPSET,
                do_constant_folding=True,
                dynamo=False,
            )
        if len(list(Path(folder).iterdir())) > 1:
            save_graph(onnx.load(str(draft)), path)
        else:
            data_path(path).unlink(missing_ok=True)
            draft.replace(path)
