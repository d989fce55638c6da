"""From the claim to the moment in which sending begins: what waits may be changed, and one process begins it."""

from datetime import timedelta

import pytest

from app.core.reminders.delivery import LEASE, Result
from app.models import ReminderState
from app.services.reminders.draft import Changes
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.deliveries import begin, claim, row, settle, start
from tests.fixtures.reminders.making import ALICE, hourly, in_, make, policy


async def test_an_attempt_is_counted_when_sending_begins(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=3)
    (delivery,) = await claim(uow)
    now = await row(uow, made)
    assert (now.attempts, now.through, now.under_way(clock.now)) == (0, None, None)
    clock.move(seconds=40)
    (started,) = await start(uow, delivery)
    assert (started.step, started.missed, started.attempt) == (delivery.step, 2, 1)
    now = await row(uow, made)
    assert (now.attempts, now.through, now.wake_at) == (1, delivery.last, clock.now + LEASE)
    assert now.under_way(clock.now) == made.next_at
    assert (delivery.attempt, delivery.missed) == (1, 2)


@pytest.mark.parametrize("how", ["skip", "pause", "delete", "edit", "settle", "another process"])
async def test_what_was_changed_while_it_waited_is_not_sent(
    uow: UnitOfWorkFactory, clock: ManualClock, how: str
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (delivery,) = await claim(uow)
    async with uow() as work:
        match how:
            case "skip":
                await work.reminders.control.skip(ALICE, made.id)
            case "pause":
                await work.reminders.control.pause(ALICE, made.id)
            case "delete":
                await work.reminders.control.delete(ALICE, [made.id])
            case "edit":
                changes = Changes(schedule=in_(clock.now, hours=5), phrase="in 5h")
                await work.reminders.making.edit(ALICE, policy(), made.id, changes)
            case "settle":
                await work.reminders.delivery.settle([delivery.became(Result.OFF)])
            case _:
                await work.reminders.delivery.start([delivery])
    before = await row(uow, made)
    assert await start(uow, delivery) == []
    after = await row(uow, made)
    assert (after.attempts, after.wake_at, after.state) == (before.attempts, before.wake_at, before.state)


async def test_of_two_who_hold_the_same_one_begins_and_says_what_it_stands_for(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (slow,) = await claim(uow)
    # The slow one stands still, and more comes due before the lease runs out for another one.
    clock.move(hours=2)
    (quick,) = await claim(uow)
    assert (slow.missed, quick.missed) == (0, 2)
    (started,) = await start(uow, slow, quick)
    assert await start(uow, slow, quick) == []
    began = quick if (await row(uow, made)).through is not None else slow
    assert (started.step, started.missed, started.last) == (began.step, began.missed, began.last)
    await settle(uow, began.became(Result.SENT, message_id=7, channel_id=8))
    assert (await row(uow, made)).next_at == began.last + timedelta(hours=1)


async def test_a_repetition_and_a_warning_begin_as_well(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(
        uow, in_(clock.now, hours=2), warn=timedelta(hours=1), repeat_every=timedelta(minutes=10), repeat_most=1
    )
    for step in (timedelta(hours=1), timedelta(hours=1), timedelta(minutes=10)):
        clock.now += step
        (delivery,) = await begin(uow)
        assert (await row(uow, made)).attempts == 1
        await settle(uow, delivery.became(Result.SENT, message_id=7, channel_id=8))
        assert (await row(uow, made)).attempts == 0
    assert (await row(uow, made)).state is ReminderState.DONE
