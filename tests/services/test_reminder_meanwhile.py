"""What people do to a reminder while its message is under way, pauses that end, and who keeps whom waiting."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.reminder_delivery import LEASE, MOST_IN_LANE, Outcome, Result, StepKind
from app.core.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from app.models.reminder_plan import set_schedule, wake_up
from app.services.reminder_delivery import Delivery, claim_query
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders import CHANNEL_ID, hourly, in_, make

HOUR = timedelta(hours=1)


async def claim(uow: UnitOfWorkFactory, **more: Any) -> list[Delivery]:
    async with uow() as work:
        return (await work.reminder_delivery.claim(**{"limit": 50, **more}))[0]


async def settle(uow: UnitOfWorkFactory, *outcomes: Outcome) -> list[int]:
    async with uow() as work:
        return list((await work.reminder_delivery.settle(outcomes)).aside)


async def row(uow: UnitOfWorkFactory, reminder: Reminder) -> Reminder:
    async with uow() as work:
        query = select(Reminder).where(Reminder.id == reminder.id).execution_options(populate_existing=True)
        return (await work._session.scalars(query)).one()


async def change(uow: UnitOfWorkFactory, reminder: Reminder, **columns: Any) -> Reminder:
    """Change a row as every service does: the columns, and then when somebody has to look at it."""
    async with uow() as work:
        found = await work._session.get_one(Reminder, reminder.id, with_for_update=True, populate_existing=True)
        for name, value in columns.items():
            setattr(found, name, value)
        wake_up(found)
        return found


async def pause(uow: UnitOfWorkFactory, reminder: Reminder, until: datetime | None = None) -> Reminder:
    return await change(uow, reminder, state=ReminderState.PAUSED, again_at=None, resume_at=until)


def became(delivery: Delivery, result: Result, number: int = 7) -> Outcome:
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
    (delivery,) = await claim(uow)
    assert (delivery.missed, delivery.reminder.skipped) == (0, 0)


async def test_a_single_one_that_came_due_in_its_pause_is_sent_at_its_end_however_long_that_was(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    await pause(uow, made, clock.now + timedelta(days=10))
    clock.move(days=10)
    (delivery,) = await claim(uow)
    # It is not late: somebody wanted it to wait.
    assert (delivery.step.kind, delivery.late) == (StepKind.OCCURRENCE, timedelta())
    held = await row(uow, made)
    assert (held.attempts, held.wake_at) == (1, clock.now + LEASE)
    assert await claim(uow) == []
    # Its process dies; whoever takes over says the same under the same nonce.
    clock.now += LEASE
    (again,) = await claim(uow)
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
    assert [delivery.step.reminder_id for delivery in await claim(uow)] == [fine.id]
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
    (delivery,) = await claim(uow)
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
    deliveries = await claim(uow)
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
    (delivery,) = await claim(uow)
    async with uow() as work:
        found = await work._session.get_one(Reminder, made.id, populate_existing=True)
        if how == "skipped":
            found.next_at, found.attempts, found.through = made.next_at + HOUR, 0, None
        elif how == "moved":
            set_schedule(found, in_(clock.now, minutes=7), after=clock.now)
        else:
            found.message = "other words"
        wake_up(found)
        expected = found.next_at
    await settle(uow, became(delivery, Result.SENT))
    now = await row(uow, made)
    assert (now.state, now.message_id, now.message_channel_id) == (ReminderState.WAITING, 7, 8)
    assert now.next_at == now.wake_at == (made.next_at + HOUR if how == "text" else expected)


async def test_an_older_message_never_hides_a_newer_one(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (slow,) = await claim(uow)
    clock.now += LEASE
    (quick,) = await claim(uow)
    await settle(uow, became(quick, Result.SENT, 100))
    clock.move(hours=1)
    await settle(uow, became((await claim(uow))[0], Result.SENT, 200))
    await settle(uow, became(slow, Result.SENT, 100))
    assert (await row(uow, made)).message_id == 200


@pytest.mark.parametrize("sent_first", [True, False])
async def test_of_two_outcomes_written_down_together_what_was_sent_counts(
    uow: UnitOfWorkFactory, clock: ManualClock, sent_first: bool
) -> None:
    made = await make(uow, hourly(clock))
    clock.move(hours=1)
    (first,) = await claim(uow)
    clock.now += LEASE
    (second,) = await claim(uow)
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
    deliveries = await claim(uow)
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
    await settle(uow, *(became(delivery, Result.SKIPPED) for delivery in await claim(uow)))
    assert (await row(uow, own)).problem.endswith("is now later than it was meant to be.")
    assert (await row(uow, server)).problem.endswith("later than this server wants reminders to be.")


async def test_leases_are_kept_together_and_only_of_what_is_still_under_way(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    kept, paused, settled, moved, gone = [await make(uow, in_(clock.now, minutes=5)) for _ in range(5)]
    clock.move(minutes=5)
    deliveries = {delivery.step.reminder_id: delivery for delivery in await claim(uow)}
    until = clock.now + timedelta(hours=9)
    await pause(uow, paused, until)
    await settle(uow, became(deliveries[settled.id], Result.RETRY))
    await change(uow, moved, next_at=clock.now + timedelta(hours=7))
    await change(uow, gone, deleted_at=clock.now, deleted_by=11)
    clock.now += LEASE / 2
    async with uow() as work:
        await work.reminder_delivery.renew([deliveries[one].step for one in reversed(deliveries) if one != settled.id])
    wakes = [(await row(uow, one)).wake_at for one in (kept, paused, moved, gone)]
    assert wakes == [clock.now + LEASE, until, clock.now - LEASE / 2 + timedelta(hours=7), None]
    assert (await row(uow, settled)).wake_at < clock.now


async def test_keeping_leases_and_writing_down_never_wait_for_each_other(
    own_uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    for _ in range(MOST_IN_LANE):
        await make(own_uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    deliveries = await claim(own_uow)
    steps = [delivery.step for delivery in deliveries]

    async def renew() -> None:
        async with own_uow() as work:
            await work.reminder_delivery.renew(list(reversed(steps)))

    for _ in range(15):
        outcomes = [became(delivery, Result.RETRY) for delivery in deliveries]
        await asyncio.gather(renew(), settle(own_uow, *outcomes), renew(), settle(own_uow, *reversed(outcomes)))


async def test_of_one_lane_only_some_are_taken_and_the_others_stay_as_they_are(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    busy = [await make(uow, in_(clock.now, minutes=5)) for _ in range(MOST_IN_LANE + 5)]
    quiet = await make(uow, in_(clock.now, minutes=5), channel_id=6)
    clock.move(minutes=5)
    first = await claim(uow)
    assert [delivery.step.reminder_id for delivery in first] == [one.id for one in busy[:MOST_IN_LANE]] + [quiet.id]
    assert {delivery.lane for delivery in first} == {CHANNEL_ID, 6}
    left = await row(uow, busy[-1])
    assert (left.attempts, left.wake_at) == (0, left.next_at)
    lanes = {CHANNEL_ID: MOST_IN_LANE, 6: 1}
    assert await claim(uow, under_way=lanes) == []
    async with uow() as work:
        assert await work.reminder_delivery.find_next_wake() == left.wake_at
        # What nobody can be told yet is no reason to look again.
        assert await work.reminder_delivery.find_next_wake(lanes) == clock.now + LEASE
    more = await claim(uow, under_way={CHANNEL_ID: MOST_IN_LANE - 2})
    assert [delivery.step.reminder_id for delivery in more] == [one.id for one in busy[MOST_IN_LANE:][:2]]
    assert [delivery.reminder.attempts for delivery in more] == [1, 1]


async def test_direct_messages_to_one_person_are_one_lane(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    for columns in (
        {"direct": True},
        {"direct": True, "channel_id": 99},
        {"direct": True, "target_kind": TargetKind.MEMBER, "target_id": 11},
        {"direct": True, "target_kind": TargetKind.MEMBER, "target_id": 12},
        {"direct": True, "created_by": None},
        {"target_kind": TargetKind.MEMBER, "target_id": 11},
    ):
        await change(uow, await make(uow, in_(clock.now, minutes=5)), **columns)
    clock.move(minutes=5)
    assert [delivery.lane for delivery in await claim(uow)] == [-11, -11, -11, -12, CHANNEL_ID, CHANNEL_ID]


async def test_what_was_deleted_is_kept_for_as_long_as_it_can_be_brought_back(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    for hours in (30, 25, 20):
        await change(
            uow, await make(uow, in_(clock.now, hours=1)), deleted_at=clock.now - timedelta(hours=hours), deleted_by=11
        )
    kept = await make(uow, in_(clock.now, hours=1))
    before = clock.now - timedelta(days=1)
    async with uow() as work:
        assert await work.reminder_delivery.forget_deleted(before=before, limit=1) == 1
        assert await work.reminder_delivery.forget_deleted(before=before) == 1
        assert await work.reminder_delivery.forget_deleted(before=before) == 0
    assert (await row(uow, kept)).state is ReminderState.WAITING


async def test_what_is_over_is_found_a_part_of_the_table_at_a_time(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    for _ in range(5):
        await change(uow, await make(uow, in_(clock.now, minutes=5)), next_at=None, last_sent_at=clock.now)
    waiting = await make(uow, in_(clock.now, hours=1))
    gone: list[int] = []
    after: int | None = 0
    while after is not None:
        async with uow() as work:
            many, after = await work.reminder_delivery.forget_finished(
                before=clock.now + timedelta(seconds=1), after_id=after, look_at=2
            )
        gone.append(many)
    assert gone == [2, 2, 1, 0]
    assert (await row(uow, waiting)).state is ReminderState.WAITING


MANY = """
    INSERT INTO reminders (guild_id, name, channel_id, next_at, wake_at, starts_at, deleted_at, deleted_by)
    SELECT 1, 'x', n % 40, at, CASE WHEN n % 10 > 0 THEN at END, at,
        CASE WHEN n % 10 = 0 THEN at - interval '1 year' END, CASE WHEN n % 10 = 0 THEN 1 END
    FROM (SELECT n, now() + n * interval '1 minute' AS at FROM generate_series(1, 20000) n) AS waiting
"""


async def test_nothing_reads_the_whole_table(own_engine: AsyncEngine, clock: ManualClock) -> None:
    async with own_engine.connect() as connection:
        await connection.execute(text(MANY))
        await connection.execute(text("ANALYZE reminders"))
        lanes = {1: MOST_IN_LANE, 2: 3}
        claims = [claim_query(clock.now, 200, under_way) for under_way in ({}, lanes)]
        queries = [
            str(query.compile(own_engine.sync_engine, compile_kwargs={"literal_binds": True})) for query in claims
        ]
        queries.append(
            "SELECT min(wake_at) FROM reminders WHERE wake_at IS NOT NULL AND channel_id <> ALL('{1,2,3}'::bigint[])"
        )
        queries.append("SELECT id FROM reminders WHERE deleted_at < now() ORDER BY deleted_at LIMIT 1000 FOR UPDATE")
        queries.append("SELECT id FROM reminders WHERE id > 500 ORDER BY id LIMIT 1000")
        for query in queries:
            plan = "\n".join(line[0] for line in await connection.exec_driver_sql(f"EXPLAIN {query}"))
            assert "Seq Scan on reminders" not in plan, plan
            assert "Index" in plan
