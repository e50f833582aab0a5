"""Jobs: watched, fetched, stopped, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from server.errors import NotStoredError, QueueFullError
from server.jobs.errors import UnknownJobError, WorkFailedError, WorkRefusedError
from server.jobs.job import Job, Result
from server.jobs.jobs import Jobs
from server.vault import Vault
from server.vault_settings import VaultSettings

VISIT = "somebody"


@pytest.fixture
def vault() -> Vault:
    return Vault(VaultSettings())


async def reversed_upload(job: Job, upload: bytes) -> Result:
    for step in (1, 2):
        job.note(step / 2)
        job.tell("step", {"number": step})
        await asyncio.sleep(0)
    return Result(upload[::-1], "text/plain", {"engine": "none"})


async def seen(job: Job) -> list[tuple[str, Mapping[str, Any]]]:
    return [event async for event in job.watch()]


async def test_everybody_who_watches_hears_everything_and_the_result_is_in_the_vault(vault: Vault) -> None:
    jobs = Jobs("photo", vault)
    job = await jobs.start(VISIT, b"abc", reversed_upload)
    early = await seen(job)
    late = await seen(job)
    for events in (early, late):
        assert [data["number"] for name, data in events if name == "step"] == [1, 2]
        assert ("progress", {"progress": 1.0}) in events
    assert await jobs.data(job) == b"cba"
    assert job.result().about == {"engine": "none"}
    # The upload is gone, the result alone remains.
    assert [(entry.kind, entry.bytes) for entry in vault.stored(VISIT)] == [("photo", 3)]
    await jobs.drop(job.id)
    assert vault.stored(VISIT) == []
    with pytest.raises(UnknownJobError):
        jobs.get(job.id)


async def test_who_has_everything_forgotten_gets_no_result(vault: Vault) -> None:
    jobs, begun, go_on = Jobs("photo", vault), asyncio.Event(), asyncio.Event()

    async def work(job: Job, upload: bytes) -> Result:
        begun.set()
        await go_on.wait()
        return Result(b"picture")

    job = await jobs.start(VISIT, b"abc", work)
    await begun.wait()
    vault.forget(VISIT)
    go_on.set()
    await seen(job)
    with pytest.raises(NotStoredError):
        await jobs.data(job)
    assert vault.stored(VISIT) == []


async def test_a_stopped_job_leaves_nothing(vault: Vault) -> None:
    jobs, begun = Jobs("video", vault), asyncio.Event()

    async def work(job: Job, upload: bytes) -> Result:
        begun.set()
        await asyncio.sleep(60)
        return Result()

    job = await jobs.start(VISIT, b"abc", work)
    await begun.wait()
    await jobs.drop(job.id)
    assert job.task.cancelled()
    assert vault.stored(VISIT) == []


async def test_no_more_jobs_than_allowed_are_under_way(vault: Vault) -> None:
    jobs = Jobs("photo", vault, most=1)
    first = await jobs.start(VISIT, b"abc", reversed_upload)
    with pytest.raises(QueueFullError):
        await jobs.start(VISIT, b"abc", reversed_upload)
    await seen(first)
    second = await jobs.start(VISIT, b"abc", reversed_upload)
    await seen(second)
    await jobs.close()
    assert vault.stored(VISIT) == []


async def test_refusals_are_passed_on_and_faults_become_sentences(vault: Vault) -> None:
    jobs = Jobs("photo", vault)

    async def refuse(job: Job, upload: bytes) -> Result:
        raise WorkRefusedError("several-faces", "Two.", {"faces": [[0, 0, 1, 1]]})

    async def fail(job: Job, upload: bytes) -> Result:
        raise ZeroDivisionError

    refused, failed = [await jobs.start(VISIT, b"a", work) for work in (refuse, fail)]
    await seen(refused)
    await seen(failed)
    with pytest.raises(WorkRefusedError) as raised:
        await jobs.data(refused)
    assert raised.value.status == 409
    assert raised.value.details["faces"]
    with pytest.raises(WorkFailedError):
        await jobs.data(failed)
    assert vault.stored(VISIT) == []
