"""A still picture says all that its passes had to say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from realtime.frame_result import FrameResult, Notice
from realtime.still_picture import PASSES, edit_picture
from tests.unit.synthetic_head import face_at


class Passes:
    """A pipeline that raises one notice on an early pass and the same one again later."""

    def __init__(self) -> None:
        self.count = 0

    def process(self, rgb: npt.NDArray[np.uint8], time: float) -> FrameResult:
        self.count += 1
        notices = (Notice("covered-hair", "A hat."),) if self.count in (2, 5) else ()
        return replace(FrameResult(rgb, notices=notices), face=face_at(20.0, 20.0, 1.0, (40, 40)))


def test_a_notice_of_an_early_pass_is_not_lost_and_said_once() -> None:
    passes = Passes()
    result = edit_picture(passes, np.zeros((40, 40, 3), np.uint8))  # type: ignore[arg-type]
    assert passes.count == PASSES
    assert [notice.code for notice in result.notices] == ["covered-hair"]
