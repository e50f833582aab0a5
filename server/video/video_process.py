"""Edits videos: a child process, see server/child_process.py.

Each message in: a video file of so many bytes (``video``) and the bytes of a reference after it, with the
``look`` and the ``limits``. Messages out: ``done`` of ``steps`` frames while it works; then ``final`` with an
MP4, or ``error`` and ``message``.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from engines.errors import LiveHairError
from engines.look import Look
from engines.reference.engine import ReferenceEngine
from engines.reference.reference import Reference
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.pipeline import FramePipeline
from realtime.video_file.edit_video import edit_video
from realtime.video_file.video_limits import VideoLimits
from realtime.video_file.video_source import VideoSource
from realtime.video_file.video_writer import VideoWriter
from server.background_process import stay_in_background
from server.messages import read_message, write_message

_MEMORY_IN_USE = Path("/proc/self/statm")
# Told so often, in frames.
_EVERY = 4


def main() -> None:
    """Answer messages until there are no more."""
    out = stay_in_background()
    library = StrandLibrary()
    while True:
        try:
            header, payload = read_message(sys.stdin.buffer)
        except EOFError:
            return
        limits = VideoLimits(**header["limits"])
        _restrict(limits)
        try:
            edited = _edit(out, header, payload, limits, library)
        except LiveHairError as error:
            write_message(out, {"error": error.code, "message": str(error)})
        else:
            write_message(out, {"final": True}, edited)


def _edit(
    out: BinaryIO, header: dict[str, Any], payload: bytes, limits: VideoLimits, library: StrandLibrary
) -> bytes:
    look, size = Look(**header["look"]), header["video"]
    if len(payload) > size:
        look = replace(look, reference=Reference.from_bytes(payload[size:]))
    # A file in memory with a name: the MP4's index is put first by reading the file anew.
    memory = os.memfd_create("edited")
    pipeline = FramePipeline(lambda: ReferenceEngine(StrandEngine(library)), background=False)
    pipeline.look = look
    try:
        with (
            VideoSource(io.BytesIO(payload[:size]), limits) as source,
            VideoWriter(
                Path(f"/proc/self/fd/{memory}"), source, crf=20, preset="veryfast", form="mp4"
            ) as writer,
        ):
            steps = source.frame_count or 0
            for done, _ in enumerate(edit_video(pipeline, source, writer), start=1):
                if done % _EVERY == 0:
                    write_message(out, {"done": done, "steps": max(steps, done + 1)})
        with open(memory, "rb", closefd=False) as file:
            file.seek(0)
            return file.read()
    finally:
        pipeline.close()
        os.close(memory)


def _restrict(limits: VideoLimits) -> None:
    """Bound what a hostile video can take of the machine."""
    if _MEMORY_IN_USE.exists():
        in_use = int(_MEMORY_IN_USE.read_text().split()[0]) * resource.getpagesize()
        most = in_use + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.result_bytes, limits.result_bytes))


if __name__ == "__main__":
    main()
