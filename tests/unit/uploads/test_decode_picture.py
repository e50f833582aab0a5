"""Bytes of strangers to pixels, or to a reason."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageCms

from server.uploads.decode_picture import decode_picture
from server.uploads.errors import (
    AnimatedPictureError,
    BrokenPictureError,
    PictureFormatError,
    PictureSizeError,
    UploadError,
)
from server.uploads.picture_limits import PictureLimits
from tests.unit.uploads import hostile

LIMITS = PictureLimits()
SCENE = hostile.scene()


def decoded(data: bytes) -> hostile.U8:
    return decode_picture(data, LIMITS)


def off_by(data: bytes, wanted: hostile.U8 = SCENE) -> float:
    """Mean absolute difference from ``wanted``."""
    pixels = decoded(data)
    assert pixels.shape == wanted.shape
    assert pixels.dtype == np.uint8
    return float(np.abs(pixels.astype(int) - wanted).mean())


@pytest.mark.parametrize(("kind", "limit"), [("JPEG", 2.5), ("PNG", 0.0), ("WEBP", 4.0)])
def test_the_three_formats_are_read(kind: str, limit: float) -> None:
    assert off_by(hostile.encoded(Image.fromarray(SCENE), kind)) <= limit


def test_exif_orientation_is_applied_and_nothing_of_exif_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera" * 5000
    data = hostile.encoded(Image.fromarray(np.rot90(SCENE)), "PNG", exif=exif)
    assert off_by(data) == 0.0


def test_transparent_parts_are_white() -> None:
    alpha = np.full(SCENE.shape[:2], 255, np.uint8)
    alpha[:, :80] = 0
    pixels = decoded(hostile.encoded(Image.fromarray(np.dstack([SCENE, alpha])), "PNG"))
    assert (pixels[:, :80] == 255).all()
    assert (pixels[:, 80:] == SCENE[:, 80:]).all()


def test_palette_with_transparency() -> None:
    image = Image.fromarray(SCENE).quantize(64)
    data = hostile.encoded(image, "PNG", transparency=0)
    assert decoded(data).shape == SCENE.shape


def test_sixteen_bits_are_scaled_not_cut() -> None:
    grey = (SCENE[..., 0].astype(np.uint16)) * 257
    pixels = decoded(hostile.encoded(Image.fromarray(grey), "PNG"))
    assert np.abs(pixels[..., 0].astype(int) - SCENE[..., 0]).max() <= 1


def test_cmyk_is_read() -> None:
    assert off_by(hostile.encoded(Image.fromarray(SCENE).convert("CMYK"), "JPEG", quality=95)) < 6.0


def test_grey_and_bilevel_pictures_become_rgb() -> None:
    for mode in ("L", "1", "LA"):
        data = hostile.encoded(Image.fromarray(SCENE).convert(mode), "PNG")
        assert decoded(data).shape == SCENE.shape


def test_a_colour_profile_is_followed_and_a_broken_one_ignored() -> None:
    lab_free = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert off_by(hostile.encoded(Image.fromarray(SCENE), "PNG", icc_profile=lab_free)) < 1.5
    assert off_by(hostile.encoded(Image.fromarray(SCENE), "PNG", icc_profile=b"no profile" * 40)) == 0.0


@pytest.mark.parametrize("index", range(len(list(hostile.foreign()))))
def test_other_files_are_refused_by_their_kind(index: int) -> None:
    with pytest.raises(PictureFormatError):
        decoded(list(hostile.foreign())[index])


def test_pictures_cut_short_are_refused() -> None:
    for data in hostile.truncated():
        with pytest.raises((BrokenPictureError, PictureFormatError)):
            decoded(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.fromarray(np.roll(SCENE, 9 * index, 1)) for index in range(3)]
    data = hostile.encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(AnimatedPictureError):
        decoded(data)


@pytest.mark.parametrize("size", [(30_000, 30_000), (13_000, 100), (20, 900), (60_000, 64)])
def test_sizes_are_judged_before_any_pixel_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(PictureSizeError):
        decoded(hostile.png_header(*size) + hostile.chunk(b"IDAT", b"never read"))


def test_damage_never_ends_in_another_error() -> None:
    outcomes = {"read": 0, "refused": 0}
    for data in hostile.damaged(400, seed=5):
        try:
            assert decoded(data).shape[2] == 3
            outcomes["read"] += 1
        except UploadError:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 50
