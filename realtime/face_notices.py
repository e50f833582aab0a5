"""Telling the user that their face is gone, and that it is back."""

from __future__ import annotations

from realtime.frame_result import Notice

_NO_FACE_AFTER = 0.5
"""Seconds without a face."""

_NO_FACE = Notice("no-face", "No face is in the picture. Look into the camera, with your whole face inside.")
_FACE_FOUND = Notice("face-found", "Your face is back.")


class FaceNotices:
    """Watches the presence of one session's face."""

    def __init__(self) -> None:
        self._seen: float | None = None
        self._missing = False

    def restart(self) -> None:
        """Times begin anew."""
        self._seen = None

    def note(self, present: bool, time: float) -> Notice | None:
        """What to say now that a face is or is not ``present`` at stream ``time``, seconds."""
        if present or self._seen is None:
            self._seen = time
        if present and self._missing:
            self._missing = False
            return _FACE_FOUND
        if not present and not self._missing and time - self._seen >= _NO_FACE_AFTER:
            self._missing = True
            return _NO_FACE
        return None
