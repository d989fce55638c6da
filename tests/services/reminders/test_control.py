"""Stopping reminders, letting them go on, and taking each of that back, on a real database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core import when
from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.reminders.errors import ReminderNotFound
from app.core.scheduling.schedule import Schedule
from app.models import ReminderState
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE, STAFF, policy
from tests.fixtures.reminders.services import Reminders

BRUSSELS = "Europe/Brussels"


def daily(reminders: Reminders, hour: int = 9) -> Schedule:
    """Every day at a full hour in Brussels, from today on."""
    today = reminders.now.astimezone(ZoneInfo(BRUSSELS)).date()
    return Schedule.weekly(set(range(7)), datetime(2000, 1, 1, hour, tzinfo=UTC).time(), BRUSSELS, today)


def day_of(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(ZoneInfo(BRUSSELS)).date()


async def test_a_pause_may_end_by_itself(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    until = reminders.now + timedelta(hours=5, minutes=30)
    paused = await reminders.control.pause(ALICE, made.id, until=until)
    assert (paused.state, paused.wake_at, paused.resume_at) == (ReminderState.PAUSED, until, until)
    with pytest.raises(Conflict, match="already paused"):
        await reminders.control.pause(ALICE, made.id, until=until)
    with pytest.raises(InvalidInput, match="monday 9am"):
        await reminders.control.pause(ALICE, made.id, until=reminders.now)
    # Without an end, and with one again.
    assert (await reminders.control.pause(ALICE, made.id)).wake_at is None
    assert (await reminders.control.pause(ALICE, made.id, until=until)).wake_at == until
    assert await reminders.delivery.find_next_wake() == until
    resumed = await reminders.control.resume(ALICE, made.id)
    assert (resumed.resume_at, resumed.wake_at) == (None, made.next_at)


async def test_all_of_a_channel_pauses_until_a_moment(reminders: Reminders) -> None:
    here, there = [await reminders.make(reminders.hourly(), channel_id=number) for number in (5, 6)]
    until = reminders.now + timedelta(days=2)
    assert await reminders.staff.pause_channel(STAFF, 5, until=until) == 1
    with pytest.raises(InvalidInput):
        await reminders.staff.pause_channel(STAFF, 6, until=reminders.now)
    assert ((await reminders.row(here)).wake_at, (await reminders.row(there)).state) == (until, ReminderState.WAITING)


async def test_resuming_a_channel_leaves_alone_what_its_owner_paused(reminders: Reminders) -> None:
    own, other, retaken = [await reminders.make(reminders.hourly(), channel_id=5) for _ in range(3)]
    await reminders.control.pause(ALICE, own.id)
    assert await reminders.staff.pause_channel(STAFF, 5) == 2
    # Paused by itself as well from now on.
    await reminders.control.pause(ALICE, retaken.id)
    assert await reminders.staff.resume_channel(STAFF, 5) == 1
    assert await reminders.staff.resume_channel(STAFF, 5) == 0
    states = [(await reminders.row(one)).state for one in (own, other, retaken)]
    assert states == [ReminderState.PAUSED, ReminderState.WAITING, ReminderState.PAUSED]


async def test_what_was_skipped_comes_back_while_it_is_to_come(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    _, first = await reminders.control.skip(ALICE, made.id)
    _, second = await reminders.control.skip(ALICE, made.id)
    assert (await reminders.control.unskip(ALICE, made.id, second)).next_at == second
    assert (await reminders.control.unskip(ALICE, made.id, first)).next_at == first
    with pytest.raises(Conflict, match="undone already"):
        await reminders.control.unskip(ALICE, made.id, first)
    for never in (second, first - timedelta(minutes=1), reminders.now - timedelta(hours=1)):
        with pytest.raises(Conflict, match="too late to undo"):
            await reminders.control.unskip(ALICE, made.id, never)
    await reminders.control.skip(ALICE, made.id)
    reminders.move(hours=1)
    with pytest.raises(Conflict, match="too late to undo"):
        await reminders.control.unskip(ALICE, made.id, first)
    assert (await reminders.row(made)).next_at == second


async def test_a_day_is_left_out_and_put_back(reminders: Reminders) -> None:
    made = await reminders.make(daily(reminders))
    first = day_of(made.next_at)
    later = first + timedelta(days=2)
    left = await reminders.control.leave_out(ALICE, made.id, later)
    assert (left.except_dates, left.next_at) == ([later], made.next_at)
    left = await reminders.control.leave_out(ALICE, made.id, first)
    assert (left.except_dates, day_of(left.next_at)) == ([first, later], first + timedelta(days=1))
    assert left.wake_at == left.next_at
    with pytest.raises(Conflict, match="not come on that day"):
        await reminders.control.leave_out(ALICE, made.id, first)
    skipped, _ = await reminders.control.skip(ALICE, made.id)
    assert day_of(skipped.next_at) == first + timedelta(days=3)
    # What was skipped stays so, though its neighbours come back.
    back = await reminders.control.put_back(ALICE, made.id, later)
    assert (back.except_dates, day_of(back.next_at)) == ([first], later)
    back = await reminders.control.put_back(ALICE, made.id, first)
    assert (back.except_dates, back.next_at) == (None, made.next_at)
    with pytest.raises(Conflict, match="not left out"):
        await reminders.control.put_back(ALICE, made.id, first)


async def test_days_are_those_of_the_series_and_something_has_to_be_left(reminders: Reminders) -> None:
    # At half past midnight in Brussels it is still the day before in UTC.
    night = await reminders.make(daily(reminders, hour=0))
    assert night.next_at is not None
    day = day_of(night.next_at)
    assert day != night.next_at.date()
    once = await reminders.make(reminders.in_(hours=1))
    first = daily(reminders).next_after(reminders.now)
    assert first is not None
    twice = await reminders.make(daily(reminders).ending(until=first + timedelta(hours=30)))
    assert day_of((await reminders.control.leave_out(ALICE, night.id, day)).next_at) == day + timedelta(days=1)
    with pytest.raises(Conflict, match="only once"):
        await reminders.control.leave_out(ALICE, once.id, day)
    with pytest.raises(Conflict, match="not come on that day"):
        await reminders.control.leave_out(ALICE, night.id, day - timedelta(days=30))
    await reminders.control.leave_out(ALICE, twice.id, day_of(first))
    with pytest.raises(Conflict, match="Nothing would be left"):
        await reminders.control.leave_out(ALICE, twice.id, day_of(first) + timedelta(days=1))


async def test_exceptions_that_are_over_make_room(reminders: Reminders) -> None:
    made = await reminders.make(daily(reminders))
    day = day_of(made.next_at)
    for number in range(100):
        await reminders.control.leave_out(ALICE, made.id, day + timedelta(days=number))
    with pytest.raises(InvalidInput):
        await reminders.control.leave_out(ALICE, made.id, day + timedelta(days=100))
    reminders.move(days=50)
    left = await reminders.control.leave_out(ALICE, made.id, day + timedelta(days=100))
    assert left.except_dates is not None
    assert 50 <= len(left.except_dates) <= 52


async def test_what_was_deleted_is_nowhere_and_comes_back(reminders: Reminders) -> None:
    series, single = await reminders.make(reminders.hourly()), await reminders.make(reminders.in_(hours=9))
    paused = await reminders.make(reminders.hourly())
    await reminders.control.pause(ALICE, paused.id)
    ids = [series.id, single.id, paused.id]
    deleted = await reminders.control.delete(ALICE, ids)
    assert ([one.id for one in deleted.reminders], deleted.at) == (ids, reminders.now)
    assert await reminders.delivery.find_next_wake() is None
    for actor in (ALICE, STAFF):
        assert (await reminders.making.list_page(actor, everybody=actor.is_staff, page_size=5)).total == 0
        assert await reminders.making.list_matching(actor, "") == []
        for number in ids:
            with pytest.raises(ReminderNotFound):
                await reminders.making.get(actor, number)
    assert await reminders.staff.pause_channel(STAFF, 5) == 0
    assert (await reminders.staff.shift(STAFF, timedelta(hours=1))).counts == (0, 0)
    # Neither others nor staff: whoever deleted them.
    for actor in (BOB, STAFF, ELSEWHERE):
        with pytest.raises(Conflict, match="nothing left to restore"):
            await reminders.control.restore(actor, policy(), deleted.at)
    with pytest.raises(Conflict):
        await reminders.control.restore(ALICE, policy(), deleted.at + timedelta(microseconds=1))
    reminders.move(hours=3, minutes=30)
    back = await reminders.control.restore(ALICE, policy(), deleted.at)
    assert [(one.id, one.state) for one in back] == [
        (series.id, ReminderState.WAITING),
        (single.id, ReminderState.WAITING),
        (paused.id, ReminderState.PAUSED),
    ]
    assert (back[0].next_at, back[2].wake_at) == (reminders.now + timedelta(minutes=30), None)
    with pytest.raises(Conflict):
        await reminders.control.restore(ALICE, policy(), deleted.at)


async def test_all_are_deleted_or_none(reminders: Reminders) -> None:
    mine, theirs = await reminders.make(reminders.hourly()), await reminders.make(reminders.hourly(), actor=BOB)
    with pytest.raises(ReminderNotFound):
        await reminders.control.delete(ALICE, [mine.id, theirs.id])
    with pytest.raises(ReminderNotFound):
        await reminders.control.delete(ALICE, [])
    assert (await reminders.row(mine)).deleted_at is None
    assert len((await reminders.control.delete(STAFF, [mine.id, theirs.id])).reminders) == 2


async def test_a_quota_counts_what_comes_back(reminders: Reminders) -> None:
    rules = policy(per_member=1)
    made = await reminders.make(reminders.hourly())
    at = (await reminders.control.delete(ALICE, [made.id])).at
    await reminders.make(reminders.hourly())
    with pytest.raises(LimitReached, match="You have 1 reminder waiting"):
        await reminders.control.restore(ALICE, rules, at)
    await reminders.control.restore(ALICE, policy(per_member=2), at)


async def test_whoever_is_staff_no_more_brings_back_only_their_own(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    at = (await reminders.control.delete(STAFF, [made.id])).at
    with pytest.raises(Conflict):
        await reminders.control.restore(Actor(1, STAFF.user_id), policy(), at)
    assert len(await reminders.control.restore(STAFF, policy(), at)) == 1


async def test_a_move_keeps_what_was_skipped_and_says_what_is_so_now(reminders: Reminders) -> None:
    eight = datetime(2000, 1, 1, 8, tzinfo=UTC).time()
    made = await reminders.make(Schedule.weekly(set(range(7)), eight, "UTC", reminders.now.date()))
    skipped, _ = await reminders.control.skip(ALICE, made.id)
    later = skipped.next_at + timedelta(minutes=30)
    assert (await reminders.staff.shift(STAFF, timedelta(minutes=30))).counts == (1, 0)
    moved = await reminders.making.get(ALICE, made.id)
    assert (moved.next_at, moved.wake_at, moved.phrase) == (later, later, "every day at 08:30")
    again = when.read(moved.phrase, now=reminders.now, zone="UTC")
    assert again.next_after(moved.next_at) == moved.next_at + timedelta(days=1)
