"""What people do to a reminder while its message is under way, and pauses that end; on a real database."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.core.reminders.delivery import LEASE, MAX_IN_LANE, DeliveryOutcome, Result, StepKind
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.due import Delivery
from app.services.reminders.life_cycle import jump_to, plan, set_wake_at
from tests.fixtures.reminders.services import Reminders

HOUR = timedelta(hours=1)


def became(delivery: Delivery, result: Result, number: int = 7) -> DeliveryOutcome:
    sent = result in {Result.SENT, Result.TO_AUTHOR}
    return delivery.became(
        result, message_id=number if sent else None, channel_id=8 if sent else None, problem=None if sent else "Why."
    )


async def test_a_pause_ends_by_itself_and_what_a_series_would_have_sent_is_left_out(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    await reminders.pause(made, reminders.now + timedelta(hours=3, minutes=30))
    reminders.move(hours=3)
    assert await reminders.claim() == []
    reminders.move(minutes=30)
    assert await reminders.claim() == []
    now = await reminders.row(made)
    assert (now.state, now.resume_at, now.attempts) == (ReminderState.WAITING, None, 0)
    assert now.next_at == now.wake_at == made.next_at + 3 * HOUR
    reminders.move(minutes=30)
    (delivery,) = await reminders.begin()
    assert (delivery.missed, delivery.reminder.skipped) == (0, 0)


async def test_a_single_one_that_came_due_in_its_pause_is_sent_at_its_end_however_long_that_was(
    reminders: Reminders,
) -> None:
    made = await reminders.make(reminders.in_(minutes=5))
    await reminders.pause(made, reminders.now + timedelta(days=10))
    reminders.move(days=10)
    (delivery,) = await reminders.begin()
    # It is not late: somebody wanted it to wait.
    assert (delivery.step.kind, delivery.late) == (StepKind.OCCURRENCE, timedelta())
    held = await reminders.row(made)
    assert (held.attempts, held.wake_at) == (1, reminders.now + LEASE)
    assert await reminders.claim() == []
    # Its process dies; whoever takes over says the same under the same nonce.
    reminders.now += LEASE
    (again,) = await reminders.begin()
    assert again.step == delivery.step
    await reminders.settle(became(again, Result.SENT))
    assert (await reminders.row(made)).state is ReminderState.DONE


async def test_a_pause_that_ends_before_a_single_one_is_due_changes_nothing(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(hours=5), warn=HOUR)
    await reminders.pause(made, reminders.now + HOUR)
    reminders.move(hours=1)
    assert await reminders.claim() == []
    now = await reminders.row(made)
    assert (now.state, now.wake_at, now.next_at) == (ReminderState.WAITING, made.next_at - HOUR, made.next_at)


async def test_a_series_that_ended_in_its_pause_is_over(reminders: Reminders) -> None:
    first = reminders.now + HOUR
    made = await reminders.make(Schedule.elapsed(HOUR, first, "UTC", until=first + HOUR))
    await reminders.pause(made, reminders.now + timedelta(days=1))
    reminders.move(days=1)
    assert await reminders.claim() == []
    now = await reminders.row(made)
    assert (now.state, now.wake_at) == (ReminderState.DONE, None)


async def test_a_pause_whose_schedule_cannot_be_understood_holds_up_nobody(reminders: Reminders) -> None:
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    broken = await reminders.make(Schedule.series("FREQ=DAILY", "Europe/Brussels", start))
    fine = await reminders.make(reminders.in_(minutes=5))
    await reminders.pause(broken, reminders.now + timedelta(minutes=5))
    await reminders.change(broken, rrule="FREQ=NEVER")
    reminders.move(minutes=5)
    assert [delivery.step.reminder_id for delivery in await reminders.begin()] == [fine.id]
    now = await reminders.row(broken)
    assert (now.state, now.wake_at, now.resume_at) == (ReminderState.ATTENTION, None, None)


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("recurs", [True, False])
@pytest.mark.parametrize("result", list(Result))
async def test_a_pause_that_began_while_the_message_was_under_way_goes_on(
    reminders: Reminders, result: Result, recurs: bool, ends: bool
) -> None:
    schedule = reminders.hourly() if recurs else Schedule.once(reminders.now + HOUR, "UTC")
    made = await reminders.make(schedule, repeat_every=timedelta(minutes=10), repeat_most=3)
    reminders.move(hours=1)
    (delivery,) = await reminders.begin()
    until = reminders.now + timedelta(minutes=90) if ends else None
    await reminders.pause(made, until)
    assert await reminders.settle(became(delivery, result)) == []
    now = await reminders.row(made)
    if result in {Result.SENT, Result.TO_AUTHOR} and not recurs:
        # It was the last one, so that nothing is left to be resumed.
        assert (now.state, now.wake_at, now.resume_at) == (ReminderState.DONE, None, None)
        return
    assert (now.state, now.resume_at, now.wake_at, now.again_at) == (ReminderState.PAUSED, until, until, None)
    if result in {Result.RETRY, Result.FAILED}:
        assert (now.next_at, now.problem) == (made.next_at, "Why.")
    reminders.move(days=3)
    assert len(await reminders.claim()) == (1 if ends and not recurs else 0)


@pytest.mark.parametrize("result", list(Result))
async def test_what_was_deleted_while_under_way_stays_deleted_and_does_not_come_again_if_it_was_sent(
    reminders: Reminders, result: Result
) -> None:
    made = await reminders.make(reminders.hourly())
    single = await reminders.make(reminders.in_(hours=1))
    reminders.move(hours=1)
    deliveries = await reminders.begin()
    for reminder in (made, single):
        await reminders.change(reminder, deleted_at=reminders.now, deleted_by=11)
    assert await reminders.settle(*(became(delivery, result) for delivery in deliveries)) == []
    for reminder, later in ((made, made.next_at + HOUR), (single, None)):
        now = await reminders.row(reminder)
        assert (now.deleted_at, now.wake_at) == (reminders.now, None)
        if result in {Result.SENT, Result.TO_AUTHOR}:
            assert (now.next_at, now.message_id, now.last_sent_at) == (later, 7, reminders.now)
        else:
            assert (now.next_at, now.message_id, now.last_sent_at) == (reminder.next_at, None, None)
            assert (now.state, now.problem) == (ReminderState.WAITING, None)
    # Brought back, it goes on from there.
    await reminders.change(single, deleted_at=None, deleted_by=None)
    sent = result in {Result.SENT, Result.TO_AUTHOR}
    assert (await reminders.row(single)).state is (ReminderState.DONE if sent else ReminderState.WAITING)


@pytest.mark.parametrize("how", ["skipped", "moved", "text"])
async def test_what_was_changed_while_under_way_keeps_its_new_time_and_knows_its_message(
    reminders: Reminders, how: str
) -> None:
    made, delivery = await reminders.under_way()
    async with reminders.uow() as work:
        found = await work._session.get_one(Reminder, made.id, populate_existing=True)
        if how == "skipped":
            jump_to(found, made.next_at + HOUR)
        elif how == "moved":
            plan(found, reminders.in_(minutes=7), after=reminders.now)
        else:
            found.message = "other words"
        set_wake_at(found)
        expected = found.next_at
    await reminders.settle(became(delivery, Result.SENT))
    now = await reminders.row(made)
    assert (now.state, now.message_id, now.message_channel_id) == (ReminderState.WAITING, 7, 8)
    assert now.next_at == now.wake_at == (made.next_at + HOUR if how == "text" else expected)


async def test_an_older_message_never_hides_a_newer_one(reminders: Reminders) -> None:
    made, slow = await reminders.under_way()
    reminders.now += LEASE
    (quick,) = await reminders.begin()
    await reminders.settle(became(quick, Result.SENT, 100))
    reminders.move(hours=1)
    await reminders.settle(became((await reminders.begin())[0], Result.SENT, 200))
    await reminders.settle(became(slow, Result.SENT, 100))
    assert (await reminders.row(made)).message_id == 200


@pytest.mark.parametrize("sent_first", [True, False])
async def test_of_two_outcomes_written_down_together_what_was_sent_counts(
    reminders: Reminders, sent_first: bool
) -> None:
    made, first = await reminders.under_way()
    reminders.now += LEASE
    (second,) = await reminders.begin()
    outcomes = [became(first, Result.FAILED), became(second, Result.SENT)]
    assert await reminders.settle(*(reversed(outcomes) if sent_first else outcomes)) == []
    now = await reminders.row(made)
    assert (now.state, now.next_at, now.message_id) == (ReminderState.WAITING, made.next_at + HOUR, 7)


async def test_a_row_that_became_unreadable_spoils_no_other_outcome(reminders: Reminders) -> None:
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    broken = await reminders.make(Schedule.series("FREQ=HOURLY", "Europe/Brussels", start))
    reminders.now = broken.next_at - timedelta(minutes=1)
    fine = await reminders.make(reminders.in_(minutes=1))
    reminders.move(minutes=1)
    deliveries = await reminders.begin()
    await reminders.change(broken, rrule="FREQ=NEVER")
    assert await reminders.settle(*(became(delivery, Result.SENT) for delivery in deliveries)) == [broken.id]
    assert (await reminders.row(fine)).state is ReminderState.DONE
    assert "cannot be understood" in (await reminders.row(broken)).problem


async def test_too_late_is_said_by_the_limit_it_was_too_late_for(reminders: Reminders) -> None:
    own = await reminders.make(reminders.in_(minutes=5))
    server = await reminders.make(reminders.in_(minutes=5))
    await reminders.change(own, catch_up_seconds=60)
    reminders.move(days=3)
    await reminders.settle(*(became(delivery, Result.SKIPPED) for delivery in await reminders.begin()))
    assert (await reminders.row(own)).problem.endswith("later than its own limit allows.")
    assert (await reminders.row(server)).problem.endswith("later than this server allows.")


async def test_leases_are_kept_together_and_only_of_what_is_still_under_way(reminders: Reminders) -> None:
    kept, paused, settled, moved, gone = [await reminders.make(reminders.in_(minutes=5)) for _ in range(5)]
    reminders.move(minutes=5)
    deliveries = {delivery.step.reminder_id: delivery for delivery in await reminders.begin()}
    until = reminders.now + timedelta(hours=9)
    await reminders.pause(paused, until)
    await reminders.settle(became(deliveries[settled.id], Result.RETRY))
    await reminders.change(moved, next_at=reminders.now + timedelta(hours=7))
    await reminders.change(gone, deleted_at=reminders.now, deleted_by=11)
    reminders.now += LEASE / 2
    await reminders.delivery.renew([deliveries[one].step for one in reversed(deliveries) if one != settled.id])
    wakes = [(await reminders.row(one)).wake_at for one in (kept, paused, moved, gone)]
    assert wakes == [reminders.now + LEASE, until, reminders.now - LEASE / 2 + timedelta(hours=7), None]
    assert (await reminders.row(settled)).wake_at < reminders.now


@pytest.mark.parametrize("dies", [True, False])
async def test_a_clock_that_is_set_back_while_a_message_is_under_way_neither_loses_nor_doubles_it(
    reminders: Reminders, dies: bool
) -> None:
    made, delivery = await reminders.under_way()
    reminders.move(minutes=-30)
    await reminders.delivery.renew([delivery.step])
    if not dies:
        await reminders.settle(became(delivery, Result.SENT))
    reminders.move(minutes=10)
    assert await reminders.claim() == []
    reminders.move(minutes=20)
    reminders.now += LEASE
    assert [again.step for again in await reminders.begin()] == ([delivery.step] if dies else [])
    if dies:
        # It may have arrived, and is known to have been tried.
        assert (await reminders.row(made)).attempts == 2


async def test_keeping_leases_and_writing_down_never_wait_for_each_other(own_reminders: Reminders) -> None:
    for _ in range(MAX_IN_LANE):
        await own_reminders.make(own_reminders.in_(minutes=5))
    own_reminders.move(minutes=5)
    deliveries = await own_reminders.begin()
    steps = [delivery.step for delivery in deliveries]

    async def renew() -> None:
        await own_reminders.delivery.renew(list(reversed(steps)))

    for _ in range(15):
        outcomes = [became(delivery, Result.RETRY) for delivery in deliveries]
        await asyncio.gather(
            renew(), own_reminders.settle(*outcomes), renew(), own_reminders.settle(*reversed(outcomes))
        )


async def test_other_words_while_a_message_is_under_way_leave_the_lease_alone(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way(reminders.in_(minutes=5))
    await reminders.edit(made, text="coffee", catch_up=HOUR)
    assert await reminders.claim() == []
    await reminders.settle(became(delivery, Result.SENT))
    now = await reminders.row(made)
    assert (now.state, now.message, now.message_id) == (ReminderState.DONE, "coffee", 7)
