"""The comparison of backends: load, fidelity, tables, and a run over small twins."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.errors import EngineError
from engines.hairfast.networks.face_parser import FaceParser
from engines.hairfast.width import TWIN
from engines.runtime.errors import BackendMissingError
from engines.runtime.machine import Machine
from tools.compare_backends import __main__ as compare_backends
from tools.compare_backends.comparison import BackendComparison
from tools.compare_backends.contenders import Contender
from tools.compare_backends.load_simulation import LoadReport, simulate
from tools.compare_backends.measure import Measurement, Plan, measure
from tools.compare_backends.table import format_comparison, format_graphs
from tools.errors import ToolError
from tools.fidelity import PerceptualDistance, agreement, psnr, relative_error

_NO_GPU = pytest.mark.skipif(Machine.here().gpu is not None, reason="this machine has a GPU")


def test_one_worker_answers_as_fast_as_its_work_allows_and_users_share_it() -> None:
    alone = simulate(lambda: time.sleep(0.01), users=1, seconds=0.5, timeout=5)
    crowd = simulate(lambda: time.sleep(0.01), users=10, seconds=0.5, timeout=5)
    assert 50 < alone.throughput <= 100
    assert 50 < crowd.throughput <= 100
    # Little's law: users in the system = throughput x time in the system.
    assert crowd.throughput * crowd.median_ms / 1000 == pytest.approx(10, rel=0.3)
    assert alone.median_ms < 15
    assert (alone.timeouts, crowd.timeouts) == (0, 0)


def test_waits_that_did_not_end_are_lower_bounds() -> None:
    report = simulate(lambda: time.sleep(0.05), users=40, seconds=0.4, timeout=5)
    assert report.answered <= 9
    assert report.waiting >= 30
    assert report.median_is_bound
    assert report.median_ms >= 100


def test_users_give_up_and_the_worker_skips_them() -> None:
    passes = 0

    def slow_at_first() -> None:
        nonlocal passes
        passes += 1
        time.sleep(0.01 if passes > 1 else 0.35)

    report = simulate(slow_at_first, users=5, seconds=0.7, timeout=0.1)
    # Everyone gave up three times during the first pass; those requests cost the worker nothing.
    assert report.timeouts >= 15
    assert report.answered >= 15
    assert passes <= report.answered + 6


def test_a_worker_that_fails_ends_the_level() -> None:
    def fail() -> None:
        raise EngineError("the device is gone")

    with pytest.raises(EngineError, match="device is gone"):
        simulate(fail, users=3, seconds=0.2, timeout=0.1)


def _picture(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (1, 3, 64, 64)).astype(np.float32)


def test_fidelity_of_equal_and_of_changed_pictures() -> None:
    wanted = [_picture(0), _picture(1)]
    assert psnr(wanted, wanted) == float("inf")
    assert psnr([p + 0.02 for p in wanted], wanted) == pytest.approx(20 * np.log10(2 / 0.02), abs=0.2)
    assert psnr([p * 100 for p in wanted], [p * 200 for p in wanted]) > 30
    assert relative_error([wanted[0] * 1.01], [wanted[0]]) == pytest.approx(0.01, rel=1e-3)
    labels = np.zeros((1, 8, 8), np.int32)
    other = labels.copy()
    other[0, 0, :4] = 3
    assert agreement([labels], [other]) == pytest.approx(60 / 64)
    assert relative_error([other], [labels]) == pytest.approx(4 / 64)


def test_the_perceptual_distance_grows_with_the_change() -> None:
    torch.manual_seed(0)
    distance = PerceptualDistance(FaceParser(TWIN).eval())
    wanted = _picture(0)
    small, large = (distance([wanted + n * _picture(2)], [wanted]) for n in (0.05, 0.5))
    assert distance([wanted], [wanted]) == 0
    assert 0 < small < large < 2


def test_what_cannot_run_or_fails_to_open_says_why() -> None:
    def refuse() -> Any:
        raise BackendMissingError("the driver is too old")

    absent, _ = measure(Contender("A", "no GPU", refuse, lambda: 0), [{}], None, Plan())
    broken, outputs = measure(Contender("B", None, refuse, lambda: 0), [{}], None, Plan())
    assert absent.lack == "no GPU"
    assert broken.lack == "the driver is too old"
    assert outputs is None


def _load(users: int, throughput: float, bound: bool = False) -> LoadReport:
    return LoadReport(users, throughput, 200.0, 400.0, False, bound, 10, 2, 0)


def test_the_table_shows_rates_responses_and_prices() -> None:
    row = Measurement(
        "ONNX fp32",
        None,
        "onnxruntime-cpu-fp32",
        50.0,
        12.0,
        0.0,
        {"PSNR dB": 60.0},
        (_load(1, 18), _load(8, 20, True)),
    )
    table = format_comparison(
        "render", [row, Measurement("TensorRT fp16", "no GPU")], (1, 8), price_per_hour=3.6
    )
    assert "200 / 400" in table
    assert "200 / >400" in table
    assert "TensorRT fp16         not run: no GPU" in table
    assert "requests given up: 4" in table
    # 20 requests a second at 3.6 per hour: 0.05 for 1000, and 1.5 machines for 30 frames a second.
    assert "0.05000      5.400" in table


def test_the_floor_is_shown_where_the_device_has_one() -> None:
    rows = {"render_512": [Measurement("PyTorch fp16", None, "torch-cuda-fp16", 0.88, 12.0, 1e-3)]}
    table = format_graphs(rows, {"render_512": 88e9}, 200)
    assert "0.440" in table
    assert "0.880 2.0x (1e-03)" in table
    assert "0.880 (1e-03)" in format_graphs(rows, {"render_512": 88e9}, None)


@_NO_GPU
def test_a_comparison_of_twins_measures_what_is_there_and_names_what_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    arguments = ["--synthetic", "--twin", "--threads", "1", "--graphs", "parse", "--repeats", "2"]
    load = ["--users", "1", "4", "--seconds", "0.2", "--onnx", str(tmp_path), "--json", str(report)]
    assert compare_backends.main([*arguments, *load]) == 0
    printed = capsys.readouterr().out
    assert "PyTorch fp16          not run: no NVIDIA GPU was found" in printed
    assert "there is no parse.onnx (tools.export_onnx writes it)" in printed
    assert "there is no parse.int8-ptq.onnx (tools.quantize writes it)" in printed
    first = json.loads(report.read_text())["parse"][0]
    assert first["fidelity"] == {"same labels %": 100.0}
    assert first["milliseconds"] > 0
    assert [level["users"] for level in first["loads"]] == [1, 4]


@_NO_GPU
def test_the_gpu_mode_falls_back_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--gpu",
        "--synthetic",
        "--twin",
        "--threads",
        "1",
        "--graphs",
        "render_256",
        "--repeats",
        "1",
    ]
    assert compare_backends.main(arguments) == 0
    printed = capsys.readouterr().out
    assert "No NVIDIA GPU was found: fp16 is not checked" in printed
    assert "fp16 against fp32: 0 runs" in printed
    assert "no folder of exported graphs was given (--onnx)" in printed


@_NO_GPU
def test_faces_that_calibration_did_not_see_are_what_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = [np.full((1024, 1024, 3), 40 * n, np.uint8) for n in range(4)]
    monkeypatch.setattr(compare_backends, "calibration_pictures", lambda folder, count: faces[:count])
    shown = []
    monkeypatch.setattr(
        BackendComparison,
        "rows",
        lambda self, graph, **_: shown.extend(self.examples(graph)),
    )
    monkeypatch.setattr(compare_backends, "format_comparison", lambda *_: "")
    options = [
        "--synthetic",
        "--twin",
        "--threads",
        "1",
        "--faces",
        "--onnx",
        str(tmp_path),
        "--pictures",
        "4",
    ]
    assert compare_backends.main([*options, "--graphs", "parse"]) == 0
    assert [round(float(inputs["im_512"].mean()) * 255) for inputs in shown] == [80, 120]
    with pytest.raises(ToolError, match="--faces needs --onnx"):
        compare_backends.main(["--synthetic", "--twin", "--faces", "--graphs", "parse"])
