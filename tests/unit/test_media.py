"""The generated clips are what Chromium's fake camera reads, and loops without a jump."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.media import GENTLE, STILL, astronaut_clip, astronaut_frame, astronaut_frames


def test_y4m_has_the_header_and_size_chromium_wants(tmp_path: Path) -> None:
    clip = astronaut_clip(tmp_path / "a.y4m", 64, 48, fps=10, seconds=0.5).read_bytes()
    header, _, pictures = clip.partition(b"\n")
    assert header == b"YUV4MPEG2 W64 H48 F10:1 Ip A1:1 C420"
    assert len(pictures) == 5 * (len(b"FRAME\n") + 64 * 48 * 3 // 2)


def test_mjpeg_holds_one_jpeg_a_frame(tmp_path: Path) -> None:
    clip = astronaut_clip(tmp_path / "a.mjpeg", 64, 48, fps=10, seconds=0.5).read_bytes()
    assert clip.count(b"\xff\xd8\xff") == 5


def test_a_loop_has_no_jump() -> None:
    frames = [frame.astype(int) for frame in astronaut_frames(160, 120, 30, GENTLE)]
    steps = [float(np.abs(b - a).mean()) for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert steps[-1] <= 1.2 * max(steps[:-1])
    assert min(steps) > 0


def test_still_is_still() -> None:
    assert np.array_equal(astronaut_frame(160, 120, STILL, 0.0), astronaut_frame(160, 120, STILL, 0.4))


def test_the_stamp_gets_every_frame_and_its_number() -> None:
    seen: list[int] = []

    def stamp(frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], index: int) -> None:
        seen.append(index)
        frame[0, 0] = index

    frames = list(astronaut_frames(16, 16, 3, stamp=stamp))
    assert seen == [0, 1, 2]
    assert [int(frame[0, 0, 0]) for frame in frames] == [0, 1, 2]


@pytest.mark.parametrize(("name", "width"), [("a.mp4", 64), ("a.y4m", 63)])
def test_what_chromium_cannot_read_is_refused(tmp_path: Path, name: str, width: int) -> None:
    with pytest.raises(ValueError, match=r"Chromium|even"):
        astronaut_clip(tmp_path / name, width, 48)
