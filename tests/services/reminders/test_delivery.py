"""Taking what is due and writing down what became of it, on a real database."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.reminders.delivery import LEASE, DeliveryStep, Result, StepKind
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.draft import Changes
from app.services.reminders.due import Delivery
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.deliveries import begin, claim, row, settle
from tests.fixtures.reminders.making import ALICE, in_, make, policy


async def sent(uow: UnitOfWorkFactory, **more: Any) -> Delivery:
    (delivery,) = await begin(uow)
    await settle(uow, delivery.became(Result.SENT, message_id=7, channel_id=8, **more))
    return delivery


async def test_a_reminder_is_taken_once_it_is_due_and_is_over_once_it_was_sent(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    assert await claim(uow) == []
    async with uow() as work:
        assert await work.reminders.delivery.find_next_wake() == made.next_at
    clock.move(minutes=5)
    delivery = await sent(uow)
    assert (delivery.step.kind, delivery.late, delivery.missed, delivery.is_last) == (
        StepKind.OCCURRENCE,
        timedelta(),
        0,
        True,
    )
    now = await row(uow, made)
    assert (now.state, now.wake_at, now.next_at, now.message_id) == (ReminderState.DONE, None, None, 7)
    assert now.last_sent_at == clock.now
    async with uow() as work:
        assert await work.reminders.delivery.find_next_wake() is None


async def test_a_lease_keeps_others_away_until_it_runs_out(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await make(uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    (first,) = await begin(uow)
    assert await claim(uow) == []
    clock.now += LEASE
    (second,) = await begin(uow)
    # Whoever takes over sends the same message under the same nonce.
    assert second.step.nonce == first.step.nonce
    assert len(second.step.nonce) <= 25
    await settle(uow, second.became(Result.SENT, message_id=1, channel_id=2))
    # The one that was slow finds that it is settled.
    await settle(uow, first.became(Result.RETRY))
    assert await claim(uow) == []


async def test_a_lease_can_be_kept(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await make(uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    (delivery,) = await begin(uow)
    for _ in range(5):
        clock.now += LEASE / 2
        async with uow() as work:
            await work.reminders.delivery.renew([delivery.step])
        assert await claim(uow) == []
    clock.now += LEASE
    assert len(await claim(uow)) == 1


async def test_a_nonce_is_short_and_names_one_message_only() -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)]
    moments.append(datetime.max.replace(tzinfo=UTC))
    steps = [
        DeliveryStep(number, kind, moment) for number in (1, 36, 2**31 - 1) for kind in StepKind for moment in moments
    ]
    nonces = [step.nonce for step in steps]
    assert len(set(nonces)) == len(steps)
    assert max(map(len, nonces)) <= 25


async def test_a_series_goes_on_and_stays_on_the_wall_clock(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    clock.now = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    made = await make(uow, Schedule.series("FREQ=DAILY", "Europe/Brussels", start))
    seen: list[datetime] = []
    for _ in range(4):
        clock.now = (await row(uow, made)).next_at
        seen.append((await sent(uow)).step.at)
    # The clocks go back on the 25th: nine o'clock is an hour later from then on.
    assert [moment.hour for moment in seen] == [7, 8, 8, 8]
    assert [moment.day for moment in seen] == [24, 25, 26, 27]


async def test_what_was_missed_of_a_series_becomes_one_message(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=1), "UTC"))
    first = made.next_at
    clock.now = first + timedelta(hours=3, minutes=20)
    delivery = await sent(uow)
    assert (delivery.missed, delivery.late) == (3, timedelta(minutes=20))
    # The nonce does not depend on how many were missed by now: another process may find one more.
    assert delivery.step.at == first
    assert (await row(uow, made)).next_at == first + timedelta(hours=4)


@pytest.mark.parametrize("missed", [0, 2])
async def test_what_may_have_arrived_is_tried_again_unchanged_and_the_rest_comes_after_it(
    uow: UnitOfWorkFactory, clock: ManualClock, missed: int
) -> None:
    made = await make(uow, Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=1), "UTC"))
    clock.move(hours=1 + missed)
    (first,) = await begin(uow)
    # Its process dies here, and more comes due before somebody else takes over.
    clock.move(hours=3)
    again = await sent(uow)
    assert (again.step, again.missed, again.last) == (first.step, missed, first.last)
    rest = await sent(uow)
    assert (rest.missed, rest.step.nonce != first.step.nonce) == (2, True)
    assert (await row(uow, made)).next_at == clock.now + timedelta(hours=1)


async def test_what_is_too_late_is_skipped_counted_and_told_with_the_next(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    series = await make(uow, Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=1), "UTC"))
    clock.move(hours=2, minutes=30)
    (delivery,) = await begin(uow)
    await settle(uow, delivery.became(Result.SKIPPED))
    now = await row(uow, series)
    assert (now.skipped, now.state, now.last_sent_at) == (2, ReminderState.WAITING, None)
    clock.move(hours=1)
    assert (await sent(uow)).reminder.skipped == 2
    assert (await row(uow, series)).skipped == 0


async def test_a_single_one_that_is_too_late_is_kept_and_needs_attention(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    clock.move(days=3)
    (delivery,) = await begin(uow)
    assert await settle(uow, delivery.became(Result.SKIPPED)) == [made.id]
    now = await row(uow, made)
    assert (now.state, now.next_at, now.wake_at) == (ReminderState.ATTENTION, made.next_at, None)
    assert "later than this server allows" in now.problem


async def test_temporary_trouble_backs_off_and_ends(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    pauses: list[float] = []
    for _ in range(12):
        (delivery,) = await begin(uow)
        await settle(uow, delivery.became(Result.RETRY, problem="away"))
        now = await row(uow, made)
        pauses.append((now.wake_at - clock.now).total_seconds())
        assert (now.state, now.problem) == (ReminderState.WAITING, "away")
        clock.now = now.wake_at
    assert 5 <= pauses[0] <= 6
    assert all(5 * 2**tries <= pause <= 6 * 2**tries for tries, pause in enumerate(pauses[:4]))
    assert all(600 <= pause <= 720 for pause in pauses[8:])
    delivery = await sent(uow)
    assert delivery.late > timedelta(minutes=30)
    assert (await row(uow, made)).problem is None


async def test_what_cannot_be_delivered_is_set_aside_and_kept(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=1), "UTC"))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    assert await settle(uow, delivery.became(Result.FAILED, problem="The channel is gone.")) == [made.id]
    now = await row(uow, made)
    assert (now.state, now.problem, now.next_at) == (ReminderState.ATTENTION, "The channel is gone.", made.next_at)
    clock.move(days=10)
    assert await claim(uow) == []


@pytest.mark.parametrize("recurs", [True, False])
async def test_what_the_author_got_instead_counts_and_a_series_is_set_aside(
    uow: UnitOfWorkFactory, clock: ManualClock, recurs: bool
) -> None:
    at = clock.now + timedelta(hours=1)
    made = await make(uow, Schedule.elapsed(timedelta(hours=1), at, "UTC") if recurs else Schedule.once(at, "UTC"))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    await settle(uow, delivery.became(Result.TO_AUTHOR, message_id=1, channel_id=2, problem="Gone."))
    now = await row(uow, made)
    assert now.last_sent_at == clock.now
    assert now.state is (ReminderState.ATTENTION if recurs else ReminderState.DONE)
    assert now.next_at == (at + timedelta(hours=1) if recurs else None)


async def test_an_early_warning_comes_first_and_once(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, in_(clock.now, hours=2), warn=timedelta(hours=1))
    assert made.wake_at == made.next_at - timedelta(hours=1)
    clock.move(hours=1)
    assert (await sent(uow)).step.kind is StepKind.WARNING
    assert await claim(uow) == []
    clock.move(hours=1)
    assert (await sent(uow)).step.kind is StepKind.OCCURRENCE
    assert (await row(uow, made)).state is ReminderState.DONE


async def test_a_warning_that_was_missed_is_left_out(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await make(uow, in_(clock.now, hours=2), warn=timedelta(hours=1))
    clock.move(hours=3)
    assert (await sent(uow)).step.kind is StepKind.OCCURRENCE
    assert await claim(uow) == []


async def test_it_is_repeated_as_often_as_asked_for(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, in_(clock.now, hours=1), repeat_every=timedelta(minutes=10), repeat_most=2)
    clock.move(hours=1)
    kinds = []
    nonces = set()
    for _ in range(3):
        delivery = await sent(uow)
        kinds.append((delivery.step.kind, delivery.reminder.repeats))
        nonces.add(delivery.step.nonce)
        clock.move(minutes=10)
    assert kinds == [(StepKind.OCCURRENCE, 0), (StepKind.REPEAT, 0), (StepKind.REPEAT, 1)]
    assert len(nonces) == 3
    assert (await row(uow, made)).state is ReminderState.DONE


async def test_switched_off_a_series_passes_silently_and_a_single_one_is_paused(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    single = await make(uow, in_(clock.now, hours=1))
    series = await make(uow, Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=1), "UTC"))
    clock.move(hours=1)
    await settle(uow, *(delivery.became(Result.OFF) for delivery in await begin(uow)))
    assert (await row(uow, single)).state is ReminderState.PAUSED
    now = await row(uow, series)
    assert (now.state, now.next_at) == (ReminderState.WAITING, clock.now + timedelta(hours=1))


async def test_whoever_changed_it_meanwhile_wins(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, in_(clock.now, minutes=5))
    gone = await make(uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    deliveries = await begin(uow)
    async with uow() as work:
        await work.reminders.making.edit(
            ALICE, policy(), made.id, Changes(text="later", phrase="in 1h", schedule=in_(clock.now, hours=1))
        )
        await work.reminders.control.delete(ALICE, [gone.id])
    await settle(uow, *(delivery.became(Result.SENT, message_id=1, channel_id=1) for delivery in deliveries))
    now = await row(uow, made)
    assert (now.state, now.next_at) == (ReminderState.WAITING, clock.now + timedelta(hours=1))


LEGACY = """
    INSERT INTO reminders (guild_id, name, channel_id, time, call_time, days, event_time, last_sent_at, timezone,
        wake_at, created_at) VALUES (1, 'old', 2, :time, :call_time, :days, :event_time, :last_sent_at, :zone, :wake_at,
        '2015-01-01') RETURNING id
"""


async def legacy(uow: UnitOfWorkFactory, clock: ManualClock, **columns: Any) -> int:
    values = {
        **dict.fromkeys(("time", "call_time", "days", "event_time", "last_sent_at")),
        "zone": "Europe/Brussels",
        "wake_at": clock.now,
        **columns,
    }
    async with uow() as work:
        return await work._session.scalar(text(LEGACY), values)


async def sendings(uow: UnitOfWorkFactory, clock: ManualClock, most: int = 4) -> list[tuple[str, datetime]]:
    """Run the time forward from one thing to the next, and note what was sent."""
    found: list[tuple[str, datetime]] = []
    while len(found) < most:
        for delivery in await begin(uow):
            found.append((delivery.step.kind.value, clock.now))
            await settle(uow, delivery.became(Result.SENT, message_id=1, channel_id=2))
        async with uow() as work:
            wake = await work.reminders.delivery.find_next_wake()
        if wake is None:
            break
        clock.now = max(wake, clock.now)
    return found


async def test_a_weekly_row_of_the_former_bot_fires_on_its_days(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    clock.now = datetime(2026, 10, 22, 20, 0, tzinfo=UTC)  # a Thursday
    await legacy(uow, clock, time=time(9, 30), call_time=time(10, 30), days=["0", "4"])
    assert await sendings(uow, clock, 3) == [
        ("o", datetime(2026, 10, 23, 7, 30, tzinfo=UTC)),
        ("o", datetime(2026, 10, 26, 8, 30, tzinfo=UTC)),
        ("o", datetime(2026, 10, 30, 8, 30, tzinfo=UTC)),
    ]


async def test_a_single_row_of_the_former_bot_fires_early_and_at_the_event(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    clock.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    await legacy(uow, clock, time=time(19, 0), call_time=time(20, 0), days=[], event_time=event)
    assert await sendings(uow, clock) == [("w", event - timedelta(hours=1)), ("o", event)]
    # Just after midnight: an hour before is the day before.
    clock.now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    await legacy(uow, clock, time=time(23, 30), call_time=time(0, 30), event_time=event)
    assert await sendings(uow, clock) == [("w", event - timedelta(hours=1)), ("o", event)]


async def test_without_a_time_of_the_call_the_former_bot_sent_early_only(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    clock.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    await legacy(uow, clock, time=time(19, 0), event_time=event)
    assert await sendings(uow, clock) == [("o", event - timedelta(hours=1))]


async def test_what_the_former_bot_sent_shortly_before_is_not_sent_again(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    clock.now = datetime(2026, 11, 23, 8, 35, tzinfo=UTC)
    week = timedelta(weeks=1)
    due = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    await legacy(uow, clock, time=time(9, 30), days=["0"], last_sent_at=due + timedelta(seconds=7))
    assert await sendings(uow, clock, 1) == [("o", due + week)]
    clock.now = datetime(2026, 11, 23, 8, 35, tzinfo=UTC)
    await legacy(uow, clock, time=time(9, 30), days=["0"], last_sent_at=due - week)
    assert (await sendings(uow, clock, 1))[0] == ("o", datetime(2026, 11, 23, 8, 35, tzinfo=UTC))


async def test_an_event_that_no_calendar_holds_is_set_aside_and_stops_nobody(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    beyond = await legacy(uow, clock, time=time(9, 0), event_time=end, zone="Asia/Tokyo")
    made = await make(uow, in_(clock.now, seconds=1))
    clock.move(seconds=2)
    assert [delivery.step.reminder_id for delivery in await begin(uow)] == [made.id]
    async with uow() as work:
        found = await work._session.get_one(Reminder, beyond)
    assert found.state is ReminderState.ATTENTION
    assert "cannot be understood" in found.problem


async def test_two_who_claim_at_once_never_get_the_same(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    for _ in range(20):
        await make(own_uow, in_(clock.now, minutes=5))
    clock.move(minutes=5)
    taken = await asyncio.gather(*(claim(own_uow, limit=7) for _ in range(6)))
    ids = [delivery.step.reminder_id for deliveries in taken for delivery in deliveries]
    assert len(ids) == len(set(ids))
    while more := await claim(own_uow, limit=7):
        ids += [delivery.step.reminder_id for delivery in more]
    assert len(ids) == len(set(ids)) == 20


async def test_claiming_uses_the_index_of_what_waits(own_engine: AsyncEngine) -> None:
    async with own_engine.connect() as connection:
        await connection.execute(
            text(
                "INSERT INTO reminders (guild_id, name, channel_id, next_at, wake_at, starts_at) "
                "SELECT 1, 'x', 1, at, at, at FROM (SELECT now() + n * interval '1 minute' AS at "
                "FROM generate_series(1, 20000) n) AS waiting"
            )
        )
        await connection.execute(text("ANALYZE reminders"))
        for query in (
            "SELECT min(wake_at) FROM reminders WHERE wake_at IS NOT NULL",
            "SELECT id FROM reminders WHERE wake_at IS NOT NULL AND wake_at <= now() ORDER BY wake_at LIMIT 50",
        ):
            plan = "\n".join(line[0] for line in await connection.execute(text(f"EXPLAIN {query}")))
            assert "ix_reminders_wake_at" in plan
            assert "Seq Scan" not in plan
            assert "Sort" not in plan
