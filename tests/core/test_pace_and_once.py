"""Doing something only so often, and once however many ask for it at the same moment."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest

from app.core.once import Once
from app.core.pace import MAX_KEYS, Pace

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_something_is_done_so_often_within_a_time_that_moves_along() -> None:
    pace = Pace(2, 10 * MINUTE)
    assert pace.take("a", NOW) is None
    assert pace.take("a", NOW + 4 * MINUTE) is None
    assert pace.take("a", NOW + 5 * MINUTE) == NOW + 10 * MINUTE
    assert pace.take("b", NOW + 5 * MINUTE) is None
    assert pace.take("a", NOW + 10 * MINUTE) is None
    assert pace.take("a", NOW + 10 * MINUTE) == NOW + 14 * MINUTE
    for number in range(MAX_KEYS):
        pace.take(number, NOW + 10 * MINUTE)
    assert pace.take("a", NOW + 11 * MINUTE) == NOW + 14 * MINUTE
    pace.take("c", NOW + 30 * MINUTE)
    assert list(pace._done) == ["c"]


async def test_whoever_asks_for_the_same_waits_and_what_fails_is_done_by_the_next() -> None:
    now = [NOW]
    once, begun, go_on = Once(MINUTE, lambda: now[0]), list[str](), asyncio.Event()

    async def do(name: str, *, fails: bool = False) -> None:
        async with once.doing("key") as is_first:
            if is_first:
                begun.append(name)
                await go_on.wait()
                if fails:
                    raise ValueError("not done")

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(_fails(do("first", fails=True)))
        for name in ("second", "third"):
            tasks.create_task(do(name))
        await asyncio.sleep(0)
        go_on.set()
    assert first.result()
    assert begun == ["first", "second"]
    await do("fourth")
    now[0] += MINUTE
    await do("fifth")
    assert begun == ["first", "second", "fifth"]
    assert not once._locks
    assert not once._asking


async def _fails(work: Awaitable[None]) -> bool:
    with pytest.raises(ValueError, match="not done"):
        await work
    return True
