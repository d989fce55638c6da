"""Stopping reminders, letting them go on, and taking each of that back, on a real database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core import when
from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.reminders.errors import ReminderNotFound
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE, STAFF, hourly, in_, make, policy

BRUSSELS = "Europe/Brussels"


def daily(clock: ManualClock, hour: int = 9) -> Schedule:
    """Every day at a full hour in Brussels, from today on."""
    today = clock.now.astimezone(ZoneInfo(BRUSSELS)).date()
    return Schedule.weekly(set(range(7)), datetime(2000, 1, 1, hour, tzinfo=UTC).time(), BRUSSELS, today)


def day_of(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(ZoneInfo(BRUSSELS)).date()


async def get(uow: UnitOfWorkFactory, made: Reminder, actor: Actor = ALICE) -> Reminder:
    async with uow() as work:
        return await work.reminders.making.get(actor, made.id)


async def due_for_a_look(uow: UnitOfWorkFactory) -> datetime | None:
    async with uow() as work:
        return await work.reminders.delivery.find_next_wake()


async def test_a_pause_may_end_by_itself(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    until = clock.now + timedelta(hours=5, minutes=30)
    async with uow() as work:
        paused = await work.reminders.control.pause(ALICE, made.id, until=until)
        assert (paused.state, paused.wake_at, paused.resume_at) == (ReminderState.PAUSED, until, until)
        with pytest.raises(Conflict, match="already paused"):
            await work.reminders.control.pause(ALICE, made.id, until=until)
        with pytest.raises(InvalidInput, match="monday 9am"):
            await work.reminders.control.pause(ALICE, made.id, until=clock.now)
    # Without an end, and with one again.
    async with uow() as work:
        assert (await work.reminders.control.pause(ALICE, made.id)).wake_at is None
        assert (await work.reminders.control.pause(ALICE, made.id, until=until)).wake_at == until
    assert await due_for_a_look(uow) == until
    async with uow() as work:
        resumed = await work.reminders.control.resume(ALICE, made.id)
    assert (resumed.resume_at, resumed.wake_at) == (None, made.next_at)


async def test_all_of_a_channel_pauses_until_a_moment(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    here, there = await make(uow, hourly(clock), channel_id=5), await make(uow, hourly(clock), channel_id=6)
    until = clock.now + timedelta(days=2)
    async with uow() as work:
        assert await work.reminders.staff.pause_channel(STAFF, 5, until=until) == 1
        with pytest.raises(InvalidInput):
            await work.reminders.staff.pause_channel(STAFF, 6, until=clock.now)
    assert ((await get(uow, here)).wake_at, (await get(uow, there)).state) == (until, ReminderState.WAITING)


async def test_resuming_a_channel_leaves_alone_what_its_owner_paused(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    own, other, retaken = [await make(uow, hourly(clock), channel_id=5) for _ in range(3)]
    async with uow() as work:
        await work.reminders.control.pause(ALICE, own.id)
        assert await work.reminders.staff.pause_channel(STAFF, 5) == 2
        # Paused by itself as well from now on.
        await work.reminders.control.pause(ALICE, retaken.id)
    async with uow() as work:
        assert await work.reminders.staff.resume_channel(STAFF, 5) == 1
        assert await work.reminders.staff.resume_channel(STAFF, 5) == 0
    states = [(await get(uow, one)).state for one in (own, other, retaken)]
    assert states == [ReminderState.PAUSED, ReminderState.WAITING, ReminderState.PAUSED]


async def test_what_was_skipped_comes_back_while_it_is_to_come(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    async with uow() as work:
        _, first = await work.reminders.control.skip(ALICE, made.id)
        _, second = await work.reminders.control.skip(ALICE, made.id)
        assert (await work.reminders.control.unskip(ALICE, made.id, second)).next_at == second
        assert (await work.reminders.control.unskip(ALICE, made.id, first)).next_at == first
        for never in (first, second, first - timedelta(minutes=1), clock.now - timedelta(hours=1)):
            with pytest.raises(Conflict, match="too late to undo"):
                await work.reminders.control.unskip(ALICE, made.id, never)
        await work.reminders.control.skip(ALICE, made.id)
    clock.move(hours=1)
    async with uow() as work:
        with pytest.raises(Conflict, match="too late to undo"):
            await work.reminders.control.unskip(ALICE, made.id, first)
    assert (await get(uow, made)).next_at == second


async def test_a_day_is_left_out_and_put_back(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, daily(clock))
    first = day_of(made.next_at)
    later = first + timedelta(days=2)
    async with uow() as work:
        left = await work.reminders.control.leave_out(ALICE, made.id, later)
        assert (left.except_dates, left.next_at) == ([later], made.next_at)
        left = await work.reminders.control.leave_out(ALICE, made.id, first)
        assert (left.except_dates, day_of(left.next_at)) == ([first, later], first + timedelta(days=1))
        assert left.wake_at == left.next_at
        with pytest.raises(Conflict, match="not come on that day"):
            await work.reminders.control.leave_out(ALICE, made.id, first)
        skipped, _ = await work.reminders.control.skip(ALICE, made.id)
        assert day_of(skipped.next_at) == first + timedelta(days=3)
        # What was skipped stays so, though its neighbours come back.
        back = await work.reminders.control.put_back(ALICE, made.id, later)
        assert (back.except_dates, day_of(back.next_at)) == ([first], later)
        back = await work.reminders.control.put_back(ALICE, made.id, first)
        assert (back.except_dates, back.next_at) == (None, made.next_at)
        with pytest.raises(Conflict, match="not left out"):
            await work.reminders.control.put_back(ALICE, made.id, first)


async def test_days_are_those_of_the_series_and_something_has_to_be_left(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    # At half past midnight in Brussels it is still the day before in UTC.
    night = await make(uow, daily(clock, hour=0))
    assert night.next_at is not None
    day = day_of(night.next_at)
    assert day != night.next_at.date()
    once = await make(uow, in_(clock.now, hours=1))
    first = daily(clock).next_after(clock.now)
    assert first is not None
    twice = await make(uow, daily(clock).ending(until=first + timedelta(hours=30)))
    async with uow() as work:
        assert day_of((await work.reminders.control.leave_out(ALICE, night.id, day)).next_at) == day + timedelta(days=1)
        with pytest.raises(Conflict, match="only once"):
            await work.reminders.control.leave_out(ALICE, once.id, day)
        with pytest.raises(Conflict, match="not come on that day"):
            await work.reminders.control.leave_out(ALICE, night.id, day - timedelta(days=30))
        await work.reminders.control.leave_out(ALICE, twice.id, day_of(first))
        with pytest.raises(Conflict, match="Nothing would be left"):
            await work.reminders.control.leave_out(ALICE, twice.id, day_of(first) + timedelta(days=1))


async def test_exceptions_that_are_over_make_room(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, daily(clock))
    day = day_of(made.next_at)
    async with uow() as work:
        for number in range(100):
            await work.reminders.control.leave_out(ALICE, made.id, day + timedelta(days=number))
        with pytest.raises(InvalidInput):
            await work.reminders.control.leave_out(ALICE, made.id, day + timedelta(days=100))
    clock.move(days=50)
    async with uow() as work:
        left = await work.reminders.control.leave_out(ALICE, made.id, day + timedelta(days=100))
    assert left.except_dates is not None
    assert 50 <= len(left.except_dates) <= 52


async def test_what_was_deleted_is_nowhere_and_comes_back(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    series, single = await make(uow, hourly(clock)), await make(uow, in_(clock.now, hours=9))
    paused = await make(uow, hourly(clock))
    async with uow() as work:
        await work.reminders.control.pause(ALICE, paused.id)
    ids = [series.id, single.id, paused.id]
    async with uow() as work:
        deleted = await work.reminders.control.delete(ALICE, ids)
    assert ([one.id for one in deleted.reminders], deleted.at) == (ids, clock.now)
    assert await due_for_a_look(uow) is None
    async with uow() as work:
        for actor in (ALICE, STAFF):
            assert (await work.reminders.making.list_page(actor, everybody=actor.is_staff, page_size=5)).total == 0
            assert await work.reminders.making.list_matching(actor, "") == []
            for number in ids:
                with pytest.raises(ReminderNotFound):
                    await work.reminders.making.get(actor, number)
        assert await work.reminders.staff.pause_channel(STAFF, 5) == 0
        assert await work.reminders.staff.shift(STAFF, timedelta(hours=1)) == (0, 0)
        # Neither others nor staff: whoever deleted them.
        for actor in (BOB, STAFF, ELSEWHERE):
            with pytest.raises(Conflict, match="nothing left to restore"):
                await work.reminders.control.restore(actor, policy(), deleted.at)
        with pytest.raises(Conflict):
            await work.reminders.control.restore(ALICE, policy(), deleted.at + timedelta(microseconds=1))
    clock.move(hours=3, minutes=30)
    async with uow() as work:
        back = await work.reminders.control.restore(ALICE, policy(), deleted.at)
    assert [(one.id, one.state) for one in back] == [
        (series.id, ReminderState.WAITING),
        (single.id, ReminderState.WAITING),
        (paused.id, ReminderState.PAUSED),
    ]
    assert (back[0].next_at, back[2].wake_at) == (clock.now + timedelta(minutes=30), None)
    async with uow() as work:
        with pytest.raises(Conflict):
            await work.reminders.control.restore(ALICE, policy(), deleted.at)


async def test_all_are_deleted_or_none(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    mine, theirs = await make(uow, hourly(clock)), await make(uow, hourly(clock), actor=BOB)
    async with uow() as work:
        with pytest.raises(ReminderNotFound):
            await work.reminders.control.delete(ALICE, [mine.id, theirs.id])
        with pytest.raises(ReminderNotFound):
            await work.reminders.control.delete(ALICE, [])
    assert (await get(uow, mine)).deleted_at is None
    async with uow() as work:
        assert len((await work.reminders.control.delete(STAFF, [mine.id, theirs.id])).reminders) == 2


async def test_a_quota_counts_what_comes_back(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    rules = policy(per_member=1)
    made = await make(uow, hourly(clock))
    async with uow() as work:
        at = (await work.reminders.control.delete(ALICE, [made.id])).at
    await make(uow, hourly(clock))
    async with uow() as work:
        with pytest.raises(LimitReached, match="You have 1 reminder waiting"):
            await work.reminders.control.restore(ALICE, rules, at)
    async with uow() as work:
        await work.reminders.control.restore(ALICE, policy(per_member=2), at)


async def test_whoever_is_staff_no_more_brings_back_only_their_own(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    async with uow() as work:
        at = (await work.reminders.control.delete(STAFF, [made.id])).at
        with pytest.raises(Conflict):
            await work.reminders.control.restore(Actor(1, STAFF.user_id), policy(), at)
        assert len(await work.reminders.control.restore(STAFF, policy(), at)) == 1


async def test_a_move_keeps_what_was_skipped_and_says_what_is_so_now(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    eight = datetime(2000, 1, 1, 8, tzinfo=UTC).time()
    made = await make(uow, Schedule.weekly(set(range(7)), eight, "UTC", clock.now.date()))
    async with uow() as work:
        skipped, _ = await work.reminders.control.skip(ALICE, made.id)
        later = skipped.next_at + timedelta(minutes=30)
        assert await work.reminders.staff.shift(STAFF, timedelta(minutes=30)) == (1, 0)
    async with uow() as work:
        moved = await work.reminders.making.get(ALICE, made.id)
    assert (moved.next_at, moved.wake_at, moved.phrase) == (later, later, "every day at 08:30")
    again = when.read(moved.phrase, now=clock.now, zone="UTC")
    assert again.next_after(moved.next_at) == moved.next_at + timedelta(days=1)
