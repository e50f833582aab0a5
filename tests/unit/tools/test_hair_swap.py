"""Photos through ``tools.render --engine hairfast``, with small twins of the networks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tools.hair_swap
from engines.hairfast.licence import LicenceNotAcceptedError, accept_licence
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.photo_errors import NoFaceError, NoSuchFaceError, PhotoError, SeveralFacesError
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.errors import MissingWeightsError
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime.settings import RuntimeSettings
from tools.clips import astronaut
from tools.errors import MediaError, ToolError
from tools.media_io import read_image
from tools.render import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    Image.fromarray(astronaut()).save(folder / "me.png")
    Image.fromarray(astronaut()[:, ::-1].copy()).save(folder / "other.png")
    Image.fromarray(np.hstack([astronaut(), astronaut()])).save(folder / "two.png")
    Image.fromarray(np.full((200, 200, 3), 99, np.uint8)).save(folder / "grey.png")
    return folder


@pytest.fixture(scope="module")
def graphs() -> Iterator[TorchGraphs]:
    """Networks of a sixteenth of the width."""
    store = NetworkStore(lambda name: synthetic_state(name, TWIN), TWIN)
    graphs = TorchGraphs(store, RuntimeSettings(threads=1), keep=True)
    yield graphs
    graphs.close()


@pytest.fixture
def twins(graphs: TorchGraphs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small networks instead of those in a directory."""
    monkeypatch.setattr(tools.hair_swap, "open_graphs", lambda weights: graphs)


def _run(folder: Path, *arguments: str) -> int:
    """``tools.render`` of hairfast with the names of pictures in ``folder``."""
    return main(
        ["--engine", "hairfast", *(str(folder / word) if "." in word else word for word in arguments)]
    )


def _read(path: Path) -> Any:
    picture = read_image(path)
    assert picture is not None
    return picture


@pytest.mark.usefixtures("twins")
def test_a_photo_gets_hair_only_where_alpha_says(folder: Path) -> None:
    shape, color = ("--reference-shape", "other.png"), ("--reference-color", "me.png")
    written = ("--alpha", "alpha.png", "--json", "out.json")
    assert _run(folder, "me.png", "out.png", *shape, *color, "--force", *written) == 0
    result, alpha = _read(folder / "out.png"), np.array(Image.open(folder / "alpha.png"), np.uint8)
    assert np.array_equal(result[alpha == 0], astronaut()[alpha == 0])
    assert np.array_equal(result[400:], astronaut()[400:])
    about = json.loads((folder / "out.json").read_text())
    assert about["engine"] == "hairfast"
    assert (about["reference_shape"], about["reference_color"]) == ("other.png", "me.png")
    (frame,) = about["frames"]
    stages = list(frame["timings"])
    assert stages[1:4] == ["encode your photo", "encode the shape reference", "encode the colour reference"]
    assert min(frame["timings"].values()) > 0
    assert abs(frame["pose"]["yaw"]) < 20


@pytest.mark.usefixtures("twins")
def test_the_whole_square_and_the_steps_between_are_there_on_demand(folder: Path) -> None:
    both = ("--reference-shape", "other.png", "--reference-color", "other.png")
    options = ("--full", "--swap-debug", "st.eps", "--json", "full.json")
    assert _run(folder, "me.png", "full.png", *both, "--force", *options) == 0
    square = _read(folder / "full.png")
    assert square.shape == (1024, 1024, 3)
    names = {path.stem for path in (folder / "st.eps").iterdir()}
    assert names == {
        *("square-face", "square-shape", "square-color", "square-result"),
        *("labels-face", "labels-result", "region"),
    }
    assert np.array_equal(_read(folder / "st.eps/square-result.png"), square)
    # One photo for both is encoded once.
    stages = json.loads((folder / "full.json").read_text())["frames"][0]["timings"]
    assert "encode the colour reference" not in stages


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["grey.png", "out.png", "--reference-shape", "me.png"], NoFaceError),
        (["two.png", "out.png", "--reference-shape", "me.png"], SeveralFacesError),
        (["me.png", "out.png", "--reference-shape", "two.png"], SeveralFacesError),
        (["two.png", "out.png", "--reference-shape", "me.png", "--face", "3"], NoSuchFaceError),
        (["me.png", "out.png", "--reference-shape", "missing.png"], MediaError),
        (["me.png", "out.gif", "--reference-shape", "other.png"], MediaError),
        (["me.png", "out.png"], ToolError),
        (["me.png", "out.png", "--style", "pixie", "--reference-shape", "me.png"], ToolError),
    ],
)
def test_what_the_user_can_put_right_is_a_sentence(
    folder: Path, arguments: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        _run(folder, *arguments)
    assert str(raised.value).endswith(".")


@pytest.mark.usefixtures("twins")
def test_without_force_networks_that_see_no_hair_refuse(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.zeros((256, 256), np.uint8)
    monkeypatch.setattr("engines.hairfast.transfer.Transfer.parse", lambda *_: nothing)
    with pytest.raises(PhotoError, match="No hair was found in the shape reference"):
        _run(folder, "me.png", "out.png", "--reference-shape", "me.png", "--reference-color", "me.png")


def test_weights_must_be_named_accepted_and_there(folder: Path, tmp_path: Path) -> None:
    command = ("me.png", "out.png", "--reference-shape", "other.png")
    with pytest.raises(ToolError, match="fetch_weights"):
        _run(folder, *command)
    with pytest.raises(LicenceNotAcceptedError):
        _run(folder, *command, "--weights", str(tmp_path))
    accept_licence(tmp_path, datetime.now(UTC))
    with pytest.raises(MissingWeightsError):
        _run(folder, *command, "--weights", str(tmp_path))
