"""Photos that are waited for by their id."""

from __future__ import annotations

import asyncio

from server.photo.errors import PhotoQueueFullError, UnknownPhotoError
from server.photo.photo_job import PhotoJob, Work


class PhotoJobs:
    """Keeps jobs, and results in memory for ``keep`` seconds; at most ``most`` together."""

    def __init__(self, most: int = 16, keep: float = 300.0) -> None:
        self._most = most
        self._keep = keep
        self._jobs: dict[str, PhotoJob] = {}

    def start(self, work: Work) -> PhotoJob:
        """Start a job.

        Raises:
            PhotoQueueFullError: there are too many.
        """
        if len(self._jobs) >= self._most:
            raise PhotoQueueFullError(len(self._jobs))
        job = PhotoJob(work)
        self._jobs[job.id] = job
        job.task.add_done_callback(lambda _: self._forget_later(job))
        return job

    def get(self, job_id: str) -> PhotoJob:
        """The job of that id.

        Raises:
            UnknownPhotoError: there is none, or it was forgotten.
        """
        if job_id not in self._jobs:
            raise UnknownPhotoError
        return self._jobs[job_id]

    async def drop(self, job_id: str) -> None:
        """Stop the job and forget its result.

        Raises:
            UnknownPhotoError: there is none.
        """
        job = self.get(job_id)
        del self._jobs[job_id]
        job.task.cancel()
        await asyncio.wait([job.task])

    async def close(self) -> None:
        """Stop and forget all."""
        for job_id in list(self._jobs):
            await self.drop(job_id)

    def _forget_later(self, job: PhotoJob) -> None:
        # A result that nobody fetches must not end in a warning about an exception that nobody saw.
        if not job.task.cancelled():
            job.task.exception()
        asyncio.get_running_loop().call_later(self._keep, self._jobs.pop, job.id, None)
