"""Photos that hair cannot be put on or taken from. Every message says what would work."""

from __future__ import annotations

from enum import StrEnum

from engines.errors import LiveHairError


class PhotoRole(StrEnum):
    """What a photo is for, as messages call it."""

    FACE = "your photo"
    SHAPE = "the shape reference"
    COLOR = "the colour reference"


class PhotoError(LiveHairError):
    """A photo is not fit for what it is to be used for."""

    code = "bad-photo"


class NothingAskedError(PhotoError):
    """Neither shape nor colour is to change."""

    code = "nothing-asked"

    def __init__(self) -> None:
        super().__init__("Give a photo with the hair's shape, one with its colour, or both.")


class NoFaceError(PhotoError):
    """No face was found."""

    code = "no-face"

    def __init__(self, role: PhotoRole) -> None:
        super().__init__(f"No face was found in {role}: use one that shows a face from the front.")


class SeveralFacesError(PhotoError):
    """Nothing says which of several faces is meant."""

    code = "several-faces"

    def __init__(self, role: PhotoRole, count: int) -> None:
        super().__init__(
            f"There are {count} faces in {role}: use one with a single person, "
            f"or say which face by its number, 1 to {count} from left to right."
        )


class NoSuchFaceError(PhotoError):
    """The number of a face is higher than there are faces."""

    code = "no-such-face"

    def __init__(self, role: PhotoRole, number: int, count: int) -> None:
        super().__init__(f"There is no face {number} in {role}: choose from 1 to {count}, left to right.")


class TinyFaceError(PhotoError):
    """The face has too few pixels."""

    code = "tiny-face"

    def __init__(self, role: PhotoRole, eye_distance: float, least: float) -> None:
        super().__init__(
            f"The eyes in {role} are {eye_distance:.0f} px apart: use a larger or closer picture, "
            f"in which they are at least {least:.0f} px apart."
        )


class ProfileFaceError(PhotoError):
    """The head is turned too far."""

    code = "profile-face"

    def __init__(self, role: PhotoRole, yaw: float, most: float) -> None:
        super().__init__(
            f"The head in {role} is turned by about {abs(yaw):.0f} degrees: "
            f"use one that looks towards the camera, turned by {most:.0f} degrees at most."
        )


class NoHairError(PhotoError):
    """There is no hair whose shape or colour could be taken."""

    code = "no-hair"

    def __init__(self, role: PhotoRole) -> None:
        super().__init__(f"No hair was found in {role}: use one in which the hair is in full view.")


class HatError(PhotoError):
    """Something is worn on the head."""

    code = "hat"

    def __init__(self, role: PhotoRole) -> None:
        super().__init__(f"Something covers the head in {role}: use one without a hat, cap or scarf.")


class CroppedHairError(PhotoError):
    """The picture ends within the hair above the face."""

    code = "cropped-hair"

    def __init__(self, role: PhotoRole) -> None:
        super().__init__(f"The top of the head is cut off in {role}: use one with some room above the hair.")
