"""What people do to a reminder while its message is under way, and pauses that end; on a real database."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.core.reminders.delivery import LEASE, MAX_IN_LANE, DeliveryOutcome, Result, StepKind
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.draft import Changes
from app.services.reminders.due import Delivery
from app.services.reminders.life_cycle import jump_to, plan, set_wake_at
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.deliveries import begin, change, claim, pause, row, settle
from tests.fixtures.reminders.making import ALICE, hourly, in_, make, policy

HOUR = timedelta(hours=1)


def became(delivery: Delivery, result: Result, number: int = 7) -> DeliveryOutcome:
    sent = result in {Result.SENT, Result.TO_AUTHOR}
    return delivery.became(
        result, message_id=number if sent else None, channel_id=8 if sent else None, problem=None if sent else "Why."
    )


async def test_a_pause_ends_by_itself_and_what_a_series_would_have_sent_is_left_out(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock))
    await pause(uow, made, clock.now + timedelta(hours=3, minutes=30))
    clock.move(hours=3)
    assert await claim(uow) == []
    clock.move(minutes=30)
    assert await claim(uow) == []
    now = await row(uow, made)
    assert (now.state, now.resume_at, now.attempts) == (ReminderState.WAITING, None, 0)
    assert now.next_at == now.wake_at == made.next_at + 3 * HOUR
    clock.move(minutes=30)
    (delivery,) = await begin(uow)
    assert (delivery.missed, delivery.reminder.skipped) == (0, 0)


async def test_a_single_one_that_came_due_in_its_pause_is_sent_at_its_end_however_long_that_was(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    await pause(uow, made, clock.now + timedelta(days=10))
    clock.move(days=10)
    (delivery,) = await begin(uow)
    # It is not late: somebody wanted it to wait.
    assert (delivery.step.kind, delivery.late) == (StepKind.OCCURRENCE, timedelta())
    held = await row(uow, made)
    assert (held.attempts, held.wake_at) == (1, clock.now + LEASE)
    assert await claim(uow) == []
    # Its process dies; whoever takes over says the same under the same nonce.
    clock.now += LEASE
    (again,) = await begin(uow)
    assert again.step == delivery.step
    await settle(uow, became(again, Result.SENT))
    assert (await row(uow, made)).state is ReminderState.DONE


async def test_a_pause_that_ends_before_a_single_one_is_due_changes_nothing(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, hours=5), warn=HOUR)
    await pause(uow, made, clock.now + HOUR)
    clock.move(hours=1)
    assert await claim(uow) == []
    now = await row(uow, made)
    assert (now.state, now.wake_at, now.next_at) == (ReminderState.WAITING, made.next_at - HOUR, made.next_at)


async def test_a_series_that_ended_in_its_pause_is_over(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    first = clock.now + HOUR
    made = await make(uow, Schedule.elapsed(HOUR, first, "UTC", until=first + HOUR))
    await pause(uow, made, clock.now + timedelta(days=1))
    clock.move(days=1)
    assert await claim(uow) == []
    now = await row(uow, made)
    assert (now.state, now.wake_at) == (ReminderState.DONE, None)


async def test_a_pause_whose_schedule_cannot_be_understood_holds_up_nobody(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    broken = await make(uow, Schedule.series("FREQ=DAILY", "Europe/Brussels", start))
    fine = await make(uow, in_(clock.now, minutes=5))
    await pause(uow, broken, clock.now + timedelta(minutes=5))
    async with uow() as work:
        await work._session.execute(update(Reminder).where(Reminder.id == broken.id).values(rrule="FREQ=NEVER"))
    clock.move(minutes=5)
    assert [delivery.step.reminder_id for delivery in await begin(uow)] == [fine.id]
    now = await row(uow, broken)
    assert (now.state, now.wake_at, now.resume_at) == (ReminderState.ATTENTION, None, None)


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("recurs", [True, False])
@pytest.mark.parametrize("result", list(Result))
async def test_a_pause_that_began_while_the_message_was_under_way_goes_on(
    uow: UnitOfWorkFactory, clock: ManualClock, result: Result, recurs: bool, ends: bool
) -> None:
    schedule = hourly(clock) if recurs else Schedule.once(clock.now + HOUR, "UTC")
    made = await make(uow, schedule, repeat_every=timedelta(minutes=10), repeat_most=3)
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    until = clock.now + timedelta(minutes=90) if ends else None
    await pause(uow, made, until)
    assert await settle(uow, became(delivery, result)) == []
    now = await row(uow, made)
    if result in {Result.SENT, Result.TO_AUTHOR} and not recurs:
        # It was the last one, so that nothing is left to be resumed.
        assert (now.state, now.wake_at, now.resume_at) == (ReminderState.DONE, None, None)
        return
    assert (now.state, now.resume_at, now.wake_at, now.again_at) == (ReminderState.PAUSED, until, until, None)
    if result in {Result.RETRY, Result.FAILED}:
        assert (now.next_at, now.problem) == (made.next_at, "Why.")
    clock.move(days=3)
    assert len(await claim(uow)) == (1 if ends and not recurs else 0)


@pytest.mark.parametrize("result", list(Result))
async def test_what_was_deleted_while_under_way_stays_deleted_and_does_not_come_again_if_it_was_sent(
    uow: UnitOfWorkFactory, clock: ManualClock, result: Result
) -> None:
    made = await make(uow, hourly(clock))
    single = await make(uow, in_(clock.now, hours=1))
    clock.move(hours=1)
    deliveries = await begin(uow)
    for reminder in (made, single):
        await change(uow, reminder, deleted_at=clock.now, deleted_by=11)
    assert await settle(uow, *(became(delivery, result) for delivery in deliveries)) == []
    for reminder, later in ((made, made.next_at + HOUR), (single, None)):
        now = await row(uow, reminder)
        assert (now.deleted_at, now.wake_at) == (clock.now, None)
        if result in {Result.SENT, Result.TO_AUTHOR}:
            assert (now.next_at, now.message_id, now.last_sent_at) == (later, 7, clock.now)
        else:
            assert (now.next_at, now.message_id, now.last_sent_at) == (reminder.next_at, None, None)
            assert (now.state, now.problem) == (ReminderState.WAITING, None)
    # Brought back, it goes on from there.
    await change(uow, single, deleted_at=None, deleted_by=None)
    sent = result in {Result.SENT, Result.TO_AUTHOR}
    assert (await row(uow, single)).state is (ReminderState.DONE if sent else ReminderState.WAITING)


@pytest.mark.parametrize("how", ["skipped", "moved", "text"])
async def test_what_was_changed_while_under_way_keeps_its_new_time_and_knows_its_message(
    uow: UnitOfWorkFactory, clock: ManualClock, how: str
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    async with uow() as work:
        found = await work._session.get_one(Reminder, made.id, populate_existing=True)
        if how == "skipped":
            jump_to(found, made.next_at + HOUR)
        elif how == "moved":
            plan(found, in_(clock.now, minutes=7), after=clock.now)
        else:
            found.message = "other words"
        set_wake_at(found)
        expected = found.next_at
    await settle(uow, became(delivery, Result.SENT))
    now = await row(uow, made)
    assert (now.state, now.message_id, now.message_channel_id) == (ReminderState.WAITING, 7, 8)
    assert now.next_at == now.wake_at == (made.next_at + HOUR if how == "text" else expected)


async def test_an_older_message_never_hides_a_newer_one(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (slow,) = await begin(uow)
    clock.now += LEASE
    (quick,) = await begin(uow)
    await settle(uow, became(quick, Result.SENT, 100))
    clock.move(hours=1)
    await settle(uow, became((await begin(uow))[0], Result.SENT, 200))
    await settle(uow, became(slow, Result.SENT, 100))
    assert (await row(uow, made)).message_id == 200


@pytest.mark.parametrize("sent_first", [True, False])
async def test_of_two_outcomes_written_down_together_what_was_sent_counts(
    uow: UnitOfWorkFactory, clock: ManualClock, sent_first: bool
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (first,) = await begin(uow)
    clock.now += LEASE
    (second,) = await begin(uow)
    outcomes = [became(first, Result.FAILED), became(second, Result.SENT)]
    assert await settle(uow, *(reversed(outcomes) if sent_first else outcomes)) == []
    now = await row(uow, made)
    assert (now.state, now.next_at, now.message_id) == (ReminderState.WAITING, made.next_at + HOUR, 7)


async def test_a_row_that_became_unreadable_spoils_no_other_outcome(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    broken = await make(uow, Schedule.series("FREQ=HOURLY", "Europe/Brussels", start))
    clock.now = broken.next_at - timedelta(minutes=1)
    fine = await make(uow, in_(clock.now, minutes=1))
    clock.move(minutes=1)
    deliveries = await begin(uow)
    async with uow() as work:
        await work._session.execute(update(Reminder).where(Reminder.id == broken.id).values(rrule="FREQ=NEVER"))
    assert await settle(uow, *(became(delivery, Result.SENT) for delivery in deliveries)) == [broken.id]
    assert (await row(uow, fine)).state is ReminderState.DONE
    assert "cannot be understood" in (await row(uow, broken)).problem


async def test_too_late_is_said_by_the_limit_it_was_too_late_for(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    own = await make(uow, in_(clock.now, minutes=5))
    server = await make(uow, in_(clock.now, minutes=5))
    await change(uow, own, catch_up_seconds=60)
    clock.move(days=3)
    await settle(uow, *(became(delivery, Result.SKIPPED) for delivery in await begin(uow)))
    assert (await row(uow, own)).problem.endswith("later than its own limit allows.")
    assert (await row(uow, server)).problem.endswith("later than this server allows.")


async def test_leases_are_kept_together_and_only_of_what_is_still_under_way(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    kept, paused, settled, moved, gone = [await make(uow, in_(clock.now, minutes=5)) for _ in range(5)]
    clock.move(minutes=5)
    deliveries = {delivery.step.reminder_id: delivery for delivery in await begin(uow)}
    until = clock.now + timedelta(hours=9)
    await pause(uow, paused, until)
    await settle(uow, became(deliveries[settled.id], Result.RETRY))
    await change(uow, moved, next_at=clock.now + timedelta(hours=7))
    await change(uow, gone, deleted_at=clock.now, deleted_by=11)
    clock.now += LEASE / 2
    async with uow() as work:
        await work.reminders.delivery.renew([deliveries[one].step for one in reversed(deliveries) if one != settled.id])
    wakes = [(await row(uow, one)).wake_at for one in (kept, paused, moved, gone)]
    assert wakes == [clock.now + LEASE, until, clock.now - LEASE / 2 + timedelta(hours=7), None]
    assert (await row(uow, settled)).wake_at < clock.now


@pytest.mark.parametrize("dies", [True, False])
async def test_a_clock_that_is_set_back_while_a_message_is_under_way_neither_loses_nor_doubles_it(
    uow: UnitOfWorkFactory, clock: ManualClock, dies: bool
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    clock.move(minutes=-30)
    async with uow() as work:
        await work.reminders.delivery.renew([delivery.step])
    if not dies:
        await settle(uow, became(delivery, Result.SENT))
    clock.move(minutes=10)
    assert await claim(uow) == []
    clock.move(minutes=20)
    clock.now += LEASE
    assert [again.step for again in await begin(uow)] == ([delivery.step] if dies else [])
    if dies:
        # It may have arrived, and is known to have been tried.
        assert (await row(uow, made)).attempts == 2


async def test_keeping_leases_and_writing_down_never_wait_for_each_other(
    own_uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    for _ in range(MAX_IN_LANE):
        await make(own_uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    deliveries = await begin(own_uow)
    steps = [delivery.step for delivery in deliveries]

    async def renew() -> None:
        async with own_uow() as work:
            await work.reminders.delivery.renew(list(reversed(steps)))

    for _ in range(15):
        outcomes = [became(delivery, Result.RETRY) for delivery in deliveries]
        await asyncio.gather(renew(), settle(own_uow, *outcomes), renew(), settle(own_uow, *reversed(outcomes)))


async def test_other_words_while_a_message_is_under_way_leave_the_lease_alone(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    (delivery,) = await begin(uow)
    async with uow() as work:
        await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="coffee", catch_up=HOUR))
    assert await claim(uow) == []
    await settle(uow, became(delivery, Result.SENT))
    now = await row(uow, made)
    assert (now.state, now.message, now.message_id) == (ReminderState.DONE, "coffee", 7)
