"""What people do with a reminder they got, and staff with many, on a real database."""

from datetime import datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.errors import InvalidInput, LimitReached
from app.core.reminders.delivery import Result
from app.core.reminders.errors import ReminderNotFound, StaffOnly
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.making import ALICE, BOB, CHANNEL_ID, ELSEWHERE, STAFF, draft, hourly, in_, make, policy


async def test_a_snooze_is_one_of_its_own_and_leaves_the_series_alone(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    series = await make(uow, hourly(clock), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)

    async def snooze(actor: Actor, minutes: int) -> Reminder:
        async with uow() as work:
            return await work.reminders.answers.snooze(
                actor,
                policy(),
                series.id,
                until=clock.now + timedelta(minutes=minutes),
                zone="UTC",
                roles=frozenset({7}),
                in_direct=False,
            )

    first = await snooze(ALICE, 10)
    assert (first.snooze_of, first.created_by, first.message) == (series.id, ALICE.user_id, "tea")
    again = await snooze(ALICE, 20)
    assert (again.id, again.next_at) == (first.id, clock.now + timedelta(minutes=20))
    async with uow() as work:
        assert (await work.reminders.making.get(ALICE, series.id)).next_at == series.next_at
        with pytest.raises(InvalidInput):
            await work.reminders.answers.snooze(
                ALICE, policy(), series.id, until=clock.now, zone="UTC", roles=frozenset(), in_direct=False
            )


async def test_whom_it_was_meant_for_may_answer_and_is_reminded_alone(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    async with uow() as work:
        for_role = await work.reminders.making.create(
            STAFF, policy(), draft(hourly(clock), target_kind=TargetKind.ROLE, target_id=7)
        )
    async with uow() as work:
        with pytest.raises(ReminderNotFound):
            await work.reminders.answers.get(BOB, for_role.id, roles=frozenset({8}))
        snooze = await work.reminders.answers.snooze(
            BOB,
            policy(),
            for_role.id,
            until=clock.now + timedelta(minutes=5),
            zone="UTC",
            roles=frozenset({7}),
            in_direct=False,
        )
    assert (snooze.created_by, snooze.target_kind, snooze.target_id) == (BOB.user_id, TargetKind.MEMBER, BOB.user_id)
    # Answering is not owning.
    async with uow() as work:
        with pytest.raises(ReminderNotFound):
            await work.reminders.control.delete(BOB, [for_role.id])


async def test_done_ends_the_repetitions_and_not_the_series(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock), repeat_every=timedelta(minutes=5), repeat_most=3)
    clock.move(hours=1)
    async with uow() as work:
        (delivery,), _ = await work.reminders.delivery.claim(limit=5)
        await work.reminders.delivery.start([delivery])
        await work.reminders.delivery.settle([delivery.became(Result.SENT, message_id=1, channel_id=CHANNEL_ID)])
    async with uow() as work:
        assert (await work.reminders.making.get(ALICE, made.id)).again_at == clock.now + timedelta(minutes=5)
        done = await work.reminders.answers.acknowledge(ALICE, made.id, roles=frozenset())
    assert (done.again_at, done.wake_at, done.state) == (None, done.next_at, ReminderState.WAITING)


@pytest.mark.parametrize("kind", ["done", "snooze"])
async def test_done_before_the_sending_is_written_down_is_not_forgotten(
    uow: UnitOfWorkFactory, clock: ManualClock, kind: str
) -> None:
    made = await make(uow, hourly(clock), repeat_every=timedelta(minutes=5), repeat_most=3)

    async def answer(message_id: int) -> None:
        async with uow() as work:
            if kind == "done":
                await work.reminders.answers.acknowledge(ALICE, made.id, roles=frozenset(), message_id=message_id)
            else:
                await work.reminders.answers.snooze(
                    ALICE,
                    policy(),
                    made.id,
                    until=clock.now + timedelta(hours=9),
                    zone="UTC",
                    roles=frozenset(),
                    in_direct=False,
                    message_id=message_id,
                )

    async def deliver(message_id: int, *, answered: int) -> Reminder:
        async with uow() as work:
            (delivery,), _ = await work.reminders.delivery.claim(limit=5)
            await work.reminders.delivery.start([delivery])
        await answer(answered)
        # Whoever answers does not take it away from the process that is sending it.
        async with uow() as work:
            assert await work.reminders.delivery.claim(limit=5) == ([], False)
        async with uow() as work:
            outcome = delivery.became(Result.SENT, message_id=message_id, channel_id=CHANNEL_ID)
            await work.reminders.delivery.settle([outcome])
        async with uow() as work:
            return await work.reminders.making.get(ALICE, made.id)

    clock.move(hours=1)
    assert (await deliver(1, answered=1)).again_at is None
    # What is said about the message before does not count for the next one.
    clock.move(hours=1)
    later = await deliver(2, answered=1)
    assert later.again_at == clock.now + timedelta(minutes=5)
    await answer(2)
    async with uow() as work:
        assert (await work.reminders.making.get(ALICE, made.id)).again_at is None


async def test_joining_needs_the_channel_it_was_delivered_in_and_has_an_end(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock))

    async def join(actor: Actor, channel_id: int = CHANNEL_ID) -> bool:
        async with uow() as work:
            return (await work.reminders.answers.join(actor, made.id, channel_id=channel_id))[1]

    with pytest.raises(ReminderNotFound):
        await join(BOB)
    async with uow() as work:
        (await work.reminders.making.get(ALICE, made.id)).message_channel_id = CHANNEL_ID
    assert await join(BOB)
    assert not await join(BOB)
    for actor in (BOB, ELSEWHERE):
        with pytest.raises(ReminderNotFound):
            await join(actor, 999 if actor is BOB else CHANNEL_ID)
    for number in range(80):
        assert await join(Actor(1, 1000 + number))
    with pytest.raises(LimitReached):
        await join(BOB)


async def test_staff_pause_resume_and_move_a_channel(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    here, there = await make(uow, hourly(clock)), await make(uow, in_(clock.now, hours=1), channel_id=6)
    morning = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    weekly = await make(uow, Schedule.series("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "Europe/Brussels", morning))
    monthly = await make(uow, Schedule.series("FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0", "UTC", morning))
    async with uow() as work:
        for refused in (
            work.reminders.staff.pause_channel(ALICE, CHANNEL_ID),
            work.reminders.staff.resume_channel(ALICE, CHANNEL_ID),
            work.reminders.staff.shift(ALICE, timedelta(hours=1)),
        ):
            with pytest.raises(StaffOnly):
                await refused
    async with uow() as work:
        assert await work.reminders.staff.pause_channel(STAFF, CHANNEL_ID) == 3
    async with uow() as work:
        assert (await work.reminders.making.get(ALICE, here.id)).state is ReminderState.PAUSED
        assert (await work.reminders.making.get(ALICE, there.id)).state is ReminderState.WAITING
        assert await work.reminders.staff.resume_channel(STAFF, CHANNEL_ID) == 3
    async with uow() as work:
        assert await work.reminders.staff.shift(STAFF, timedelta(hours=2)) == (4, 0)
        assert (await work.reminders.making.get(ALICE, there.id)).next_at == there.next_at + timedelta(hours=2)
        moved = await work.reminders.making.get(ALICE, weekly.id)
        assert (moved.next_at - weekly.next_at, moved.rrule) == (
            timedelta(hours=2),
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=11;BYMINUTE=0",
        )
    async with uow() as work:
        assert await work.reminders.staff.shift(STAFF, timedelta(days=1)) == (3, 1)
        moved = await work.reminders.making.get(ALICE, weekly.id)
        assert "BYDAY=TU" in moved.rrule
        assert (await work.reminders.making.get(ALICE, monthly.id)).rrule.endswith("BYHOUR=11;BYMINUTE=0")
    async with uow() as work:
        with pytest.raises(InvalidInput):
            await work.reminders.staff.shift(STAFF, timedelta(days=99))
