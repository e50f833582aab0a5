"""Published files become networks exactly, and whatever is wrong with one is said in one sentence."""

from __future__ import annotations

import os
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engines.hairfast.network_catalogue import NETWORKS
from engines.hairfast.weights import files
from engines.hairfast.weights.checkpoint import read_checkpoint
from engines.hairfast.weights.directory import WeightDirectory
from engines.hairfast.weights.errors import WeightsError
from engines.hairfast.weights.spectral_norm import fold_spectral_norm
from engines.hairfast.width import TWIN
from tests.unit.hairfast.published_layout import StateDict, linked_copy, save, write_layout
from tools.arguments import run_tool
from tools.fetch_weights.__main__ import main

KEY = "modulation_module_list.0.fc.weight"

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, StateDict]]:
    """A directory in the authors' layout and what its networks are."""
    directory = tmp_path_factory.mktemp("published")
    return directory, write_layout(directory)


@pytest.fixture
def directory(published: tuple[Path, dict[str, StateDict]], tmp_path: Path) -> Path:
    """A directory of one's own to break."""
    return linked_copy(published[0], tmp_path / "weights")


def read(directory: Path, network: str) -> StateDict:
    return WeightDirectory(directory, TWIN).read(network)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_published_layout_gives_the_network_and_nothing_else(
    published: tuple[Path, dict[str, StateDict]], network: str
) -> None:
    state, wanted = read(published[0], network), published[1][network]
    assert state.keys() == wanted.keys()
    for key, value in wanted.items():
        assert state[key].dtype == torch.float32
        torch.testing.assert_close(state[key], value, rtol=1e-5, atol=1e-7, msg=f"{network}: {key}")


def test_spectral_norm_is_folded_as_pytorch_applies_it() -> None:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        normed = nn.utils.spectral_norm(nn.Conv2d(6, 5, 3))
    for _ in range(3):
        normed(torch.randn(1, 6, 8, 8))
    normed.eval()
    plain = nn.Conv2d(6, 5, 3)
    plain.load_state_dict(fold_spectral_norm(normed.state_dict()))
    picture = torch.randn(1, 6, 8, 8)
    torch.testing.assert_close(plain(picture), normed(picture))


@pytest.mark.parametrize("rows", [None, 1, 18])
def test_an_average_latent_of_one_row_serves_all_rows(directory: Path, rows: int | None) -> None:
    row = torch.arange(float(TWIN.channels(512)))
    latent = row if rows is None else row.expand(rows, -1).clone()
    save({"state_dict": {}, "latent_avg": latent}, directory / files.FS_ENCODER_LATENT.path)
    assert torch.equal(read(directory, "fs_encoder")["latent_avg"], row.expand(18, -1))


def test_half_precision_becomes_single(published: tuple[Path, dict[str, StateDict]], directory: Path) -> None:
    path = directory / files.CLIP.path
    save({key: value.half() for key, value in torch.load(path).items()}, path)
    state = read(directory, "clip")
    assert {value.dtype for value in state.values()} == {torch.float32}
    torch.testing.assert_close(state["proj"], published[1]["clip"]["proj"], rtol=1e-3, atol=1e-4)


def test_the_program_that_clip_is_published_as_gives_its_weights(
    published: tuple[Path, dict[str, StateDict]], directory: Path
) -> None:
    class Holder(nn.Module):
        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return image

    model = Holder()
    for key, value in published[1]["clip"].items():
        place: nn.Module = model
        for name in ["visual", *key.split(".")[:-1]]:
            if not hasattr(place, name):
                place.add_module(name, Holder())
            place = getattr(place, name)
        place.register_buffer(key.split(".")[-1], value.half())
    path = directory / files.CLIP.path
    path.unlink()
    torch.jit.save(torch.jit.script(model), str(path))
    state = read(directory, "clip")
    assert state.keys() == published[1]["clip"].keys()
    torch.testing.assert_close(state["proj"], published[1]["clip"]["proj"], rtol=1e-3, atol=1e-4)


def test_clip_as_a_plain_state_dict_is_found_by_its_other_name(directory: Path) -> None:
    (directory / files.CLIP.path).rename(directory / files.CLIP.also[0])
    assert "proj" in read(directory, "clip")


def test_files_of_old_versions_of_pytorch_are_read(directory: Path) -> None:
    path = directory / files.FACE_PARSER.path
    content = torch.load(path)
    save(content, path, _use_new_zipfile_serialization=False)
    assert not zipfile.is_zipfile(path)
    assert torch.equal(read_checkpoint(path)["conv_out.conv_out.weight"], content["conv_out.conv_out.weight"])


@pytest.mark.parametrize("zipped", [True, False])
def test_files_that_were_saved_from_a_gpu_are_read_without_one(
    directory: Path, monkeypatch: pytest.MonkeyPatch, zipped: bool
) -> None:
    path = directory / files.ROTATE.path
    content = torch.load(path)
    monkeypatch.setattr("torch.serialization.location_tag", lambda storage: "cuda:0")
    save(content, path, _use_new_zipfile_serialization=zipped)
    assert torch.equal(read(directory, "rotate")[KEY], content["model_state_dict"][KEY])


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return os.mkdir, (str(self.mark),)


def _edit(change: Callable[[dict[str, Any]], object]) -> Callable[[Path, Path], None]:
    """A fault: the rotate checkpoint with ``change`` applied to its state dict."""

    def inject(path: Path, _mark: Path) -> None:
        content = torch.load(path)
        change(content["model_state_dict"])
        save(content, path)

    return inject


def _replace(content: bytes) -> Callable[[Path, Path], None]:
    def inject(path: Path, _mark: Path) -> None:
        path.unlink()
        path.write_bytes(content)

    return inject


def _truncate(path: Path, _mark: Path) -> None:
    _replace(path.read_bytes()[: path.stat().st_size // 2])(path, _mark)


def _truncate_old(path: Path, mark: Path) -> None:
    save(torch.load(path), path, _use_new_zipfile_serialization=False)
    _truncate(path, mark)


def _zip(path: Path, _mark: Path) -> None:
    path.unlink()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday/photo.txt", "sea")


def _trap(path: Path, mark: Path, **options: Any) -> None:
    save({"model_state_dict": {"fc.weight": Trap(mark)}}, path, **options)


def _program(path: Path, _mark: Path) -> None:
    path.unlink()
    torch.jit.save(torch.jit.script(nn.ReLU()), str(path))


def _bare_trap(path: Path, mark: Path) -> None:
    _replace(pickle.dumps(Trap(mark)))(path, mark)


FAULTS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "missing": (lambda path, _: path.unlink(), "found none"),
    "truncated": (
        _truncate,
        "expected a whole PyTorch checkpoint, found 0.1 MB that end early or are broken",
    ),
    "truncated old": (_truncate_old, "expected a whole PyTorch checkpoint"),
    "empty": (_replace(b""), "found an empty file"),
    "missing key": (
        _edit(lambda state: state.pop(KEY)),
        f"expected the key '{KEY}' of shape 32×32, found no",
    ),
    "extra key": (_edit(lambda state: state.update(extra=torch.ones(1))), "found also 'extra' (1 too many)"),
    "shape": (
        _edit(lambda state: state.update({KEY: torch.ones(32, 31)})),
        f"{KEY} of shape 32×32, found 32×31",
    ),
    "no tensor": (_edit(lambda state: state.update({KEY: "a text"})), f"found a str under '{KEY}'"),
    "other checkpoint": (
        lambda path, _: save({"net": {}}, path),
        "'model_state_dict', found entries such as 'net'",
    ),
    "bare tensor": (lambda path, _: save(torch.ones(3), path), "'model_state_dict', found a Tensor"),
    "text": (_replace(b"All work and no play"), "expected a PyTorch checkpoint, found a text"),
    "pointer": (_replace(b"version https://git-lfs.github.com/spec/v1\n"), "found a Git LFS pointer"),
    "web page": (_replace(b"<!DOCTYPE html><html>"), "found a web page"),
    "picture": (_replace(b"\xff\xd8\xff\xe0\x00\x10JFIF"), "found a file of another kind"),
    "zip": (_zip, "found a zip archive without tensors"),
    "code": (_trap, "found a pickle with code (posix.mkdir), which was not run"),
    "old code": (
        lambda path, mark: _trap(path, mark, _use_new_zipfile_serialization=False),
        "found a pickle with code (posix.mkdir), which was not run",
    ),
    "bare code": (_bare_trap, "found another pickle, which may hold code and was not run"),
    "program": (_program, "found a TorchScript program, which was not run"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_file_is_named_in_one_sentence_with_status_2(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    inject, sentence = FAULTS[fault]
    path, mark = directory / files.ROTATE.path, tmp_path / "executed"
    inject(path, mark)
    with pytest.raises(SystemExit) as ended:
        run_tool(lambda: main([str(directory), "--accept-licence", "--check"], width=TWIN))
    said = [line for line in capsys.readouterr().err.splitlines() if line and "|" not in line]
    assert ended.value.code == 2
    assert len(said) == 1
    assert said[0].startswith(f"{path}: expected ")
    assert said[0].endswith(".")
    assert sentence in said[0]
    assert not mark.exists()


def test_bad_median_codes_are_named(directory: Path) -> None:
    path = directory / files.MEDIAN_CODES[7].path
    path.unlink()
    np.save(path, np.zeros(5, np.float32))
    with pytest.raises(WeightsError, match=r"median/7/ACE\.npy: expected .* of shape 32, found 5\."):
        read(directory, "sean")
    path.write_text("no array")
    with pytest.raises(WeightsError, match=r"median/7/ACE\.npy: expected a NumPy array, found a text\."):
        read(directory, "sean")


def test_a_sound_directory_passes(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(directory), "--accept-licence", "--check"], width=TWIN) == 0
    assert "All 10 networks load." in capsys.readouterr().out
