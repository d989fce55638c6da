"""From the claim to the moment in which sending begins: what waits may be changed, and one process begins it."""

from datetime import timedelta

import pytest

from app.core.reminders.delivery import LEASE, Result
from app.models import ReminderState
from tests.fixtures.reminders.making import ALICE
from tests.fixtures.reminders.services import Reminders, sent


async def test_an_attempt_is_counted_when_sending_begins(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    reminders.move(hours=3)
    (delivery,) = await reminders.claim()
    now = await reminders.row(made)
    assert (now.attempts, now.through, now.under_way(reminders.now)) == (0, None, None)
    reminders.move(seconds=15)
    (started,) = await reminders.start(delivery)
    assert (started.step, started.missed, started.attempt) == (delivery.step, 2, 1)
    now = await reminders.row(made)
    assert (now.attempts, now.through, now.wake_at) == (1, delivery.last, reminders.now + LEASE)
    assert now.under_way(reminders.now) == made.next_at
    assert (delivery.attempt, delivery.missed) == (1, 2)


@pytest.mark.parametrize("how", ["skip", "pause", "delete", "edit", "settle", "another process"])
async def test_what_was_changed_while_it_waited_is_not_sent(reminders: Reminders, how: str) -> None:
    made = await reminders.make(reminders.hourly())
    reminders.move(hours=1)
    (delivery,) = await reminders.claim()
    match how:
        case "skip":
            await reminders.control.skip(ALICE, made.id)
        case "pause":
            await reminders.control.pause(ALICE, made.id)
        case "delete":
            await reminders.control.delete(ALICE, [made.id])
        case "edit":
            await reminders.edit(made, schedule=reminders.in_(hours=5), phrase="in 5h")
        case "settle":
            await reminders.delivery.settle([delivery.became(Result.OFF)])
        case _:
            await reminders.delivery.start([delivery])
    before = await reminders.row(made)
    assert await reminders.start(delivery) == []
    after = await reminders.row(made)
    assert (after.attempts, after.wake_at, after.state) == (before.attempts, before.wake_at, before.state)


async def test_of_two_who_hold_the_same_one_begins_and_says_what_it_stands_for(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    reminders.move(hours=1)
    (slow,) = await reminders.claim()
    # The slow one stands still, and more comes due before the lease runs out for another one.
    reminders.move(hours=2)
    (quick,) = await reminders.claim()
    assert (slow.missed, quick.missed) == (0, 2)
    (started,) = await reminders.start(slow, quick)
    assert await reminders.start(slow, quick) == []
    began = quick if (await reminders.row(made)).through == quick.last else slow
    assert (started.step, started.missed, started.last) == (began.step, began.missed, began.last)
    await reminders.settle(sent(began))
    assert (await reminders.row(made)).next_at == began.last + timedelta(hours=1)


async def test_a_repetition_and_a_warning_begin_as_well(reminders: Reminders) -> None:
    made = await reminders.make(
        reminders.in_(hours=2), warn=timedelta(hours=1), repeat_every=timedelta(minutes=10), repeat_most=1
    )
    for step in (timedelta(hours=1), timedelta(hours=1), timedelta(minutes=10)):
        reminders.now += step
        (delivery,) = await reminders.begin()
        assert (await reminders.row(made)).attempts == 1
        await reminders.settle(sent(delivery))
        assert (await reminders.row(made)).attempts == 0
    assert (await reminders.row(made)).state is ReminderState.DONE
