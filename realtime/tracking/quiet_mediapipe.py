"""MediaPipe without its chatter on the terminal."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The wheel exports no switch for these, and the usual environment variables do not reach them.
_CHATTER = re.compile(
    rb"XNNPACK delegate|absl::InitializeLog|inference_feedback_manager|landmark_projection_calculator"
    rb"|gl_context|GPU support"
)
_one_at_a_time = threading.Lock()


@contextmanager
def quiet_mediapipe() -> Iterator[None]:
    """Start a graph inside: its known harmless lines are taken out of stderr, others come a little late."""
    with _one_at_a_time, tempfile.TemporaryFile() as heard:
        stderr = os.dup(2)
        os.dup2(heard.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            heard.seek(0)
            for line in heard:
                if not _CHATTER.search(line):
                    os.write(2, line)
