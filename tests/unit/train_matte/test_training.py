"""Training, export and the split."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.strands.groom_file import list_styles
from tests.unit.train_matte.small_world import drawn_scenes
from tools.errors import ToolError
from tools.train_matte.__main__ import main, parser
from tools.train_matte.camera import shoot
from tools.train_matte.commands import HELD_OUT_STYLES
from tools.train_matte.export import FLOAT_NAME, INTEGER_NAME, export_float, export_integer
from tools.train_matte.losses import matte_loss
from tools.train_matte.matte_session import MatteSession, milliseconds, network_input
from tools.train_matte.network import MatteNetwork, MatteProbability
from tools.train_matte.people import read_people
from tools.train_matte.run_record import RunRecord
from tools.train_matte.stream import edge_weights
from tools.train_matte.training import (
    TrainingSettings,
    WeightAverage,
    load_network,
    optimizer_of,
    save_weights,
    step,
)


def _batch(folder: Path, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    samples = [shoot(rng, packed) for packed in drawn_scenes(folder, count)]
    empty = np.zeros((256, 256, 1), np.uint8)
    planes = (
        [np.concatenate([sample.rgb, empty], axis=-1) for sample in samples],
        [sample.values for sample in samples],
        [edge_weights(sample) for sample in samples],
    )
    image, values, weights = (torch.from_numpy(np.stack(plane).transpose(0, 3, 1, 2)) for plane in planes)
    return image, values, weights


def _trained(folder: Path, steps: int) -> tuple[MatteNetwork, list[float]]:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = MatteNetwork().train()
    settings = TrainingSettings()
    optimizer = optimizer_of(network, settings)
    batch = _batch(folder, 2)
    return network, [step(network, optimizer, batch, settings.clip) for _ in range(steps)]


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    _, losses = _trained(tmp_path, 10)
    assert np.mean(losses[-3:]) < 0.7 * losses[0]


def test_what_does_not_count_does_not_teach() -> None:
    logits = torch.randn(1, 3, 16, 16, requires_grad=True)
    values, weights = torch.rand(1, 3, 16, 16), torch.ones(1, 3, 16, 16)
    weights[..., :8] = 0.0
    matte_loss(logits, values, weights).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert float(logits.grad[..., :8].abs().max()) == 0.0
    assert float(logits.grad[..., 8:].abs().min()) > 0.0


def test_a_right_matte_loses_less_than_a_wrong_one() -> None:
    values = (torch.rand(2, 3, 16, 16) > 0.5).float()
    weights = torch.ones_like(values)
    right, wrong = (float(matte_loss(sign * 8.0 * (values - 0.5), values, weights)) for sign in (1.0, -1.0))
    assert right < 0.1 * wrong


def test_both_exports_do_what_the_network_does(tmp_path: Path) -> None:
    network, _ = _trained(tmp_path / "hair", 2)
    network.eval()
    image, *_ = _batch(tmp_path / "hair", 2)
    inputs = [picture[None].numpy().astype(np.float32) / np.float32(255.0) for picture in image]
    export_float(network, tmp_path / FLOAT_NAME)
    export_integer(tmp_path / FLOAT_NAME, tmp_path / INTEGER_NAME, inputs)
    exact, integer = MatteSession(tmp_path / FLOAT_NAME), MatteSession(tmp_path / INTEGER_NAME)
    rgb = np.ascontiguousarray(image[0, :3].numpy().transpose(1, 2, 0))
    with torch.no_grad():
        expected = MatteProbability(network)(torch.from_numpy(network_input(rgb, None)))[0].numpy()
    np.testing.assert_allclose(exact.run(rgb), expected, atol=1e-4)
    assert np.abs(integer.run(rgb) - expected).mean() < 0.05
    assert (tmp_path / INTEGER_NAME).stat().st_size < 0.5 * (tmp_path / FLOAT_NAME).stat().st_size < 1e6
    previous = np.ones((256, 256), np.float32)
    assert np.abs(exact.run(rgb, previous) - expected).max() > 1e-4, "the previous matte has no say"


def test_the_network_is_small() -> None:
    assert sum(parameter.numel() for parameter in MatteNetwork().parameters()) < 1_000_000


def test_weights_come_back_from_their_file(tmp_path: Path) -> None:
    network = MatteNetwork().eval()
    save_weights(network, tmp_path / "matte.pt", TrainingSettings())
    image = torch.rand(1, 4, 256, 256)
    with torch.no_grad():
        torch.testing.assert_close(load_network(tmp_path / "matte.pt")(image), network(image))


def test_the_average_follows_the_network() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = WeightAverage(network, 0.9)
    torch.nn.init.ones_(network.weight)
    for _ in range(60):
        average.update(network)
    assert average.network.state_dict()["weight"].item() == pytest.approx(1.0, abs=0.01)


def test_held_out_styles_exist_and_are_few() -> None:
    styles = {style.id for style in list_styles()}
    assert set(HELD_OUT_STYLES) < styles
    assert len(HELD_OUT_STYLES) < len(styles) / 4


def _people(folder: Path, *held_out: bool) -> Path:
    path = folder / "people.json"
    entries = [{"identity": "ann", "file": f"{i}.jpg", "held_out": side} for i, side in enumerate(held_out)]
    path.write_text(json.dumps(entries))
    return path


def test_nobody_is_on_both_sides_of_the_split(tmp_path: Path) -> None:
    assert len(read_people(_people(tmp_path, True, True))) == 2
    with pytest.raises(ToolError, match="ann is held out and trained on"):
        read_people(_people(tmp_path, True, False))


def test_a_broken_list_of_people_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    for text in (
        "[",
        '[{"identity": "ann"}]',
        '[{"identity": "a", "file": "b", "held_out": 1, "hair": "wig"}]',
    ):
        path.write_text(text)
        with pytest.raises(ToolError):
            read_people(path)


def test_runs_are_recorded_in_a_local_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mlflow", reason="needs MLflow: pip install -e '.[train]'")
    with RunRecord(tmp_path / "mlruns", "first", {"rate": 0.1}) as record:
        record.report(5, {"loss": 0.25})
    assert "loss 0.25" in capsys.readouterr().out
    metrics = list((tmp_path / "mlruns").rglob("metrics/loss"))
    assert len(metrics) == 1
    assert metrics[0].read_text().split()[1:] == ["0.25", "5"]


@pytest.mark.parametrize(
    "command", ["render-hair", "pseudo-label", "make-scenes", "train", "export", "evaluate"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        parser().parse_args([command, "--help"])
    assert ending.value.code == 0
    assert "--data" in capsys.readouterr().out


def test_training_without_scenes_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="make-scenes"):
        main(["export", "--data", str(tmp_path), "--weights", str(tmp_path / "matte.pt")])


def test_jobs_are_timed_in_turns() -> None:
    order: list[str] = []
    times = milliseconds({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert order == ["a", "b", "a", "b"]
    assert set(times) == {"a", "b"}
