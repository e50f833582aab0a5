"""MediaPipe's chatter is taken out of stderr, everything else stays."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from realtime.tracking.quiet_mediapipe import quiet_mediapipe


def test_only_known_chatter_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_mediapipe():
        os.write(2, b"W0000 inference_feedback_manager.cc:114] Feedback manager requires\n")
        os.write(2, b"a real error\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "a real error\nafter\n"


def test_stderr_comes_back_after_an_exception(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with quiet_mediapipe():
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"


def test_tracking_and_segmenting_say_nothing_on_the_terminal() -> None:
    script = (
        "from realtime.tracking.face_tracker import FaceTracker\n"
        "from realtime.matte.person_mask import PersonSegmenter\n"
        "from realtime.settings import TrackerSettings\n"
        "from tests.unit.moving_face import Placed\n"
        "tracker = FaceTracker(TrackerSettings())\n"
        "assert tracker.track(Placed().frame(), 0.0) is not None\n"
        "tracker.close()\n"
        "segmenter = PersonSegmenter()\n"
        "segmenter.segment(Placed().frame())\n"
        "segmenter.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
