"""Many who work on the same reminders at the same time, each over a connection of their own; on a real database."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.errors import Conflict
from app.core.reminders.errors import ReminderNotFound
from app.models import Reminder, ReminderState
from app.uow import DatabaseUnavailable, UnitOfWork, translate
from tests.fixtures.reminders.making import ALICE, CHANNEL_ID, STAFF, policy
from tests.fixtures.reminders.services import Reminders, sent

ROUNDS = int(os.environ.get("REMINDER_PARALLEL_ROUNDS", "12"))
"""How often each of them does their thing; a thousand times finds what is rare."""


async def test_nobody_waits_for_somebody_who_waits_for_them(own_reminders: Reminders) -> None:
    """Moves, pauses, deletions, answers and deliveries in parallel: none is refused but for its reason."""
    made = [await own_reminders.make(own_reminders.hourly()) for _ in range(12)]
    ids = [one.id for one in made]

    async def again_and_again(seed: int, do: Callable[[UnitOfWork, Random], Awaitable[object]]) -> None:
        rng = Random(seed)
        for _ in range(ROUNDS):
            with suppress(Conflict, ReminderNotFound):
                async with own_reminders.uow() as work:
                    await do(work, rng)

    async def shift(work: UnitOfWork, rng: Random) -> None:
        await work.reminders.staff.list_shiftable(STAFF)
        await work.reminders.staff.shift(STAFF, timedelta(minutes=rng.choice((-30, 30))))

    async def channel(work: UnitOfWork, rng: Random) -> None:
        if rng.random() < 0.3:
            await work.reminders.staff.pause_channel(STAFF, CHANNEL_ID)
        else:
            await work.reminders.staff.resume_channel(STAFF, CHANNEL_ID)

    async def answer(work: UnitOfWork, rng: Random) -> None:
        await work.reminders.answers.snooze(
            ALICE, policy(per_member=500), rng.choice(ids), zone="UTC", roles=frozenset(), in_direct=False,
            until=own_reminders.now + timedelta(minutes=rng.randrange(1, 90)),
        )  # fmt: skip

    async def delete(work: UnitOfWork, rng: Random) -> None:
        # Looked up without a lock first, as the command does.
        await work.reminders.making.find_many(STAFF, ", ".join(map(str, ids)))
        gone = await work.reminders.control.delete(STAFF, rng.sample(ids, 5))
        await work.reminders.control.restore(STAFF, policy(), gone.at)

    async def one(work: UnitOfWork, rng: Random) -> None:
        control = work.reminders.control
        await rng.choice((control.pause, control.resume, control.skip))(ALICE, rng.choice(ids))

    async def deliver(seed: int) -> None:
        rng = Random(seed)
        for number in range(ROUNDS):
            own_reminders.move(minutes=5)
            deliveries = await own_reminders.begin()
            await own_reminders.delivery.renew([one.step for one in reversed(deliveries)])
            rng.shuffle(deliveries)
            outcomes = [sent(one, 100 + number) for one in deliveries]
            await own_reminders.settle(*outcomes)

    tasks = (shift, shift, channel, channel, answer, delete, one, one)
    await asyncio.gather(*(again_and_again(number, do) for number, do in enumerate(tasks)), deliver(98), deliver(99))
    for reminder in made:
        now = await own_reminders.row(reminder)
        assert now.state in {ReminderState.WAITING, ReminderState.PAUSED}
        assert (now.wake_at is not None) == (now.state is ReminderState.WAITING)


async def test_two_people_change_the_same_one_and_both_changes_hold(own_reminders: Reminders) -> None:
    """What was looked up before the other one's commit is not taken for what is so."""
    made = await own_reminders.make(own_reminders.in_(hours=1))
    await own_reminders.control.pause(ALICE, made.id)
    async with own_reminders.uow() as slow:
        seen = await slow.reminders.making.find_many(ALICE, f"{made.id}")
        async with own_reminders.uow() as quick:
            await quick.reminders.control.resume(STAFF, made.id)
        # Seen paused, it has nothing to wake for; by now it has, and has to lose it.
        await slow.reminders.control.delete(ALICE, [one.id for one in seen])
    now = await own_reminders.row(made)
    assert (now.state, now.wake_at, now.deleted_by) == (ReminderState.WAITING, None, ALICE.user_id)


def test_who_loses_a_deadlock_is_asked_to_try_again() -> None:
    error = DBAPIError("SELECT 1", {}, asyncpg.exceptions.DeadlockDetectedError("deadlock detected"))
    assert isinstance(translate(error), DatabaseUnavailable)
    assert translate(DBAPIError("SELECT 1", {}, asyncpg.exceptions.UndefinedTableError("no such table"))) is None


async def test_written_down_twice_because_the_answer_was_lost_is_written_down_once(
    own_reminders: Reminders, own_engine: AsyncEngine
) -> None:
    """The connection breaks between the commit and its answer, and whoever asked does all of it again."""
    single = await own_reminders.make(own_reminders.in_(hours=1))
    series = await own_reminders.make(own_reminders.hourly(), repeat_every=timedelta(minutes=5), repeat_most=2)
    own_reminders.move(hours=1)
    deliveries = await own_reminders.begin()
    outcomes = [sent(one) for one in deliveries]
    await own_reminders.settle(*outcomes)
    before = [columns(await own_reminders.row(one)) for one in (single, series)]
    await own_engine.dispose()
    await own_reminders.settle(*outcomes)
    assert [columns(await own_reminders.row(one)) for one in (single, series)] == before


def columns(reminder: Reminder) -> dict[str, object]:
    """A row, to compare."""
    return {name: value for name, value in vars(reminder).items() if not name.startswith("_")}
