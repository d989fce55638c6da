import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations

import pytest

from app.core.cache import LAST, AnnouncedCache, SnapshotCache

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


class Stored:
    """What is stored as one value, and how often it was asked for."""

    def __init__(self) -> None:
        self.now = 10
        self.asked = 0
        self.cache: AnnouncedCache[int] = AnnouncedCache(self._load, lifetime_seconds=60, capacity=10)
        self.cache.trust(connected=True)

    async def _load(self, _: int) -> int:
        self.asked += 1
        return self.now

    def save(self, value: int) -> Callable[[int], int]:
        self.now = value
        return lambda _: value


async def test_what_is_not_remembered_is_not_made_up() -> None:
    stored = Stored()
    stored.cache.take_over(1, 7, stored.save(11), since=stored.cache.since)
    assert stored.cache.peek(1) is None
    stored.cache.announced("1:7")
    assert (await stored.cache.get(1), stored.asked) == (11, 1)


@pytest.mark.parametrize("order", [["announced", "answered"], ["answered", "announced"]])
async def test_what_was_saved_here_is_known_without_asking(order: list[str]) -> None:
    stored = Stored()
    for number, value in enumerate((11, 12, 13), 7):
        await stored.cache.get(1)
        change = stored.save(value)
        for what in order:
            if what == "announced":
                stored.cache.announced(f"1:{number}")
            else:
                stored.cache.take_over(1, number, change, since=stored.cache.since)
        assert (await stored.cache.get(1), stored.asked) == (value, 1)


Step = tuple[str, int]


def orders(own: list[int], others: list[int], *, has_gap: bool) -> Iterator[list[Step]]:
    """In which orders announcements, answers and looks can come: the former in that of the commits.

    With a gap, nobody listens for a moment, and what was committed before it is not announced after it.
    """
    commits = sorted([*own, *others])
    steps = [
        *(("announced", one) for one in commits),
        *(("answered", one) for one in own),
        ("looked", 0),
        ("looked", 1) if not has_gap else ("gap", 0),
    ]
    for order in permutations(steps):
        heard = [number for what, number in order if what == "announced"]
        if heard == commits:
            gap = order.index(("gap", 0)) if has_gap else len(order)
            yield [step for place, step in enumerate(order) if step[0] != "announced" or place < gap]


@pytest.mark.parametrize(("own", "others"), [([1], []), ([1, 2], []), ([1], [2]), ([2], [1]), ([1, 3], [2])])
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("of_one_setting", [True, False])
@pytest.mark.parametrize("has_gap", [True, False])
async def test_in_every_order_what_is_known_in_the_end_is_what_is_stored(
    own: list[int], others: list[int], *, is_known: bool, of_one_setting: bool, has_gap: bool
) -> None:
    """Each change adds its own digit, so that one that is missing shows; or each replaces the one before."""
    wrong: list[list[Step]] = []
    all_of_them = sum(10**number for number in (*own, *others))
    everything = max(*own, *others, 0) if of_one_setting else all_of_them
    change = _replaced if of_one_setting else _with_digit
    for order in orders(own, others, has_gap=has_gap):
        stored = Stored()
        stored.now, since = 0, stored.cache.since
        if is_known:
            await stored.cache.get(1)
        # All is committed before any of it is heard of here.
        stored.now = everything
        for what, number in order:
            if what == "announced":
                stored.cache.announced(f"1:{number}")
            elif what == "answered":
                stored.cache.take_over(1, number, partial(change, number), since=since)
            elif what == "gap":
                stored.cache.trust(connected=False)
                stored.cache.trust(connected=True)
            else:
                await stored.cache.get(1)
        if await stored.cache.get(1) != everything:
            wrong.append(order)
    assert not wrong, wrong[:3]


def _replaced(number: int, _: int) -> int:
    return number


def _with_digit(number: int, value: int) -> int:
    return value if value // 10**number % 10 else value + 10**number


async def test_an_announcement_without_a_number_and_any_doubt_ask_again() -> None:
    stored = Stored()
    await stored.cache.get(1)
    stored.cache.announced("1:7")
    stored.cache.announced("1")
    stored.cache.take_over(1, 7, stored.save(11), since=stored.cache.since)
    assert stored.cache.peek(1) is None
    assert (await stored.cache.get(1), stored.asked) == (11, 2)
    stored.cache.announced("1:8")
    stored.cache.invalidate(1)
    stored.cache.take_over(1, 8, stored.save(12), since=stored.cache.since)
    assert (await stored.cache.get(1), stored.asked) == (12, 3)
    stored.cache.take_over(1, 9, stored.save(13), since=stored.cache.since)
    stored.cache.trust(connected=False)
    stored.cache.trust(connected=True)
    stored.cache.announced("1:9")
    assert (await stored.cache.get(1), stored.asked) == (13, 4)


async def test_what_was_announced_is_not_kept_for_long() -> None:
    stored = Stored()
    for key in range(3 * LAST):
        await stored.cache.get(key)
        stored.cache.announced(f"{key}:{key + 1}")
    assert len(stored.cache._heard) == len(stored.cache._dropped) == LAST


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
