"""Work of which there is never more than one at a time."""

import asyncio

from app.core.one_task import OneTask


async def test_there_is_never_more_than_one_and_none_after_the_stop() -> None:
    done: list[str] = []
    may_end = asyncio.Event()

    async def work(what: str) -> None:
        await may_end.wait()
        done.append(what)

    task = OneTask()
    assert not task.is_busy
    await task.drain()
    task.begin(work("first"), "first")
    task.begin(work("second"), "second")
    assert task.is_busy
    may_end.set()
    await task.drain()
    assert done == ["first"]
    assert not task.is_busy
    task.begin(work("third"), "third")
    await task.stop()
    task.begin(work("fourth"), "fourth")
    await task.drain()
    assert done == ["first", "third"]
    assert task.stopping


async def test_at_the_stop_work_ends_by_itself_where_it_can() -> None:
    task = OneTask()
    ended: list[str] = []

    async def in_pieces() -> None:
        while not task.stopping:
            await asyncio.sleep(0.01)
        ended.append("by itself")

    task.begin(in_pieces(), "in pieces")
    await asyncio.sleep(0.05)
    await task.stop()
    assert ended == ["by itself"]

    stuck = OneTask()
    stuck.begin(asyncio.sleep(600), "stuck")
    await stuck.stop()
    assert not stuck.is_busy
