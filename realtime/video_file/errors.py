"""Why a video file cannot be read or written."""

from __future__ import annotations

from engines.errors import LiveHairError


class VideoFileError(LiveHairError):
    """A video file cannot be read or written; the message says why and what would work."""

    code = "video-broken"


class VideoFormatError(VideoFileError):
    """The file holds no video of a kind that is read."""

    code = "video-format"


class VideoLengthError(VideoFileError):
    """The video is longer or larger than is taken."""

    code = "video-size"
