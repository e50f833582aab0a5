"""Quantising small twins of the generator and the parser from the command line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.quantization.sensitivity import signal_to_noise
from engines.quantization.spread import channel_spreads
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.operator_audit import audit
from engines.runtime.settings import RuntimeSettings
from tools.errors import ToolError
from tools.graph_examples import GraphExamples
from tools.quantize import __main__ as quantize
from tools.quantize.calibration_pictures import calibration_pictures
from tools.quantize.calibration_set import CalibrationSet
from tools.quantize.subjects import ParseSubject, RenderSubject


@pytest.fixture(autouse=True)
def _few_threads() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def store() -> NetworkStore:
    return NetworkStore(partial(synthetic_state, width=TWIN), TWIN)


_FEW = ("--synthetic", "--twin", "--threads", "1", "--pictures", "4", "--steps", "4", "--repeats", "3")


def test_both_methods_write_graphs_that_run_and_report_what_they_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quantize.main([str(tmp_path), *_FEW, "--only", "parse", "render_512"]) == 0
    printed = capsys.readouterr().out
    records = json.loads((tmp_path / "quantization.json").read_text())
    for graph, least in (("parse", 95.0), ("render_512", 35.0)):
        record = records[graph]
        files = [f"{graph}.onnx", f"{graph}.int8-ptq.onnx", f"{graph}.int8-qat.onnx"]
        assert [row["file"] for row in record["rows"]] == files
        assert all(file in printed for file in files)
        assert all(row["milliseconds"] > 0 for row in record["rows"])
        assert all(row["fidelity"] > least for row in record["rows"][1:])
        assert len(record["training"]["losses"]) == 4
        assert len(record["kept"]) < len(record["ranking"])
        for file in files[1:]:
            session = OnnxSession(tmp_path / file, RuntimeSettings(threads=1))
            assert dict(session.inputs) == GRAPHS[graph].input_specs(TWIN)
            assert dict(session.outputs) == GRAPHS[graph].output_specs(TWIN)
            assert audit(tmp_path / file).operators["QuantizeLinear"] >= 4
    # The graph of video holds the same render.
    live, render = (audit(tmp_path / f"{name}.int8-qat.onnx") for name in ("render_512_live", "render_512"))
    assert live.clean
    assert live.operators["QuantizeLinear"] == render.operators["QuantizeLinear"]


def test_a_crop_of_the_generator_shows_what_the_whole_shows_there(store: NetworkStore) -> None:
    subject = RenderSubject(store, 512)
    inputs = GraphExamples(store).inputs("render_512")
    crop = subject.crop([inputs], np.random.default_rng(5))
    y, x = (int(n) for n in np.random.default_rng(5).integers(0, 49, 2))
    with torch.no_grad():
        whole = subject.example(inputs).run(subject.network)
        part = crop.run(subject.network)
    assert part.shape == (1, 3, 128, 128)
    # Five cells from its edges a crop no longer shows that there is nothing beyond them.
    torch.testing.assert_close(
        part[..., 40:-40, 40:-40],
        whole[..., 8 * y + 40 : 8 * y + 88, 8 * x + 40 : 8 * x + 88],
        atol=1e-4,
        rtol=1e-4,
    )


def test_balanced_layers_draw_the_same_with_channels_that_are_alike(store: NetworkStore) -> None:
    subject = RenderSubject(store, 256)
    shown = [subject.example(GraphExamples(store, seed).inputs("render_256")) for seed in range(3)]
    before = channel_spreads(subject.network, ["synthesis.styled.1.conv"], shown)["synthesis.styled.1.conv"]
    with torch.no_grad():
        wanted = [example.run(subject.network) for example in shown]
        subject.balance(shown)
        got = [example.run(subject.network) for example in shown]
    name = "synthesis.styled.1.layer.conv"
    after = channel_spreads(subject.network, [name], shown)[name]
    assert signal_to_noise(got, wanted) > 100
    assert after.output.max() / after.output.min() < 1.01 < 1.5 < before.output.max() / before.output.min()
    assert after.input.max() / after.input.min() < (before.input.max() / before.input.min()) ** 0.6


def test_the_parser_without_batch_norms_gives_the_same_scores(store: NetworkStore) -> None:
    subject = ParseSubject(store)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in subject.network.modules())
    picture = torch.rand(1, 3, 128, 128)
    with torch.no_grad():
        torch.testing.assert_close(
            subject.network(picture), store.get("face_parser")(picture), atol=1e-4, rtol=1e-4
        )


def test_pictures_of_one_photo_are_all_different_and_repeatable() -> None:
    pictures = calibration_pictures(None, 4)
    again = calibration_pictures(None, 4)
    assert all(picture.shape == (1024, 1024, 3) and picture.dtype == np.uint8 for picture in pictures)
    assert all(np.array_equal(one, other) for one, other in zip(pictures, again, strict=True))
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_aligned_photos_are_taken_as_they_are_and_those_without_a_face_left_out(tmp_path: Path) -> None:
    aligned = np.random.default_rng(0).integers(0, 255, (1024, 1024, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), aligned[..., ::-1])
    cv2.imwrite(str(tmp_path / "b.png"), np.full((300, 200, 3), 90, np.uint8))
    assert np.array_equal(calibration_pictures(tmp_path, 2)[0], aligned)
    (tmp_path / "a.png").unlink()
    with pytest.raises(ToolError, match="no photo of one face"):
        calibration_pictures(tmp_path, 2)


def test_inputs_are_calculated_once_for_the_same_pictures_and_weights(
    tmp_path: Path, store: NetworkStore
) -> None:
    pictures = [np.full((1024, 1024, 3), grey, np.uint8) for grey in (40, 200)]
    first = CalibrationSet(store, "these", tmp_path).inputs("parse", pictures)
    assert [float(inputs["im_512"].mean()) for inputs in first] == pytest.approx(
        [40 / 255, 200 / 255], abs=1e-3
    )
    (stored,) = tmp_path.glob("*.npz")
    written = stored.stat().st_mtime_ns
    again = CalibrationSet(store, "these", tmp_path).inputs("parse", pictures)
    assert stored.stat().st_mtime_ns == written
    np.testing.assert_array_equal(again[1]["im_512"], first[1]["im_512"])
    CalibrationSet(store, "others", tmp_path).inputs("parse", pictures)
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="at least 4"):
        quantize.main([str(tmp_path), "--synthetic", "--twin", "--pictures", "3"])
