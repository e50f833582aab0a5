"""Weights arrive whole and unchanged, whatever the connection does; terms are accepted first."""

from __future__ import annotations

import hashlib
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from engines.hairfast import licence
from engines.hairfast.licence import LicenceNotAcceptedError, accept_licence, require_licence
from engines.hairfast.weights.files import CLIP, MEDIAN_FOLDER, WeightFile
from tests.unit.faulty_server import FaultyServer
from tools.arguments import run_tool
from tools.errors import ToolError
from tools.fetch_weights.__main__ import main
from tools.fetch_weights.checksums import SUMS_NAME, Checksums

BIG, SMALL = "pretrained_models/A/big.pth", "pretrained_models/B/small.pt"
CODE = f"{MEDIAN_FOLDER}/0/ACE.npy"
FILES = (
    WeightFile(BIG, 0.4, ("rotate",)),
    WeightFile(SMALL, 0.001, ("rotate",)),
    WeightFile(CLIP.path, 0.002, ("clip",), "clip", also=CLIP.also),
    WeightFile(CODE, 0.001, ("sean",), "median-codes"),
)
CONTENTS = {
    BIG: bytes(range(256)) * 1500,
    SMALL: b"small" * 100,
    CLIP.path: b"clip" * 500,
    CODE: b"code" * 100,
}


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that would have been waited between tries."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A folder that has every file."""
    root = tmp_path / "origin"
    for path, content in CONTENTS.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(content)
    return root


@pytest.fixture
def server(origin: Path) -> Iterator[FaultyServer]:
    """The same on the web."""
    with FaultyServer(origin).running() as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A directory for weights whose terms are accepted."""
    directory = tmp_path / "weights"
    accept_licence(directory, datetime(2026, 1, 1, tzinfo=UTC))
    return directory


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments], FILES)


def publish_sums(origin: Path) -> None:
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in CONTENTS.items()]
    (origin / SUMS_NAME).write_text("".join(lines))


def assert_complete(directory: Path) -> None:
    for path, content in CONTENTS.items():
        assert (directory / path).read_bytes() == content, path
        assert Checksums(directory).get(path) == hashlib.sha256(content).hexdigest()
    assert not list(directory.rglob("*.part"))


@pytest.mark.parametrize(
    "faults",
    [
        [],
        ["break", "break", "break"],
        ["500", "503", "429"],
        ["break", "whole"],
        ["break", "500", "break", "whole", "break"],
    ],
)
def test_every_file_arrives_whole_over_a_bad_connection(
    server: FaultyServer, target: Path, faults: list[str]
) -> None:
    server.faults[BIG] = list(faults)
    assert run(target, "--source", server.url) == 0
    assert_complete(target)


def test_a_broken_download_goes_on_where_it_ended(
    server: FaultyServer, target: Path, pauses: list[float]
) -> None:
    server.faults[BIG] = ["break", "500", "500", "break"]
    run(target, "--source", server.url)
    half = len(CONTENTS[BIG]) // 2
    assert [start for path, start in server.asked if path == BIG] == [0, half, half, half, half + half // 2]
    assert pauses == [1.0, 1.0, 2.0, 1.0]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs that a shell starts in the background ignore Ctrl-C, and so do the tests in them."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_is_continued_by_the_same_command(
    server: FaultyServer, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults[BIG] = ["interrupt"]
    with pytest.raises(SystemExit) as ended:
        run_tool(lambda: run(target, "--source", server.url))
    assert ended.value.code == 130
    assert "The same command goes on from here." in capsys.readouterr().out
    have = (target / f"{BIG}.part").stat().st_size
    assert 0 < have < len(CONTENTS[BIG])
    assert not (target / BIG).exists()
    run(target, "--source", server.url)
    assert (BIG, have) in server.asked
    assert_complete(target)


def test_what_is_there_is_not_fetched_again(server: FaultyServer, target: Path) -> None:
    run(target, "--source", server.url)
    server.asked.clear()
    (target / SMALL).unlink()
    run(target, "--source", server.url)
    assert server.asked == [(SUMS_NAME, 0), (SMALL, 0)]
    assert_complete(target)


def test_files_that_were_put_there_by_hand_get_a_checksum(origin: Path, target: Path) -> None:
    shutil.copytree(origin, target, dirs_exist_ok=True)
    assert run(target, "--source", "/nowhere") == 0
    assert_complete(target)


def test_a_folder_serves_as_source_and_is_resumed_too(origin: Path, target: Path) -> None:
    part = target / f"{BIG}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENTS[BIG][:1000])
    assert run(target, "--source", origin) == 0
    assert_complete(target)


def test_a_part_longer_than_the_file_is_dropped(server: FaultyServer, target: Path) -> None:
    part = target / f"{SMALL}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(5000))
    run(target, "--source", server.url)
    assert_complete(target)


def test_a_part_that_is_all_of_the_file_is_taken(server: FaultyServer, target: Path) -> None:
    part = target / f"{SMALL}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENTS[SMALL])
    run(target, "--source", server.url)
    assert_complete(target)


def test_wrong_bytes_are_fetched_once_more(server: FaultyServer, origin: Path, target: Path) -> None:
    publish_sums(origin)
    server.faults[SMALL] = ["wrong"]
    assert run(target, "--source", server.url) == 0
    assert_complete(target)


def test_bytes_that_stay_wrong_are_refused_and_not_kept(
    server: FaultyServer, origin: Path, target: Path
) -> None:
    publish_sums(origin)
    server.faults[SMALL] = ["wrong", "wrong"]
    with pytest.raises(ToolError, match=r"small\.pt: expected the SHA-256 .*…, found .*…; it was not kept"):
        run(target, "--source", server.url)
    assert not (target / SMALL).exists()
    assert not (target / f"{SMALL}.part").exists()


def test_a_file_fetched_again_must_be_the_one_recorded(server: FaultyServer, target: Path) -> None:
    run(target, "--source", server.url)
    (target / SMALL).unlink()
    server.faults[SMALL] = ["wrong", "wrong"]
    with pytest.raises(ToolError, match="expected the SHA-256"):
        run(target, "--source", server.url)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("404", "there is no such file."), ("403", "the server answers 403"), ("500", "gave up after 6 tries")],
)
def test_a_source_that_fails_for_good_is_named(
    server: FaultyServer, target: Path, capsys: pytest.CaptureFixture[str], fault: str, sentence: str
) -> None:
    server.faults[SMALL] = [fault] * 6
    with pytest.raises(SystemExit) as ended:
        run_tool(lambda: run(target, "--source", server.url))
    said = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 2
    assert said.startswith(f"{server.url}/{SMALL}")
    assert sentence in said
    assert (target / BIG).exists()


def test_clip_and_median_codes_may_come_from_elsewhere(origin: Path, target: Path, tmp_path: Path) -> None:
    clip = (origin / CLIP.path).rename(tmp_path / "my-clip.pt")
    codes = (origin / MEDIAN_FOLDER).rename(tmp_path / "codes")
    run(target, "--source", origin, "--clip", clip, "--median-codes", codes)
    assert_complete(target)


def test_clip_is_found_under_its_other_name_at_a_mirror(origin: Path, target: Path) -> None:
    (origin / CLIP.path).rename(origin / CLIP.also[0])
    run(target, "--source", origin)
    assert (target / CLIP.also[0]).read_bytes() == CONTENTS[CLIP.path]


def test_a_dry_run_says_what_and_how_much_and_contacts_nobody(
    server: FaultyServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "new", "--source", server.url, "--dry-run") == 0
    assert f"0.4 MB  to fetch  {BIG}" in capsys.readouterr().out
    assert server.asked == []
    assert not (tmp_path / "new").exists()


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    server: FaultyServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100_000))
    with pytest.raises(ToolError, match="GB left"):
        run(target, "--source", server.url)
    assert (BIG, 0) not in server.asked


def test_verify_finds_a_changed_file(origin: Path, target: Path) -> None:
    run(target, "--source", origin)
    assert run(target, "--verify") == 0
    content = bytearray(CONTENTS[BIG])
    content[777] ^= 1
    (target / BIG).write_bytes(content)
    with pytest.raises(ToolError, match=r"big\.pth: expected the SHA-256 .* delete it and fetch it again"):
        run(target, "--verify")


def test_nothing_is_fetched_before_the_terms_are_accepted(
    server: FaultyServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LicenceNotAcceptedError, match="--accept-licence"):
        run(tmp_path / "new", "--source", server.url)
    assert "RESEARCH AND EVALUATION ONLY" in capsys.readouterr().out
    assert server.asked == []
    assert run(tmp_path / "new", "--source", server.url, "--accept-licence") == 0
    assert "RESEARCH AND EVALUATION ONLY" in capsys.readouterr().out
    assert run(tmp_path / "new", "--source", server.url) == 0
    assert "RESEARCH AND EVALUATION ONLY" not in capsys.readouterr().out


def test_terms_that_changed_are_to_be_accepted_again(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_licence(target)
    monkeypatch.setattr(licence, "LICENCE_DIGEST", "another text's")
    with pytest.raises(LicenceNotAcceptedError):
        require_licence(target)


def test_a_directory_that_cannot_be_written_is_one_sentence(
    origin: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(target / SUMS_NAME))

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(ToolError, match=r"SHA256SUMS: Permission denied\."):
        run(target, "--source", origin)
