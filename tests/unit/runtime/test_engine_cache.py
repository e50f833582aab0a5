"""Keys of engines, and the folder that keeps them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engines.runtime.backend import Precision
from engines.runtime.engine_cache import EngineCache
from engines.runtime.engine_key import EngineKey
from engines.runtime.errors import GraphFileError
from engines.runtime.gpu import Gpu

_GPU = Gpu("NVIDIA H200", (9, 0))
_KEY = EngineKey("render_512", "ab" * 32, Precision.FP16, _GPU, "11.4.0")


def test_the_key_follows_everything_an_engine_depends_on() -> None:
    others = [
        replace(_KEY, graph="parse"),
        replace(_KEY, digest="cd" * 32),
        replace(_KEY, precision=Precision.INT8),
        replace(_KEY, gpu=Gpu("NVIDIA L4", (9, 0))),
        replace(_KEY, gpu=Gpu("NVIDIA H200", (10, 0))),
        replace(_KEY, tensorrt="11.5.0"),
    ]
    names = {key.file_name for key in (_KEY, *others)}
    assert len(names) == 7
    assert _KEY.file_name.startswith("render_512-fp16-")
    assert replace(_KEY).file_name == _KEY.file_name


def test_the_digest_covers_weights_beside_the_graph(tmp_path: Path) -> None:
    graph = tmp_path / "refine.onnx"
    graph.write_bytes(b"graph")
    alone = EngineKey.of(graph, Precision.FP16, _GPU, "11.4.0")
    (tmp_path / "refine.onnx.data").write_bytes(b"weights")
    assert EngineKey.of(graph, Precision.FP16, _GPU, "11.4.0").digest != alone.digest
    with pytest.raises(GraphFileError, match="no ONNX file"):
        EngineKey.of(tmp_path / "gone.onnx", Precision.FP16, _GPU, "11.4.0")


def test_what_was_put_is_found_by_its_key_only(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path / "new" / "folder", 1000)
    assert cache.get(_KEY) is None
    cache.put(_KEY, b"plan\nwith\nlines")
    assert cache.get(_KEY) == b"plan\nwith\nlines"
    assert cache.get(replace(_KEY, tensorrt="10.15.1")) is None


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"", lambda b: b"\x00" + b, lambda b: b + b"x"]
)
def test_a_damaged_engine_is_deleted_and_counts_as_absent(
    tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    cache = EngineCache(tmp_path, 1000)
    cache.put(_KEY, b"plan")
    path = cache.path(_KEY)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert cache.get(_KEY) is None
    assert not path.exists()
    assert "built anew" in caplog.text


def test_an_engine_under_another_keys_name_is_not_run(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path, 1000)
    cache.put(_KEY, b"plan")
    other = replace(_KEY, gpu=Gpu("NVIDIA L4", (8, 9)))
    cache.path(_KEY).rename(cache.path(other))
    assert cache.get(other) is None


def test_engines_unused_for_longest_go_first(tmp_path: Path) -> None:
    keys = [replace(_KEY, graph=name) for name in ("a", "b", "c")]
    cache = EngineCache(tmp_path, 2000)
    for age, key in zip((300, 200), keys, strict=False):
        cache.put(key, bytes(500))
        stamp = cache.path(key).stat().st_mtime - age
        os.utime(cache.path(key), (stamp, stamp))
    assert cache.get(keys[0])
    cache.put(keys[2], bytes(500))
    assert [cache.get(key) is not None for key in keys] == [True, False, True]


def test_the_engine_just_built_stays_even_if_it_is_larger_than_the_folder_may_be(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path, 10)
    cache.put(_KEY, bytes(500))
    assert cache.get(_KEY) is not None


def test_a_folder_that_cannot_be_written_costs_a_warning_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = EngineCache(tmp_path / "file", 1000)
    cache.put(_KEY, b"plan")
    assert cache.get(_KEY) is None
    assert "cannot be kept" in caplog.text
