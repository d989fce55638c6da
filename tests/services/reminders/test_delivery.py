"""Taking what is due and writing down what became of it, on a real database."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core.reminders.delivery import LEASE, DeliveryStep, Result, StepKind
from app.core.scheduling.schedule import Schedule
from app.models import ReminderState
from tests.fixtures.reminders.making import ALICE, STAFF
from tests.fixtures.reminders.services import Reminders, sent


async def test_a_reminder_is_taken_once_it_is_due_and_is_over_once_it_was_sent(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(minutes=5))
    assert await reminders.claim() == []
    assert await reminders.delivery.find_next_wake() == made.next_at
    reminders.move(minutes=5)
    delivery = await reminders.deliver()
    assert (delivery.step.kind, delivery.late) == (StepKind.OCCURRENCE, timedelta())
    assert (delivery.missed, delivery.is_last) == (0, True)
    now = await reminders.row(made)
    assert (now.state, now.wake_at, now.next_at, now.message_id) == (ReminderState.DONE, None, None, 7)
    assert now.last_sent_at == reminders.now
    assert await reminders.delivery.find_next_wake() is None


async def test_a_lease_keeps_others_away_until_it_runs_out(reminders: Reminders) -> None:
    _, first = await reminders.under_way(reminders.in_(minutes=5))
    assert await reminders.claim() == []
    reminders.now += LEASE
    (second,) = await reminders.begin()
    # Whoever takes over sends the same message under the same nonce.
    assert second.step.nonce == first.step.nonce
    assert len(second.step.nonce) <= 25
    await reminders.settle(sent(second, 1))
    # The one that was slow finds that it is settled.
    await reminders.settle(first.became(Result.RETRY))
    assert await reminders.claim() == []


async def test_a_lease_can_be_kept(reminders: Reminders) -> None:
    _, delivery = await reminders.under_way(reminders.in_(minutes=5))
    for _ in range(5):
        reminders.now += LEASE / 2
        await reminders.delivery.renew([delivery.step])
        assert await reminders.claim() == []
    reminders.now += LEASE
    assert len(await reminders.claim()) == 1


async def test_a_nonce_is_short_and_names_one_message_only() -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)]
    moments.append(datetime.max.replace(tzinfo=UTC))
    steps = [
        DeliveryStep(number, kind, moment) for number in (1, 36, 2**31 - 1) for kind in StepKind for moment in moments
    ]
    nonces = [step.nonce for step in steps]
    assert len(set(nonces)) == len(steps)
    assert max(map(len, nonces)) <= 25


async def test_a_series_goes_on_and_stays_on_the_wall_clock(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    start = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    made = await reminders.make(Schedule.series("FREQ=DAILY", "Europe/Brussels", start))
    seen: list[datetime] = []
    for _ in range(4):
        reminders.now = (await reminders.row(made)).next_at
        seen.append((await reminders.deliver()).step.at)
    # The clocks go back on the 25th: nine o'clock is an hour later from then on.
    assert [moment.hour for moment in seen] == [7, 8, 8, 8]
    assert [moment.day for moment in seen] == [24, 25, 26, 27]


async def test_what_was_missed_of_a_series_becomes_one_message(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    first = made.next_at
    reminders.now = first + timedelta(hours=3, minutes=20)
    delivery = await reminders.deliver()
    assert (delivery.missed, delivery.late) == (3, timedelta(minutes=20))
    # The nonce does not depend on how many were missed by now: another process may find one more.
    assert delivery.step.at == first
    assert (await reminders.row(made)).next_at == first + timedelta(hours=4)


@pytest.mark.parametrize("missed", [0, 2])
async def test_what_may_have_arrived_is_tried_again_unchanged_and_the_rest_comes_after_it(
    reminders: Reminders, missed: int
) -> None:
    made = await reminders.make(reminders.hourly())
    reminders.move(hours=1 + missed)
    (first,) = await reminders.begin()
    # Its process dies here, and more comes due before somebody else takes over.
    reminders.move(hours=3)
    again = await reminders.deliver()
    assert (again.step, again.missed, again.last) == (first.step, missed, first.last)
    rest = await reminders.deliver()
    assert (rest.missed, rest.step.nonce != first.step.nonce) == (2, True)
    assert (await reminders.row(made)).next_at == reminders.now + timedelta(hours=1)


async def test_what_is_too_late_is_skipped_counted_and_told_with_the_next(reminders: Reminders) -> None:
    series = await reminders.make(reminders.hourly())
    reminders.move(hours=2, minutes=30)
    (delivery,) = await reminders.begin()
    await reminders.settle(delivery.became(Result.SKIPPED))
    now = await reminders.row(series)
    assert (now.skipped, now.state, now.last_sent_at) == (2, ReminderState.WAITING, None)
    reminders.move(hours=1)
    assert (await reminders.deliver()).reminder.skipped == 2
    assert (await reminders.row(series)).skipped == 0


async def test_a_single_one_that_is_too_late_is_kept_and_needs_attention(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(minutes=5))
    reminders.move(days=3)
    (delivery,) = await reminders.begin()
    assert await reminders.settle(delivery.became(Result.SKIPPED)) == [made.id]
    now = await reminders.row(made)
    assert (now.state, now.next_at, now.wake_at) == (ReminderState.ATTENTION, made.next_at, None)
    assert "later than this server allows" in now.problem


async def test_temporary_trouble_backs_off_and_ends(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(minutes=5))
    reminders.move(minutes=5)
    pauses: list[float] = []
    for _ in range(12):
        (delivery,) = await reminders.begin()
        await reminders.settle(delivery.became(Result.RETRY, problem="away"))
        now = await reminders.row(made)
        pauses.append((now.wake_at - reminders.now).total_seconds())
        # As long as it has been failing, but for the first and the last ones.
        trouble = min(max((reminders.now - made.next_at).total_seconds(), 5), 600)
        assert trouble <= pauses[-1] <= trouble * 1.2
        assert (now.state, now.problem) == (ReminderState.WAITING, "away")
        reminders.now = now.wake_at
    assert 5 <= pauses[0] <= 6
    assert all(600 <= pause <= 720 for pause in pauses[9:])
    delivery = await reminders.deliver()
    assert delivery.late > timedelta(minutes=30)
    assert (await reminders.row(made)).problem is None


async def test_what_cannot_be_delivered_is_set_aside_and_kept(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way()
    assert await reminders.settle(delivery.became(Result.FAILED, problem="The channel is gone.")) == [made.id]
    now = await reminders.row(made)
    assert (now.state, now.problem, now.next_at) == (ReminderState.ATTENTION, "The channel is gone.", made.next_at)
    reminders.move(days=10)
    assert await reminders.claim() == []


@pytest.mark.parametrize("recurs", [True, False])
async def test_what_the_author_got_instead_counts_and_a_series_is_set_aside(reminders: Reminders, recurs: bool) -> None:
    made, delivery = await reminders.under_way(reminders.hourly() if recurs else reminders.in_(hours=1))
    await reminders.settle(delivery.became(Result.TO_AUTHOR, message_id=1, channel_id=2, problem="Gone."))
    now = await reminders.row(made)
    assert now.last_sent_at == reminders.now
    assert now.state is (ReminderState.ATTENTION if recurs else ReminderState.DONE)
    assert now.next_at == (made.next_at + timedelta(hours=1) if recurs else None)


async def test_an_early_warning_comes_first_and_once(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(hours=2), warn=timedelta(hours=1))
    assert made.wake_at == made.next_at - timedelta(hours=1)
    reminders.move(hours=1)
    assert (await reminders.deliver()).step.kind is StepKind.WARNING
    assert await reminders.claim() == []
    reminders.move(hours=1)
    assert (await reminders.deliver()).step.kind is StepKind.OCCURRENCE
    assert (await reminders.row(made)).state is ReminderState.DONE


async def test_a_warning_that_was_missed_is_left_out(reminders: Reminders) -> None:
    await reminders.make(reminders.in_(hours=2), warn=timedelta(hours=1))
    reminders.move(hours=3)
    assert (await reminders.deliver()).step.kind is StepKind.OCCURRENCE
    assert await reminders.claim() == []


async def test_it_is_repeated_as_often_as_asked_for(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(hours=1), repeat_every=timedelta(minutes=10), repeat_most=2)
    reminders.move(hours=1)
    deliveries = []
    for _ in range(3):
        deliveries.append(await reminders.deliver())
        reminders.move(minutes=10)
    assert [(one.step.kind, one.reminder.repeats) for one in deliveries] == [
        (StepKind.OCCURRENCE, 0),
        (StepKind.REPEAT, 0),
        (StepKind.REPEAT, 1),
    ]
    assert len({one.step.nonce for one in deliveries}) == 3
    assert (await reminders.row(made)).state is ReminderState.DONE


async def test_switched_off_a_series_passes_silently_and_a_single_one_is_paused(reminders: Reminders) -> None:
    single = await reminders.make(reminders.in_(hours=1))
    series = await reminders.make(reminders.hourly())
    reminders.move(hours=1)
    await reminders.settle(*(delivery.became(Result.OFF) for delivery in await reminders.begin()))
    assert (await reminders.row(single)).state is ReminderState.PAUSED
    now = await reminders.row(series)
    assert (now.state, now.next_at) == (ReminderState.WAITING, reminders.now + timedelta(hours=1))


async def test_whoever_changed_it_meanwhile_wins(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(minutes=5))
    gone = await reminders.make(reminders.in_(minutes=5))
    reminders.move(minutes=5)
    deliveries = await reminders.begin()
    await reminders.edit(made, text="later", phrase="in 1h", schedule=reminders.in_(hours=1))
    await reminders.control.delete(ALICE, [gone.id])
    await reminders.settle(*(sent(delivery, 1) for delivery in deliveries))
    now = await reminders.row(made)
    assert (now.state, now.next_at) == (ReminderState.WAITING, reminders.now + timedelta(hours=1))


LEGACY = """
    INSERT INTO reminders (guild_id, name, channel_id, time, call_time, days, event_time, last_sent_at, timezone,
        wake_at, created_at) VALUES (1, 'old', 2, :time, :call_time, :days, :event_time, :last_sent_at, :zone, :wake_at,
        '2015-01-01') RETURNING id
"""


async def legacy(reminders: Reminders, **columns: Any) -> int:
    values = {
        **dict.fromkeys(("time", "call_time", "days", "event_time", "last_sent_at")),
        "zone": "Europe/Brussels",
        "wake_at": reminders.now,
        **columns,
    }
    async with reminders.uow() as work:
        return await work._session.scalar(text(LEGACY), values)


async def sendings(reminders: Reminders, most: int = 4) -> list[tuple[str, datetime]]:
    """Run the time forward from one thing to the next, and note what was sent."""
    found: list[tuple[str, datetime]] = []
    while len(found) < most:
        for delivery in await reminders.begin():
            found.append((delivery.step.kind.value, reminders.now))
            await reminders.settle(sent(delivery, 1))
        wake = await reminders.delivery.find_next_wake()
        if wake is None:
            break
        reminders.now = max(wake, reminders.now)
    return found


async def test_a_weekly_row_of_the_former_bot_fires_on_its_days(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 10, 22, 20, 0, tzinfo=UTC)  # a Thursday
    await legacy(reminders, time=time(9, 30), call_time=time(10, 30), days=["0", "4"])
    assert await sendings(reminders, 3) == [
        ("o", datetime(2026, 10, 23, 7, 30, tzinfo=UTC)),
        ("o", datetime(2026, 10, 26, 8, 30, tzinfo=UTC)),
        ("o", datetime(2026, 10, 30, 8, 30, tzinfo=UTC)),
    ]


async def test_a_single_row_of_the_former_bot_fires_early_and_at_the_event(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    await legacy(reminders, time=time(19, 0), call_time=time(20, 0), days=[], event_time=event)
    assert await sendings(reminders) == [("w", event - timedelta(hours=1)), ("o", event)]
    # Just after midnight: an hour before is the day before.
    reminders.now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    await legacy(reminders, time=time(23, 30), call_time=time(0, 30), event_time=event)
    assert await sendings(reminders) == [("w", event - timedelta(hours=1)), ("o", event)]


async def test_without_a_time_of_the_call_the_former_bot_sent_early_only(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    event = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    await legacy(reminders, time=time(19, 0), event_time=event)
    assert await sendings(reminders) == [("o", event - timedelta(hours=1))]


async def test_what_the_former_bot_sent_shortly_before_is_not_sent_again(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 11, 23, 8, 35, tzinfo=UTC)
    week = timedelta(weeks=1)
    due = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    await legacy(reminders, time=time(9, 30), days=["0"], last_sent_at=due + timedelta(seconds=7))
    assert await sendings(reminders, 1) == [("o", due + week)]
    reminders.now = datetime(2026, 11, 23, 8, 35, tzinfo=UTC)
    await legacy(reminders, time=time(9, 30), days=["0"], last_sent_at=due - week)
    assert (await sendings(reminders, 1))[0] == ("o", datetime(2026, 11, 23, 8, 35, tzinfo=UTC))


async def test_an_event_that_no_calendar_holds_is_set_aside_and_stops_nobody(reminders: Reminders) -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    beyond = await legacy(reminders, time=time(9, 0), event_time=end, zone="Asia/Tokyo")
    made = await reminders.make(reminders.in_(seconds=1))
    reminders.move(seconds=2)
    assert [delivery.step.reminder_id for delivery in await reminders.begin()] == [made.id]
    found = await reminders.making.get(STAFF, beyond)
    assert found.state is ReminderState.ATTENTION
    assert "cannot be understood" in found.problem


async def test_two_who_claim_at_once_never_get_the_same(own_reminders: Reminders) -> None:
    for _ in range(20):
        await own_reminders.make(own_reminders.in_(minutes=5))
    own_reminders.move(minutes=5)
    taken = await asyncio.gather(*(own_reminders.claim(limit=7) for _ in range(6)))
    ids = [delivery.step.reminder_id for deliveries in taken for delivery in deliveries]
    assert len(ids) == len(set(ids))
    while more := await own_reminders.claim(limit=7):
        ids += [delivery.step.reminder_id for delivery in more]
    assert len(ids) == len(set(ids)) == 20
