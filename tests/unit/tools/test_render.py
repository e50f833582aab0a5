"""Pictures and videos through tools.render."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engines.errors import LiveHairError, UnknownColorError, UnknownStyleError
from realtime.video_file.errors import VideoFormatError
from realtime.video_file.video_source import VideoSource
from tools.clips import astronaut, moving_portrait, to_i420
from tools.errors import MediaError, ToolError
from tools.media_io import read_image
from tools.render import main

LOOK = ["--style", "c-curl-bob", "--color", "F3"]
FRAMES = 12


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portrait") / "astronaut.png"
    Image.fromarray(astronaut()).save(path)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames at uneven times, with a second of sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "20"})
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        video.codec_context.time_base = Fraction(1, 1000)
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for index, rgb in enumerate(moving_portrait((320, 240), FRAMES)):
            frame = av.VideoFrame.from_ndarray(to_i420(rgb), "yuv420p")
            frame.pts, frame.time_base = 33 * index + 40 * (index // 5), Fraction(1, 1000)
            container.mux(video.encode(frame))
        for index in range(46):
            tone = np.sin(np.arange(1024) * 0.05 + index).astype(np.float32)[None] * 0.2
            samples = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
            samples.pts, samples.sample_rate, samples.time_base = 1024 * index, 48_000, Fraction(1, 48_000)
            container.mux(sound.encode(samples))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path


def _streams(path: Path) -> tuple[list[float], int]:
    """The times of the frames, and the number of sound samples."""
    with av.open(str(path)) as container:
        times = [float(frame.time or 0.0) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        samples = sum(f.samples for f in container.decode(audio=0)) if container.streams.audio else 0
    return times, samples


def test_only_the_rectangle_around_the_hair_changes_in_a_picture(portrait: Path, tmp_path: Path) -> None:
    out, alpha_path, record = tmp_path / "out.png", tmp_path / "alpha.png", tmp_path / "record.json"
    assert main([str(portrait), str(out), *LOOK, "--alpha", str(alpha_path), "--json", str(record)]) == 0
    before, after = astronaut(), read_image(out)
    alpha = np.array(Image.open(alpha_path), np.uint8)
    assert after is not None
    assert alpha.shape == before.shape[:2]
    # A bob on a face of 106 px covers some thousand pixels, all around the head.
    assert (alpha > 200).sum() > 3000
    assert np.array_equal(after[300:], before[300:])
    assert np.abs(after[alpha > 200].astype(int) - before[alpha > 200]).mean() > 10
    (frame,) = json.loads(record.read_text())["frames"]
    assert abs(frame["pose"]["yaw"]) < 20
    assert frame["timings"]["render"] > 0


def test_a_video_keeps_its_frames_times_and_sound(clip: Path, tmp_path: Path) -> None:
    out, alpha, record = tmp_path / "out.mp4", tmp_path / "alpha.mp4", tmp_path / "record.json"
    assert main([str(clip), str(out), *LOOK, "--alpha", str(alpha), "--json", str(record)]) == 0
    times, samples = _streams(clip)
    new_times, new_samples = _streams(out)
    assert new_times == pytest.approx(times, abs=0.0015)
    assert len(times) == FRAMES
    assert new_samples == pytest.approx(samples, abs=2048)
    assert _streams(alpha)[1] == 0
    frames = json.loads(record.read_text())["frames"]
    assert len(frames) == FRAMES
    assert frames[0]["keyframe"] is not None
    with av.open(str(alpha)) as container:
        masks = [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in container.decode(video=0)]
    assert max(float((mask > 128).mean()) for mask in masks) > 0.02


def test_the_orientation_in_the_file_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(astronaut()).copy()).save(path, exif=exif, quality=95)
    upright = read_image(path)
    assert upright is not None
    assert np.abs(upright.astype(int) - astronaut()).mean() < 4


def test_an_odd_video_loses_its_last_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "odd.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=30)
        video.width, video.height, video.pix_fmt = 161, 121, "yuv444p"
        frame = av.VideoFrame.from_ndarray(next(moving_portrait((162, 122), 1))[:121, :161].copy(), "rgb24")
        container.mux(video.encode(frame.reformat(format="yuv444p")))
        container.mux(video.encode(None))
    with VideoSource(path) as source:
        (item,) = source
    assert (item.frame.width, item.frame.height) == (160, 120)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["missing.jpg", "out.png", *LOOK], MediaError),
        (["{text}", "out.png", *LOOK], VideoFormatError),
        (["{broken}", "out.png", *LOOK], MediaError),
        (["{portrait}", "out.gif", *LOOK], MediaError),
        (["{portrait}", "{missing}/out.png", *LOOK], MediaError),
        (["{portrait}", "out.png", "--style", "beehive"], UnknownStyleError),
        (["{portrait}", "out.png", "--style", "pixie", "--color", "blue"], UnknownColorError),
        (["{portrait}", "out.png"], LiveHairError),
        (["{portrait}", "out.png", *LOOK, "--engine", "hairfast"], ToolError),
        (["{portrait}", "out.png", *LOOK, "--reference-shape", "x.png"], ToolError),
        (["{portrait}", "out.png", *LOOK, "--reference-color", "x.png", "--color", "N1"], ToolError),
        (
            ["{portrait}", "out.png", "--reference-color", "x.png", "--weights", "w", "--color", "N1"],
            ToolError,
        ),
        (["{portrait}", "out.png", "--reference-shape", "missing.png"], MediaError),
        (["{portrait}", "out.png", "--reference-shape", "{portrait}", "--color", "blue"], UnknownColorError),
    ],
)
def test_what_the_user_can_put_right_is_a_sentence(
    portrait: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    error: type[Exception],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.mp4").write_text("not a video")
    (tmp_path / "broken.png").write_bytes(portrait.read_bytes()[:5000])
    files = {"text": "text.mp4", "broken": "broken.png", "portrait": str(portrait), "missing": "nowhere"}
    with pytest.raises(error) as raised:
        main([argument.format(**files) for argument in arguments])
    assert str(raised.value).endswith(".")


def test_a_photo_lends_the_shape_and_the_colour_of_its_hair(portrait: Path, tmp_path: Path) -> None:
    alphas = []
    for number, lent in enumerate((["--reference-color"], ["--reference-shape", "--reference-color"])):
        alpha, record = tmp_path / f"alpha{number}.png", tmp_path / f"{number}.json"
        arguments = [part for option in lent for part in (option, str(portrait))]
        style = ["--style", "pixie"] if number == 0 else []
        files = ["--alpha", str(alpha), "--json", str(record)]
        assert main([str(portrait), str(tmp_path / "out.png"), *style, *arguments, *files]) == 0
        told = json.loads(record.read_text())
        assert told["engine"] == "strands"
        assert told["reference_color"] == portrait.name
        assert told["color"].startswith("#")
        picture = read_image(alpha)
        assert picture is not None
        alphas.append(picture[..., 0] > 127)
    # Its own hair, short and all around the head, reaches further down than a pixie.
    assert alphas[1].sum() > 1000
    assert (alphas[0] != alphas[1]).sum() > 1000


def test_a_picture_without_a_face_is_written_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "grey.png", tmp_path / "out.png"
    Image.fromarray(np.full((120, 160, 3), 90, np.uint8)).save(path)
    assert main([str(path), str(out), *LOOK]) == 0
    assert "No face" in capsys.readouterr().out
    written = read_image(out)
    assert written is not None
    assert (written == 90).all()
