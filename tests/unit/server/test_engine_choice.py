"""Which engine is taken, and the sentence where one cannot be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from engines.hairfast.licence import LicenceNotAcceptedError, accept_licence
from engines.hairfast.live.engine import HairFastEngine
from engines.hairfast.live.graph_source import PASS_GRAPHS
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.photo_errors import PhotoError
from engines.hairfast.weights.files import WEIGHT_FILES
from engines.runtime.gpu import Gpu
from engines.runtime.machine import Machine
from realtime.errors import SettingsError
from server.engine_choice import choose_engine
from server.hairfast_choice import aligned_photo
from server.settings import Settings
from tests.unit.moving_face import Placed

_GPU = Machine(Gpu("a GPU", (9, 0)), tensorrt=False, ort_providers=("CPUExecutionProvider",), torch_cuda=True)
_NO_GPU = replace(_GPU, gpu=None, torch_cuda=False)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A directory that looks complete, its terms accepted; nothing is read before the first pass."""
    folder = tmp_path / "weights"
    for file in WEIGHT_FILES:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    accept_licence(folder, datetime.now(UTC))
    return folder


def _machine(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls, device=0: machine))


def _settings(engine: str, weights: Path | None, **changes: object) -> Settings:
    return Settings(engine=engine, weights=weights, **changes)  # type: ignore[arg-type]


def test_auto_takes_the_networks_where_a_gpu_and_weights_are(
    monkeypatch: pytest.MonkeyPatch, weights: Path
) -> None:
    _machine(monkeypatch, _GPU)
    choice = choose_engine(_settings("auto", weights))
    assert choice.name == "hairfast"
    assert "torch-cuda" in choice.reason
    assert "research" in choice.reason
    choice.close()


def test_auto_draws_strands_without_a_gpu_or_without_weights_and_says_why(
    monkeypatch: pytest.MonkeyPatch, weights: Path
) -> None:
    _machine(monkeypatch, _NO_GPU)
    assert "no NVIDIA GPU" in choose_engine(_settings("auto", weights)).reason
    assert "no --weights" in choose_engine(_settings("auto", None)).reason
    _machine(monkeypatch, _GPU)
    (weights / WEIGHT_FILES[0].path).unlink()
    choice = choose_engine(_settings("auto", weights))
    assert choice.name == "strands"
    assert WEIGHT_FILES[0].path in choice.reason


def test_the_networks_run_without_a_gpu_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, weights: Path, tmp_path: Path
) -> None:
    _machine(monkeypatch, _NO_GPU)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "photos" / "Short one.png")
    choice = choose_engine(_settings("hairfast", weights, references=tmp_path / "photos"))
    assert "torch-cpu" in choice.reason
    assert {"ref-short-one", "own", "pixie"} <= choice.style_ids
    assert choice.pictures["ref-short-one"].name == "Short one.png"
    engine = choice.factory()
    assert isinstance(engine, HairFastEngine)
    engine.close()
    choice.close()


def test_exported_graphs_are_preferred_and_need_no_pytorch(
    monkeypatch: pytest.MonkeyPatch, weights: Path
) -> None:
    _machine(monkeypatch, _NO_GPU)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="PyTorch"):
        choose_engine(_settings("hairfast", weights))
    (weights / "onnx").mkdir()
    for name in PASS_GRAPHS:
        (weights / "onnx" / f"{name}.onnx").touch()
    choice = choose_engine(_settings("hairfast", weights))
    assert "onnxruntime-cpu" in choice.reason
    choice.close()


def test_what_is_missing_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, weights: Path, tmp_path: Path
) -> None:
    _machine(monkeypatch, _NO_GPU)
    with pytest.raises(SettingsError, match="--weights DIR"):
        choose_engine(_settings("hairfast", None))
    (tmp_path / "empty").mkdir()
    with pytest.raises(LicenceNotAcceptedError, match="accept"):
        choose_engine(_settings("hairfast", tmp_path / "empty"))
    accept_licence(tmp_path / "empty", datetime.now(UTC))
    with pytest.raises(SettingsError, match="lacks") as caught:
        choose_engine(_settings("hairfast", tmp_path / "empty"))
    assert str(caught.value).count("\n") == 0


def test_a_server_that_cannot_run_the_networks_ends_with_status_2(tmp_path: Path) -> None:
    command = [sys.executable, "run_server.py", "--engine", "hairfast", "--weights", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "--accept-licence" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_starts_without_pytorch_where_strands_are_drawn() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from server.app import create_app;"
        "from server.settings import Settings; create_app(Settings(engine='strands'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_reference_photo_is_aligned_or_refused(tmp_path: Path) -> None:
    Image.fromarray(Placed(zoom=1.4).frame()).save(tmp_path / "face.jpg")
    square = aligned_photo(tmp_path / "face.jpg", LiveSettings())
    assert square.shape == (1024, 1024, 3)
    Image.new("RGB", (640, 480), (120, 130, 140)).save(tmp_path / "wall.png")
    (tmp_path / "text.png").write_text("no picture")
    for name in ("wall.png", "text.png"):
        with pytest.raises(PhotoError):
            aligned_photo(tmp_path / name, LiveSettings())
