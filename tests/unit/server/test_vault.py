"""What visitors lend: sealed, bounded, and gone with its key."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag

from realtime.errors import SettingsError
from server.errors import NotStoredError, StorageFullError, VisitFullError
from server.vault import Vault
from server.vault_settings import VaultSettings

SECRET = b"a portrait of somebody" * 100


def vault(clock: Callable[[], float] = lambda: 0.0, **settings: float) -> Vault:
    return Vault(VaultSettings(**settings), clock)  # type: ignore[arg-type]


def test_what_is_lent_comes_back_by_its_id_and_kind_only() -> None:
    kept = vault()
    entry = kept.put("me", "reference", SECRET)
    assert kept.get(entry) == kept.get(entry, "reference") == SECRET
    for wrong in ((entry, "photo"), ("guessed", None), (entry[:-1], None)):
        with pytest.raises(NotStoredError):
            kept.get(*wrong)


def test_ids_cannot_be_guessed_and_nothing_is_sealed_twice_alike() -> None:
    kept = vault()
    entries = {kept.put("me", "photo", SECRET) for _ in range(50)}
    assert len(entries) == 50
    assert all(len(entry) >= 22 for entry in entries)  # 128 bits in base64
    assert len({entry.nonce for entry in kept._entries.values()}) == 50
    assert len({entry.sealed for entry in kept._entries.values()}) == 50


def test_only_ciphertext_rests_in_memory_and_each_visit_has_a_key_of_its_own() -> None:
    kept = vault()
    mine, theirs = kept.put("me", "photo", SECRET), kept.put("you", "photo", SECRET)
    for entry in kept._entries.values():
        assert SECRET[:8] not in entry.sealed
    gc.collect()
    sealed = kept._entries[theirs]
    with pytest.raises(InvalidTag):
        kept._keys["me"].decrypt(sealed.nonce, sealed.sealed, f"{theirs} photo".encode())
    # Neither id nor kind can be exchanged behind the key's back.
    own = kept._entries[mine]
    for bound in (f"{theirs} photo", f"{mine} reference"):
        with pytest.raises(InvalidTag):
            kept._keys["me"].decrypt(own.nonce, own.sealed, bound.encode())


def test_a_changed_byte_is_noticed() -> None:
    kept = vault()
    entry = kept.put("me", "photo", SECRET)
    stored = kept._entries[entry]
    changed = bytes([stored.sealed[0] ^ 1]) + stored.sealed[1:]
    kept._entries[entry] = type(stored)(*(stored.visit, stored.kind, stored.size, stored.nonce, changed, 9.0))
    with pytest.raises(InvalidTag):
        kept.get(entry)


def test_after_its_time_an_entry_is_neither_told_of_nor_kept() -> None:
    now = 0.0
    kept = vault(lambda: now, seconds=900.0)
    first = kept.put("me", "photo", SECRET)
    now = 600.0
    second = kept.put("me", "reference", SECRET)
    assert [(s.kind, s.id, s.bytes, s.expires) for s in kept.stored("me")] == [
        ("photo", first, len(SECRET), 300),
        ("reference", second, len(SECRET), 900),
    ]
    now = 900.0
    with pytest.raises(NotStoredError):
        kept.get(first)
    assert [entry.id for entry in kept.stored("me")] == [second]
    kept.sweep()
    assert set(kept._entries) == {second}
    assert "me" in kept._keys
    now = 1500.0
    kept.sweep()
    assert not kept._entries
    assert not kept._keys


def test_forgetting_a_visit_takes_its_key_and_leaves_others() -> None:
    kept = vault()
    mine, theirs = kept.put("me", "photo", SECRET), kept.put("you", "photo", SECRET)
    kept.forget("me")
    kept.forget("me")
    kept.forget("nobody")
    assert not kept.stored("me")
    assert set(kept._keys) == {"you"}
    with pytest.raises(NotStoredError):
        kept.get(mine)
    assert kept.get(theirs) == SECRET


def test_the_key_goes_with_the_last_entry() -> None:
    kept = vault()
    first, second = kept.put("me", "photo", b"1"), kept.put("me", "photo", b"2")
    kept.drop(first)
    assert kept.get(second) == b"2"
    kept.drop(second)
    assert not kept._keys
    with pytest.raises(NotStoredError):
        kept.drop(second)


def test_one_visit_and_all_together_are_bounded() -> None:
    kept = vault(bytes=1000, visit_bytes=600)
    kept.put("me", "photo", bytes(600))
    with pytest.raises(VisitFullError, match="Delete what is stored"):
        kept.put("me", "photo", b"x")
    kept.put("you", "photo", bytes(400))
    with pytest.raises(StorageFullError) as refusal:
        kept.put("them", "photo", b"x")
    assert (refusal.value.status, refusal.value.code) == (507, "storage-full")
    assert "them" not in kept._keys
    kept.forget("me")
    kept.put("them", "photo", bytes(600))


def test_threads_that_store_and_forget_at_once_leave_no_entry_without_its_key() -> None:
    kept = vault()
    data = bytes(300_000)

    def work(number: int) -> None:
        for index in range(30):
            entry = kept.put("me", "photo", data)
            if (index + number) % 3 == 0:
                kept.forget("me")
            else:
                with contextlib.suppress(NotStoredError):
                    assert kept.get(entry) == data

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert all(kept.get(stored.id) == data for stored in kept.stored("me"))
    kept.forget("me")
    assert not kept._entries
    assert not kept._keys


def test_no_setting_keeps_longer_than_a_quarter_of_an_hour() -> None:
    VaultSettings(seconds=900.0)
    with pytest.raises(SettingsError, match="900 s"):
        VaultSettings(seconds=901.0)
