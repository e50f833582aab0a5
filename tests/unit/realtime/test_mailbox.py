"""The one-slot queue between threads and the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from realtime.errors import MailboxClosed
from realtime.mailbox import Mailbox


async def test_the_latest_item_wins_and_what_it_overwrites_is_counted() -> None:
    box = Mailbox[int]("frames")
    for item in range(5):
        box.put(item)
    assert await box.get() == 4
    assert box.dropped == 4


async def test_an_item_taken_in_time_is_not_dropped() -> None:
    box = Mailbox[int]("frames")
    for item in range(3):
        box.put(item)
        assert await box.get() == item
    assert box.dropped == 0


async def test_get_waits_for_an_item_put_by_another_thread() -> None:
    box = Mailbox[str]("frames")
    waiting = asyncio.create_task(box.get())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    thread = threading.Thread(target=box.put, args=("late",))
    thread.start()
    assert await asyncio.wait_for(waiting, 1.0) == "late"
    thread.join()


async def test_every_item_of_a_busy_thread_is_delivered_or_counted() -> None:
    box = Mailbox[int]("frames")
    count = 2000

    def produce() -> None:
        for item in range(count):
            box.put(item)

    thread = threading.Thread(target=produce)
    thread.start()
    taken = [await asyncio.wait_for(box.get(), 1.0)]
    while taken[-1] != count - 1:
        taken.append(await asyncio.wait_for(box.get(), 1.0))
    thread.join()
    assert taken == sorted(taken)
    assert len(taken) + box.dropped == count


async def test_closing_wakes_the_reader_and_refuses_the_writer() -> None:
    box = Mailbox[int]("frames")
    waiting = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    box.close()
    with pytest.raises(MailboxClosed):
        await asyncio.wait_for(waiting, 1.0)
    with pytest.raises(MailboxClosed):
        box.put(1)
    box.close()
    assert box.closed


async def test_a_cancelled_reader_loses_no_item() -> None:
    box = Mailbox[int]("frames")
    waiting = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    waiting.cancel()
    box.put(7)
    assert await asyncio.wait_for(box.get(), 1.0) == 7


def test_a_producer_may_outlive_the_loop() -> None:
    box = Mailbox[int]("frames")

    async def abandon() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(box.get(), 0.01)

    asyncio.run(abandon())
    box.put(1)
    box.put(2)
    assert box.dropped == 1
