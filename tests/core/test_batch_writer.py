"""Writing many small things together: what is gathered, tried again, lost, and written at the end."""

import asyncio
from collections.abc import Sequence

import pytest

from app.core.batch_writer import MAX_FAILED_IN_A_ROW, BatchWriter


class Away(Exception):
    """The place to write to is away."""


class Store:
    """Keeps what is written, in batches; refuses or delays when told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.tries = 0
        self.away = 0
        self.open = asyncio.Event()
        self.open.set()

    async def write(self, items: Sequence[int]) -> None:
        self.tries += 1
        await self.open.wait()
        if self.away:
            self.away -= 1
            raise Away
        if any(item < 0 for item in items):
            raise ValueError(f"{items} cannot be written")
        self.batches.append(list(items))


def writer(store: Store, **more: object) -> BatchWriter[int]:
    values = {"max_waiting": 10, "max_batch": 4, "away": (Away,), "gather_seconds": 0.01, "retry_seconds": 0.01}
    return BatchWriter("numbers", store.write, **{**values, **more})  # pyright: ignore[reportArgumentType] -- of a test


async def test_what_comes_together_is_written_together_in_its_order_and_no_more_than_fits() -> None:
    store = Store()
    numbers = writer(store)
    for number in range(6):
        await numbers.put(number)
    await numbers.drain()
    assert store.batches == [[0, 1, 2, 3], [4, 5]]
    assert (numbers.waiting, numbers.lost) == (0, 0)
    await numbers.stop(1)


async def test_without_time_to_gather_what_comes_during_a_write_is_written_next() -> None:
    store = Store()
    numbers = writer(store, gather_seconds=0)
    store.open.clear()
    await numbers.put(1)
    await asyncio.sleep(0)
    for number in (2, 3):
        await numbers.put(number)
    store.open.set()
    await numbers.drain()
    assert store.batches == [[1], [2, 3]]
    await numbers.stop(1)


async def test_while_the_place_is_away_everything_waits_and_nothing_is_lost() -> None:
    store = Store()
    store.away = 3
    numbers = writer(store)
    await numbers.put(1)
    await numbers.put(2)
    await numbers.drain()
    assert (store.batches, store.tries, numbers.lost) == ([[1, 2]], 4, 0)
    await numbers.stop(1)


async def test_draining_waits_for_nothing_that_comes_later() -> None:
    numbers: BatchWriter[int]

    class Busy(Store):
        async def write(self, items: Sequence[int]) -> None:
            await asyncio.sleep(0)
            numbers.offer(items[-1] + 1)
            await super().write(items)

    store = Busy()
    numbers = writer(store)
    numbers.offer(1)
    numbers.offer(2)
    async with asyncio.timeout(60):
        await numbers.drain()
    assert store.batches[0] == [1, 2]
    # Who still waits when it stops is told.
    store.open.clear()
    waiting = asyncio.create_task(numbers.drain())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await numbers.stop(0.05)
    async with asyncio.timeout(60):
        await waiting
    assert numbers.lost > 0


async def test_what_cannot_be_written_is_lost_by_itself() -> None:
    store = Store()
    lost: list[int] = []
    numbers = writer(store, on_loss=lost.append)
    for number in (1, -2, 3):
        await numbers.put(number)
    await numbers.drain()
    assert (store.batches, lost, numbers.lost) == ([[1], [3]], [-2], 1)
    await numbers.put(4)
    await numbers.drain()
    assert store.batches[-1] == [4]
    await numbers.stop(1)


async def test_what_is_too_much_is_lost_at_once_if_offered_and_waits_if_put() -> None:
    store = Store()
    lost: list[int] = []
    numbers = writer(store, max_waiting=2, on_loss=lost.append)
    store.open.clear()
    assert numbers.offer(1)
    await asyncio.sleep(0.05)
    assert [numbers.offer(number) for number in (2, 3, 4)] == [True, True, False]
    assert (lost, numbers.lost) == ([4], 1)
    waiting = asyncio.create_task(numbers.put(5))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    store.open.set()
    await waiting
    await numbers.drain()
    assert [number for batch in store.batches for number in batch] == [1, 2, 3, 5]
    await numbers.stop(1)


async def test_at_the_end_it_writes_what_is_left_at_once() -> None:
    store = Store()
    numbers = writer(store, gather_seconds=60)
    for number in range(6):
        await numbers.put(number)
    async with asyncio.timeout(20):
        await numbers.stop(3)
    assert (store.batches, numbers.lost) == ([[0, 1, 2, 3], [4, 5]], 0)


async def test_the_end_does_not_wait_longer_than_it_may_and_counts_what_is_lost() -> None:
    store = Store()
    lost: list[int] = []
    numbers = writer(store, on_loss=lost.append)
    store.open.clear()
    for number in range(6):
        await numbers.put(number)
    async with asyncio.timeout(20):
        await numbers.stop(0.05)
    assert (store.batches, lost, numbers.lost) == ([], list(range(6)), 6)


async def test_what_was_written_or_lost_one_by_one_is_not_lost_again_at_the_end() -> None:
    store, gone = Store(), list[int]()

    async def write(items: Sequence[int]) -> None:
        store.away = 1 if items == [3] else 0
        await store.write(items)

    numbers = BatchWriter("numbers", write, max_waiting=9, max_batch=9, away=(Away,), on_loss=gone.append)
    for number in (1, -1, 2, 3):
        await numbers.put(number)
    await numbers.stop(0.1)
    assert store.batches == [[1], [2]]
    assert (numbers.lost, gone) == (2, [-1, 3])


async def test_when_nothing_can_be_written_the_rest_is_lost_together_and_the_log_hears_of_it_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, lost = Store(), list[int]()
    numbers = writer(store, max_waiting=100, max_batch=100, on_loss=lost.append)
    for number in range(-100, 0):
        await numbers.put(number)
    await numbers.drain()
    assert (numbers.lost, lost) == (100, list(range(-100, 0)))
    assert store.tries == 1 + MAX_FAILED_IN_A_ROW
    assert [record.message for record in caplog.records] == ["not written", "lost"]
    await numbers.put(1)
    await numbers.put(-1)
    await numbers.put(2)
    await numbers.drain()
    assert store.batches == [[1], [2]], "a mistake of one item is that again"
    await numbers.stop(1)


async def test_what_is_offered_after_the_stop_is_lost_and_begins_nothing() -> None:
    store = Store()
    numbers = writer(store)
    numbers.offer(1)
    await numbers.stop(20)
    assert store.batches == [[1]]
    assert not numbers.offer(2)
    assert numbers.lost == 1
    await asyncio.sleep(0.1)
    assert store.batches == [[1]]
