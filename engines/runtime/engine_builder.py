"""Building TensorRT engines from ONNX files.

API: https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/python-api/ (TensorRT 10 and 11). Networks
are strongly typed throughout: fp16 and INT8 come from the graph (see :mod:`engines.runtime.half_precision`
and Q/DQ nodes), not from builder flags, which TensorRT 11 no longer has.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx

from engines.runtime.backend import Precision
from engines.runtime.build_progress import BuildProgress
from engines.runtime.engine_cache import EngineCache
from engines.runtime.engine_key import EngineKey
from engines.runtime.errors import BackendMissingError, EngineBuildError
from engines.runtime.gpu import Gpu, find_gpu
from engines.runtime.half_precision import is_quantised, to_half
from engines.runtime.read_graph import read_graph
from engines.runtime.settings import RuntimeSettings
from engines.runtime.tensorrt_package import import_tensorrt, new_logger, new_monitor


class EngineBuilder:
    """Builds engines for the GPU of ``settings.device`` and keeps them in ``settings.engine_folder``.

    Raises:
        BackendMissingError: no GPU, or TensorRT cannot be imported.
    """

    def __init__(self, settings: RuntimeSettings) -> None:
        gpu = find_gpu(settings.device)
        if gpu is None:
            raise BackendMissingError(
                "TensorRT builds engines for the GPU it runs on, and there is none here."
            )
        self._gpu: Gpu = gpu
        self._tensorrt = import_tensorrt()
        self._settings = settings
        self._cache = EngineCache(settings.engine_folder, settings.engine_folder_bytes)

    def key(self, path: Path, precision: Precision) -> EngineKey:
        """What the engine of that graph depends on here."""
        return EngineKey.of(path, precision, self._gpu, self._tensorrt.__version__)

    def engine(self, path: Path, precision: Precision, progress: BuildProgress | None = None) -> bytes:
        """The serialised engine of an ONNX file, from the cache or built now; that takes minutes.

        Raises:
            GraphFileError: there is no such file.
            EngineBuildError: TensorRT does not take the graph, or INT8 is asked of one without Q/DQ nodes.
        """
        key = self.key(path, precision)
        plan = self._cache.get(key)
        if plan is None:
            plan = self._build(path, precision, progress or BuildProgress(path.stem, disable=True))
            self._cache.put(key, plan)
        return plan

    def _build(self, path: Path, precision: Precision, progress: BuildProgress) -> bytes:
        trt = self._tensorrt
        messages: list[str] = []
        logger = new_logger(trt, messages)
        builder = trt.Builder(logger)
        flags = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
        network = builder.create_network(flags)
        with tempfile.TemporaryDirectory() as folder:
            # The network keeps pointers to weights the parser owns, so the parser lives until it is built.
            parser = trt.OnnxParser(network, logger)
            if not parser.parse_from_file(str(_typed_graph(path, precision, Path(folder)))):
                errors = [str(parser.get_error(i)) for i in range(parser.num_errors)]
                raise EngineBuildError(f"TensorRT cannot read {path.name}: {'; '.join(errors)}")
            config = builder.create_builder_config()
            config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, self._settings.workspace_bytes)
            config.progress_monitor = monitor = new_monitor(trt, progress)
            known = config.create_timing_cache(self._cache.read(self._timings))
            if known is None:
                known = config.create_timing_cache(b"")
            config.set_timing_cache(known, ignore_mismatch=False)
            plan = builder.build_serialized_network(network, config)
            del monitor
        if plan is None:
            reasons = "; ".join(messages[-3:]) or "it gave no reason"
            raise EngineBuildError(f"TensorRT built no engine from {path.name}: {reasons}")
        self._cache.write(self._timings, bytes(config.get_timing_cache().serialize()))
        return bytes(plan)

    @property
    def _timings(self) -> str:
        gpu = self._gpu.name.replace(" ", "-").replace("/", "-")
        return f"timings-{gpu}-{self._tensorrt.__version__}.cache"


def _typed_graph(path: Path, precision: Precision, folder: Path) -> Path:
    """A file with the graph in ``precision``: the file itself where nothing has to change."""
    if precision is Precision.FP32:
        return path
    model = read_graph(path)
    if precision is Precision.INT8 and not is_quantised(model):
        raise EngineBuildError(
            f"{path.name} has no QuantizeLinear nodes, and TensorRT takes INT8 from them alone."
            " tools.quantize writes such a graph."
        )
    target = folder / path.name
    onnx.save(to_half(model), str(target), save_as_external_data=True, location=f"{path.name}.data")
    return target
