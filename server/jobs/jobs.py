"""Jobs by their ids, and their results in the vault."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from server.errors import NotStoredError, QueueFullError, RequestError
from server.jobs.errors import UnknownJobError, WorkFailedError
from server.jobs.job import Job, Result
from server.vault import Vault

logger = logging.getLogger(__name__)

Work = Callable[[Job, bytes], Awaitable[Result]]


class Jobs:
    """Jobs of one ``kind``; at most ``most`` under way.

    What is worked on and what comes out lie in the vault; a job knows their ids. A visitor who has
    everything forgotten meanwhile gets no result.
    """

    def __init__(self, kind: str, vault: Vault, most: int = 16, keep: float = 900.0) -> None:
        self._kind = kind
        self._vault = vault
        self._most = most
        self._keep = keep
        self._jobs: dict[str, Job] = {}
        self._stored: dict[str, str] = {}

    async def start(self, visit: str, upload: bytes, work: Work) -> Job:
        """Start a job on ``upload``.

        Raises:
            QueueFullError: there are too many.
            RequestError: there is no room for the upload.
        """
        under_way = sum(not job.task.done() for job in self._jobs.values())
        if under_way >= self._most:
            raise QueueFullError(under_way)
        lent = await self._lay_down(visit, upload)

        async def run(job: Job) -> Result:
            try:
                result = await work(job, await asyncio.to_thread(self._vault.get, lent, self._kind))
                self._vault.expires(lent, self._kind)
            except (RequestError, asyncio.CancelledError):
                raise
            except Exception:
                logger.exception("A job failed: %s", self._kind)
                raise WorkFailedError from None
            finally:
                self._remove(lent)
            if result.data:
                self._stored[job.id] = await self._lay_down(visit, result.data)
            return replace(result, data=b"")

        job = Job(run)
        self._jobs[job.id] = job
        job.task.add_done_callback(lambda _: self._forget_later(job))
        return job

    def get(self, job_id: str) -> Job:
        """The job of that id.

        Raises:
            UnknownJobError: there is none, or it was forgotten.
        """
        if job_id not in self._jobs:
            raise UnknownJobError
        return self._jobs[job_id]

    async def data(self, job: Job) -> bytes:
        """The bytes that came out of a job that has ended.

        Raises:
            RequestError: why there are none.
        """
        job.result()
        return await asyncio.to_thread(self._vault.get, self._stored.get(job.id, ""), self._kind)

    async def drop(self, job_id: str) -> None:
        """Stop the job and forget its result.

        Raises:
            UnknownJobError: there is none.
        """
        job = self.get(job_id)
        self._forget(job_id)
        job.task.cancel()
        await asyncio.wait([job.task])
        self._forget(job_id)

    async def close(self) -> None:
        """Stop and forget all."""
        for job_id in list(self._jobs):
            await self.drop(job_id)

    async def _lay_down(self, visit: str, data: bytes) -> str:
        """Put ``data`` into the vault; who stops waiting for that leaves nothing there."""
        put = asyncio.create_task(asyncio.to_thread(self._vault.put, visit, self._kind, data))
        try:
            return await asyncio.shield(put)
        except asyncio.CancelledError:
            put.add_done_callback(self._remove_late)
            raise

    def _remove_late(self, put: asyncio.Task[str]) -> None:
        if not put.cancelled() and put.exception() is None:
            self._remove(put.result())

    def _remove(self, entry: str) -> None:
        with contextlib.suppress(NotStoredError):
            self._vault.drop(entry, self._kind)

    def _forget_later(self, job: Job) -> None:
        # A result that nobody fetches must not end in a warning about an exception that nobody saw.
        if not job.task.cancelled():
            job.task.exception()
        asyncio.get_running_loop().call_later(self._keep, self._forget, job.id)

    def _forget(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)
        if stored := self._stored.pop(job_id, None):
            self._remove(stored)
