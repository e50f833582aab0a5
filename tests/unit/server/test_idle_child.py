"""A process that is there when it is needed, and not longer."""

from __future__ import annotations

import asyncio
import sys

import psutil
import pytest

from server.background_share import BackgroundShare
from server.child_process import ChildProcess
from server.errors import QueueFullError
from server.idle_child import IdleChild
from tests.loopback import fake_reference_process as fake
from tests.loopback.client import wait_until


async def answer(child: ChildProcess, width: int = 90) -> str:
    await child.send({"shape": [80, width, 3], "face": None}, b"")
    header, _ = await child.receive()
    return str(header.get("style", header.get("error")))


async def test_the_process_is_kept_for_the_next_job_and_ends_when_none_comes() -> None:
    idle = IdleChild(fake.__name__, BackgroundShare(), idle=0.3)
    async with idle.turn() as first:
        assert await answer(first) == "pixie"
    async with idle.turn() as second:
        assert second is first
        assert await answer(second, fake.REFUSED) == "reference-no-face"
    await wait_until(lambda: not first.running, 5)
    async with idle.turn() as third:
        assert third is not first
        assert await answer(third) == "pixie"
    await idle.close()
    assert not third.running


async def test_jobs_take_turns_and_too_many_are_refused() -> None:
    idle = IdleChild(fake.__name__, BackgroundShare(), waiting=1)
    order: list[str] = []

    async def work(name: str) -> None:
        async with idle.turn() as child:
            order.append(f"{name} begins")
            await answer(child)
            order.append(f"{name} ends")

    async with idle.turn() as child:
        waiting = asyncio.create_task(work("second"))
        await asyncio.sleep(0.01)
        with pytest.raises(QueueFullError):
            async with idle.turn():
                pass
        order.append("first ends")
        assert child.running
    await waiting
    assert order == ["first ends", "second begins", "second ends"]
    await idle.close()


async def test_whoever_gives_up_ends_the_process_and_the_next_gets_a_new_one() -> None:
    idle = IdleChild(fake.__name__, BackgroundShare())
    children: list[ChildProcess] = []

    async def give_up() -> None:
        async with idle.turn() as child:
            children.append(child)
            await answer(child, fake.SLOW)

    task = asyncio.create_task(give_up())
    await wait_until(lambda: bool(children), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not children[0].running
    async with idle.turn() as child:
        assert await answer(child) == "pixie"
    await idle.close()


_PARENT = """
import asyncio, os, sys
from server.child_process import ChildProcess

async def main():
    child = await ChildProcess.start(sys.argv[1])
    await child.send({"shape": [80, 90, 3], "face": None})
    await child.receive()
    child.pause()
    print(child.pid, flush=True)
    os._exit(1)

asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can do that")
async def test_a_process_that_stands_still_does_not_outlive_a_server_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PARENT, fake.__name__, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await parent.communicate()
    pid = int(printed)
    await wait_until(
        lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, 5
    )


async def test_beside_a_session_that_loses_frames_the_process_mostly_stands_still() -> None:
    share = BackgroundShare()
    idle = IdleChild(fake.__name__, share)
    async with idle.turn() as child:
        assert await answer(child) == "pixie"
        process, states = psutil.Process(child.pid), []
        for _ in range(100):
            share.note(30, 20)
            await asyncio.sleep(0.01)
            states.append(process.status())
        assert states.count(psutil.STATUS_STOPPED) > 60
        # Slow, not stuck.
        assert await answer(child) == "pixie"
    assert process.status() != psutil.STATUS_STOPPED
    await idle.close()
