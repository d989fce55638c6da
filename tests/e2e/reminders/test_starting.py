"""What begins in one statement: messages whose turn it is, and what comes next in places that are quick."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest_asyncio

from app.bot import Bot
from app.core.reminders.delivery import DeliveryStep
from app.jobs.reminders.held import Held
from app.jobs.reminders.starting import Starting
from app.services.reminders.due import Delivery
from tests.fixtures.reminders.due import Fill, Stored
from tests.fixtures.town import Town


class Next:
    """What comes next, and the part of the job that begins it."""

    def __init__(self, bot: Bot, claimed: list[Delivery]) -> None:
        self.claimed = claimed
        self.ahead: list[Delivery] = []
        self.held = Held()
        self.starting = Starting(bot, self.held, lambda: self.ahead)


@pytest_asyncio.fixture(loop_scope="session")
async def following(bot: Bot, town: Town, fill: Fill) -> AsyncGenerator[Next]:
    """Three that are claimed, and that nobody sends."""
    await bot.jobs.stop()
    await fill(town.general, 3)
    claimed = await bot.uow.at_once(lambda work: work.reminders.delivery.claim(limit=3))
    following = Next(bot, claimed.deliveries)
    yield following
    await following.starting.stop()


async def attempts(stored: Stored) -> list[int]:
    return [row["attempts"] for row in await stored("id, attempts")]


async def test_what_comes_next_begins_in_the_same_statement_and_once(following: Next, stored: Stored) -> None:
    first, second, third = following.claimed
    following.ahead = [second]
    started = await following.starting.start(first)
    assert started is not None
    assert await attempts(stored) == [1, 1, 0]
    assert following.held.is_ours(second.step)
    assert not following.held.is_ours(third.step)
    again = await following.starting.start(second)
    assert again is not None
    assert (again.step, again.reminder.attempts, again.version) == (second.step, 1, started.version)
    following.ahead = []
    assert await following.starting.start(third) is not None
    assert await attempts(stored) == [1, 1, 1]


async def test_whose_turn_it_is_waits_for_the_statement_that_begins_it_already(following: Next, stored: Stored) -> None:
    first, second, _ = following.claimed
    following.ahead = [second]
    both = await asyncio.gather(following.starting.start(first), _when_it_is_next(following, second.step))
    assert [one.step for one in both if one is not None] == [first.step, second.step]
    assert await attempts(stored) == [1, 1, 0]


async def _when_it_is_next(following: Next, step: DeliveryStep) -> Delivery | None:
    early: dict[DeliveryStep, Any] = following.starting._early
    async with asyncio.timeout(20):
        while step not in early:
            await asyncio.sleep(0)
    return await following.starting.start(next(one for one in following.claimed if one.step == step))


async def test_what_goes_wrong_with_it_keeps_nobody_waiting(following: Next, stored: Stored) -> None:
    first, second, _ = following.claimed
    # No statement takes a moment that is none.
    never: Any = "never"
    following.ahead = [replace(second, step=replace(second.step, at=never))]
    assert await following.starting.start(first) is not None
    following.ahead = []
    assert await following.starting.start(second) is not None
    assert await attempts(stored) == [1, 1, 0]
