import asyncio
from collections.abc import Callable

import pytest

from app.core.cache import AnnouncedCache, SnapshotCache

Forget = Callable[[SnapshotCache[str, int]], None]


class Source:
    """Counts how often it was asked; can be held up in the middle."""

    def __init__(self) -> None:
        self.value = 1
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, _key: str) -> int:
        self.asked += 1
        value = self.value
        await self.gate.wait()
        return value


def a_cache(now: list[float], capacity: int = 10) -> SnapshotCache[str, int]:
    return SnapshotCache(lifetime_seconds=60, capacity=capacity, now=lambda: now[0])


async def test_a_value_is_loaded_once_until_it_expires() -> None:
    now, source = [0.0], Source()
    cache = a_cache(now)
    assert [await cache.get("a", source.load) for _ in range(3)] == [1, 1, 1]
    assert source.asked == 1
    now[0] = 60.0
    source.value = 2
    assert cache.peek("a") is None
    assert await cache.get("a", source.load) == 2


@pytest.mark.parametrize("forget", [lambda cache: cache.invalidate("a"), SnapshotCache[str, int].clear])
async def test_a_load_that_began_before_an_invalidation_is_not_remembered(forget: Forget) -> None:
    source = Source()
    cache = a_cache([0.0])
    source.gate.clear()
    slow = asyncio.create_task(cache.get("a", source.load))
    await asyncio.sleep(0)
    source.value = 2
    forget(cache)
    source.gate.set()
    assert await slow == 1
    assert cache.peek("a") is None
    assert await cache.get("a", source.load) == 2


async def test_a_failed_load_leaves_nothing_behind() -> None:
    async def fails(_key: str) -> int:
        raise OSError

    cache = a_cache([0.0])
    for _ in range(2):
        try:
            await cache.get("a", fails)
        except OSError:
            continue
    assert await cache.get("a", Source().load) == 1
    assert "a" in cache


async def test_that_there_is_nothing_is_remembered_too() -> None:
    asked: list[str] = []

    async def nothing(key: str) -> None:
        asked.append(key)

    cache: SnapshotCache[str, None] = SnapshotCache(lifetime_seconds=60, capacity=10)
    assert [await cache.get("a", nothing) for _ in range(3)] == [None] * 3
    assert asked == ["a"]


async def test_the_one_used_longest_ago_gives_way() -> None:
    source = Source()
    cache = a_cache([0.0], capacity=2)
    await cache.get("a", source.load)
    await cache.get("b", source.load)
    cache.peek("a")
    await cache.get("c", source.load)
    assert [key for key in "abc" if cache.peek(key)] == ["a", "c"]


async def test_what_was_saved_here_is_known_at_once_and_asked_for_after_its_announcement() -> None:
    asked: list[int] = []

    async def load(key: int) -> int:
        asked.append(key)
        return 10

    cache: AnnouncedCache[int] = AnnouncedCache(load, lifetime_seconds=60, capacity=10)
    cache.trust(connected=True)
    # What is not remembered is not made up.
    cache.take_over(1, lambda value: value + 1)
    assert cache.peek(1) is None
    assert await cache.get(1) == 10
    cache.take_over(1, lambda value: value + 1)
    assert (await cache.get(1), asked) == (11, [1])
    cache.announced("1")
    assert (await cache.get(1), asked) == (10, [1, 1])


async def test_a_load_that_began_before_what_was_taken_over_is_not_remembered() -> None:
    source = Source()
    cache = a_cache([0.0])
    source.gate.clear()
    slow = asyncio.create_task(cache.get("a", source.load))
    await asyncio.sleep(0)
    cache.take_over("a", lambda value: value + 1)
    source.gate.set()
    await slow
    assert cache.peek("a") is None
