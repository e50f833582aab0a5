"""The parity check tells agreement from disagreement, on small stages of the reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engines.hairfast.network_catalogue import expected_state
from tools.parity import __main__ as parity
from tools.parity.oracle import Oracle, OracleError
from tools.parity.stages import find_stage

ORACLE = Path(__file__).parents[4] / "shared" / "oracle"
SMALL = "08_rotate_shape"
needs_oracle = pytest.mark.skipif(
    not (ORACLE / "seed1" / "manifest.json").is_file(), reason=f"no reference tensors in {ORACLE}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The reference folder as links, so that a test can replace a file."""
    for path in ORACLE.iterdir():
        if path.is_file():
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "seed1" / "stages").mkdir(parents=True)
    for path in (ORACLE / "seed1").rglob("*.*"):
        (tmp_path / path.relative_to(ORACLE)).symlink_to(path)
    return tmp_path


def _replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def _change_stage(folder: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:  # type: ignore[type-arg]
    path = folder / "seed1" / "stages" / f"{SMALL}.npz"
    with np.load(path) as file:
        arrays = dict(file)
    change(arrays)
    path.unlink()
    np.savez(path, **arrays)


def _status(folder: Path, *stages: str) -> int:
    return parity.main([str(folder), "--seed", "1", "--only", *(stages or (SMALL,))])


@needs_oracle
def test_stages_that_agree_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _status(folder, SMALL, "18_HM_X_color", "00_labels") == 0
    assert "11 of 11 arrays compared, 0 missed" in capsys.readouterr().out


@needs_oracle
def test_one_wrong_number_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def corrupt(arrays: dict[str, np.ndarray]) -> None:  # type: ignore[type-arg]
        arrays["out"][0, 3, 100] += 1e-3

    _change_stage(folder, corrupt)
    assert _status(folder) == 1
    assert f"{SMALL}/out" in capsys.readouterr().err


@needs_oracle
def test_an_array_that_nothing_computes_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = json.loads((folder / "seed1" / "manifest.json").read_text())
    manifest[SMALL]["middle"] = manifest[SMALL]["out"]
    manifest["99_new"] = {"out": manifest[SMALL]["out"]}
    _replace(folder / "seed1" / "manifest.json", json.dumps(manifest).encode())
    assert _status(folder, SMALL, "99_new") == 1
    output = capsys.readouterr()
    assert "3 of 5 arrays compared, 2 missed" in output.out
    assert f"{SMALL}/middle: not computed" in output.err
    assert "99_new/out: not computed" in output.err


@needs_oracle
def test_other_weights_fail(folder: Path) -> None:
    _replace(
        folder / "make_checkpoints.py",
        (ORACLE / "make_checkpoints.py").read_bytes().replace(b"'bias': (0.02, 0.0)", b"'bias': (0.03, 0.0)"),
    )
    assert _status(folder) == 1


@needs_oracle
@pytest.mark.parametrize("file", ["seed1/manifest.json", f"seed1/stages/{SMALL}.npz"])
def test_a_damaged_file_is_named(folder: Path, file: str) -> None:
    _replace(folder / file, (ORACLE / file).read_bytes()[:999])
    with pytest.raises(OracleError, match=Path(file).stem):
        _status(folder)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OracleError, match="no reference tensors"):
        _status(tmp_path)
    with pytest.raises(OracleError, match="no reference tensors"):
        _status(tmp_path / "nowhere")


@needs_oracle
def test_a_seed_or_a_stage_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(OracleError, match="no seed 7; it has 1"):
        parity.main([str(folder), "--seed", "7"])
    with pytest.raises(OracleError, match="no stage '98_none'"):
        _status(folder, "98_none")


@needs_oracle
def test_a_folder_without_its_scripts_is_refused(folder: Path) -> None:
    (folder / "check_stage.py").unlink()
    with pytest.raises(OracleError, match=r"check_stage\.py is missing"):
        _status(folder)


@needs_oracle
def test_every_stage_of_the_reference_is_known() -> None:
    assert [stage for stage in Oracle(ORACLE, 1).arrays if find_stage(stage) is None] == []


@needs_oracle
@pytest.mark.parametrize("name", ["rotate", "face_parser"])
def test_formula_weights_are_the_networks_own_keys(name: str) -> None:
    state = Oracle(ORACLE, 1).read_network(name)
    assert {key: value.shape for key, value in state.items()} == {
        key: value.shape for key, value in expected_state(name).items()
    }
