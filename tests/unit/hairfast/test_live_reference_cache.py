"""Encoded references on disk: kept, encrypted where they must be, bounded, and never trusted."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engines.hairfast.arrays_file import from_bytes, to_bytes
from engines.hairfast.live.reference_cache import ReferenceCache
from engines.hairfast.reference_code import ReferenceCode

KEY = b"k" * 32
PHOTO = b"the photo's bytes"


class Encoder:
    """Makes codes and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> ReferenceCode:
        self.made += 1
        rng = np.random.default_rng(7)
        arrays = {name: rng.normal(size=(1, 18, 32)).astype(np.float32) for name in ("w", "s", "f")}
        return ReferenceCode(
            labels=np.full((256, 256), 13, np.uint8),
            sean_code=np.zeros((1, 19, 32), np.float32),
            hair_clip=np.ones((1, 32), np.float32),
            **arrays,
        )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("key", [None, KEY], ids=["operator's", "uploaded"])
def test_the_same_photo_is_encoded_once(tmp_path: Path, key: bytes | None) -> None:
    encode = Encoder()
    made = ReferenceCache(tmp_path, 10**8, key).get(PHOTO, encode)
    kept = ReferenceCache(tmp_path, 10**8, key).get(PHOTO, encode)
    assert encode.made == 1
    np.testing.assert_array_equal(kept.w, made.w)
    np.testing.assert_array_equal(kept.labels, made.labels)
    ReferenceCache(tmp_path, 10**8, key).get(b"another photo", encode)
    assert encode.made == 2


def test_an_uploads_file_holds_nothing_of_it_in_the_clear(tmp_path: Path) -> None:
    encode = Encoder()
    code = ReferenceCache(tmp_path, 10**8, KEY).get(PHOTO, encode)
    (path,) = _files(tmp_path)
    data = path.read_bytes()
    assert to_bytes(code)[:200] not in data
    assert code.w.tobytes()[:64] not in data
    assert b"npy" not in data
    with pytest.raises(ValueError, match=r".*"):
        from_bytes(ReferenceCode, data)


def test_another_sessions_key_opens_nothing(tmp_path: Path) -> None:
    encode = Encoder()
    ReferenceCache(tmp_path, 10**8, KEY).get(PHOTO, encode)
    (path,) = _files(tmp_path)
    other = b"o" * 32
    with pytest.raises(InvalidTag):
        AESGCM(other).decrypt(path.read_bytes()[:12], path.read_bytes()[12:], None)
    ReferenceCache(tmp_path, 10**8, other).get(PHOTO, encode)
    assert encode.made == 2
    assert len(_files(tmp_path)) == 2, "not even the name tells that it is the same photo"


@pytest.mark.parametrize("key", [None, KEY], ids=["operator's", "uploaded"])
@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not really", None], ids=["empty", "foreign", "bit"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, key: bytes | None, damage: bytes | None) -> None:
    encode, cache = Encoder(), ReferenceCache(tmp_path, 10**8, key)
    cache.get(PHOTO, encode)
    (path,) = _files(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data) if damage is None else damage)
    cache.get(PHOTO, encode)
    assert encode.made == 2
    cache.get(PHOTO, encode)
    assert encode.made == 2


def test_the_oldest_files_go_when_there_are_too_many(tmp_path: Path) -> None:
    encode = Encoder()
    size = len(to_bytes(Encoder()()))
    cache = ReferenceCache(tmp_path, int(2.5 * size))
    for number in range(3):
        cache.get(str(number).encode(), encode)
        for path in _files(tmp_path):
            stamp = path.stat().st_mtime - 10
            os.utime(path, (stamp, stamp))
    assert len(_files(tmp_path)) == 2
    cache.get(b"2", encode)
    assert encode.made == 3
    cache.get(b"0", encode)
    assert encode.made == 4


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    encode = Encoder()
    cache = ReferenceCache(tmp_path / "file" / "below", 10**8)
    assert cache.get(PHOTO, encode).w.shape == (1, 18, 32)
    cache.get(PHOTO, encode)
    assert encode.made == 2
