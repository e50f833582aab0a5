"""The program: what it reads, prints and returns."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tools.clips import moving_portrait
from tools.errors import ToolError
from tools.evaluate.__main__ import main, report
from tools.evaluate.clip import hair_words, read_clip, video_paths
from tools.evaluate.evaluation import Outcome
from tools.evaluate.goals import GOALS
from tools.evaluate.report import missed


def _video(path: Path, frames: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(15))
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for rgb in moving_portrait((320, 240), frames, face_height=0.5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        container.mux(stream.encode(None))
    return path


def _outcome(**values: float) -> Outcome:
    return Outcome("a", "pixie", "Monk 5, ITA 40°", "short curly", values)


def test_a_value_on_the_wrong_side_of_its_goal_is_a_miss() -> None:
    held = _outcome(psnr=40.0, jitter=0.5, detached=0.0, yaw_least=-20.0)
    assert missed([held]) == []
    assert [name for _, name in missed([_outcome(psnr=39.9, jitter=0.51, detached=1.0)])] == [
        "psnr",
        "jitter",
        "detached",
    ]


def test_the_report_says_what_was_missed_and_what_could_not_be_measured() -> None:
    outcomes = [_outcome(psnr=38.24, yaw_least=-31.0, yaw_most=12.0), _outcome(psnr=45.0)]
    text = "\n".join(report(outcomes, {"identity": "no network"}))
    assert "38.2*" in text
    line = next(line for line in text.splitlines() if line.startswith("PSNR"))
    assert line.split() == ["PSNR", "≥", "40", "dB", "41.6", "38.2", "2", "1", "MISSED"]
    assert any("n/a" in line and "no network" in line for line in text.splitlines())
    assert "Monk 5" in text
    assert "short curly" in text
    assert "-31° to +12°" in text


def test_every_goal_has_a_line() -> None:
    text = "\n".join(report([_outcome(psnr=45.0)], {}))
    assert all(goal.name in text for goal in GOALS.values())


def test_descriptions_name_hair() -> None:
    assert hair_words("woman, very long straight black hair") == "long straight"
    assert hair_words("young man, medium dark curly hair") == "medium curly"
    assert hair_words("man, dark skin, twisted locs") == "coily"
    assert hair_words("two people") == "–"


def test_videos_are_found_below_folders(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    for name in ("videos/b.mp4", "videos/a.mov", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in video_paths([tmp_path])] == ["a.mov", "b.mp4"]
    (tmp_path / "videos" / "empty").mkdir()
    with pytest.raises(ToolError, match="no video"):
        video_paths([tmp_path / "videos" / "empty"])


def test_only_the_wanted_seconds_are_read(tmp_path: Path) -> None:
    clip = read_clip(_video(tmp_path / "a.mp4", 30), 1.0)
    assert len(clip.frames) == 15
    assert clip.rate == pytest.approx(15.0, rel=0.01)


def test_a_video_is_measured_without_a_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    video, record = _video(tmp_path / "portrait.mp4", 24), tmp_path / "values.json"
    status = main([str(video), "--styles", "pixie", "--no-synthetic", "--json", str(record)])
    printed = capsys.readouterr().out
    values = json.loads(record.read_text())["outcomes"][0]["values"]
    assert values["detached"] == 0.0
    assert values["jitter"] < 1.0
    assert "psnr" not in values
    assert "no hair network to judge by" in printed
    assert status == (1 if "MISSED" in printed else 0)
