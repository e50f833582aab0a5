"""Photos whose hair cannot be taken. Every message says what would work."""

from __future__ import annotations

from engines.errors import LiveHairError

FaceBox = tuple[float, float, float, float]
"""Left, top, width and height in shares of the picture."""


class ReferenceRefusedError(LiveHairError):
    """A photo is no reference."""

    code = "reference-refused"


class ReferenceNoFaceError(ReferenceRefusedError):
    """No face was found."""

    code = "reference-no-face"

    def __init__(self) -> None:
        super().__init__("No face was found in this photo: use one that shows a face from the front.")


class ReferenceSeveralFacesError(ReferenceRefusedError):
    """Nothing says which of several faces is meant, or something that is not there.

    ``faces``: where they are, from left to right.
    """

    code = "reference-several-faces"

    def __init__(self, boxes: tuple[FaceBox, ...]) -> None:
        super().__init__(f"There are {len(boxes)} faces in this photo: say whose hair is meant.")
        self.faces = boxes


class ReferenceProfileError(ReferenceRefusedError):
    """The head is turned too far."""

    code = "reference-profile"

    def __init__(self) -> None:
        super().__init__(
            "The head in this photo is turned too far: use one that looks towards the camera, "
            "neither from the side nor far up or down."
        )


class ReferenceHatError(ReferenceRefusedError):
    """Something covers the head."""

    code = "reference-hat"

    def __init__(self) -> None:
        super().__init__("Something covers the head in this photo: use one without a hat, cap or scarf.")


class ReferenceCroppedError(ReferenceRefusedError):
    """The photo ends within the hair."""

    code = "reference-cropped"

    def __init__(self) -> None:
        super().__init__(
            "The hair is cut off at the edge of this photo: use one with some room above and beside the head."
        )


class ReferenceTornError(ReferenceRefusedError):
    """Parts of the hair were not found."""

    code = "reference-torn"

    def __init__(self) -> None:
        super().__init__(
            "Parts of the hair in this photo are covered, or look like what is behind them: "
            "use one with nothing before the hair and a plain background."
        )


class ReferenceSmallError(ReferenceRefusedError):
    """There are too few pixels, or they are too blurred."""

    code = "reference-small"

    def __init__(self, message: str) -> None:
        super().__init__(message)

    @classmethod
    def of_height(cls, height: float, least: float) -> ReferenceSmallError:
        """For a face of ``height`` px where ``least`` are needed."""
        return cls(
            f"The face in this photo is only {height:.0f} pixels high: "
            f"use a larger or closer picture, in which it has at least {least:.0f}."
        )

    @classmethod
    def blurred(cls) -> ReferenceSmallError:
        """For a photo that shows no strands."""
        return cls("This photo is too blurred to show the hair: use a sharper one.")


class ReferenceShortError(ReferenceRefusedError):
    """There is no hair to take."""

    code = "reference-short"

    def __init__(self) -> None:
        super().__init__(
            "There is too little hair in this photo to take: use one in which more hair is seen."
        )
