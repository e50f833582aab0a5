"""Why an upload is refused."""

from __future__ import annotations

from server.errors import RequestError


class UploadError(RequestError):
    """The upload cannot be used; the message says what would work."""

    status = 422
    code = "bad-picture"


class PictureFormatError(UploadError):
    """The file is not a picture of a kind that is taken."""

    status = 415
    code = "picture-format"

    def __init__(self) -> None:
        super().__init__("This file is no picture that can be read here. Send a JPEG, PNG or WebP.")


class AnimatedPictureError(UploadError):
    """The picture moves."""

    status = 415
    code = "picture-animated"

    def __init__(self) -> None:
        super().__init__("This picture is animated. Send a still picture, or a video where videos are taken.")


class BrokenPictureError(UploadError):
    """The file begins like a picture and cannot be decoded."""

    code = "picture-broken"

    def __init__(self) -> None:
        super().__init__("This picture is damaged or incomplete. Save it again, or take another one.")


class PictureBytesError(UploadError):
    """The file is too long."""

    status = 413
    code = "picture-too-long"

    def __init__(self, limit: int) -> None:
        super().__init__(f"This file is larger than {limit >> 20} MB. Send a smaller one.")


class PictureSizeError(UploadError):
    """The picture has too many pixels or too few."""

    status = 413
    code = "picture-size"

    def __init__(self, pixels: int, side: int, least: int) -> None:
        super().__init__(
            f"Pictures may have up to {pixels // 1_000_000} million pixels and sides from {least} to {side} "
            "pixels. Send one of another size."
        )


class PictureTimeError(UploadError):
    """Decoding took too long or too much memory."""

    code = "picture-too-costly"

    def __init__(self) -> None:
        super().__init__("Reading this picture takes too long or too much memory. Save it as a plain JPEG.")


class UploadTimeError(UploadError):
    """The upload came too slowly."""

    status = 408
    code = "upload-too-slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The upload took longer than {seconds:.0f} s. Send a smaller file.")


class UploadsBusyError(UploadError):
    """Others' uploads take all the memory there is for them."""

    status = 503
    code = "uploads-busy"

    def __init__(self) -> None:
        super().__init__("Too many uploads come in at once. Try again in a few seconds.")
