"""What people do with a reminder they got, and staff with many, on a real database."""

from datetime import datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.reminders.errors import ReminderNotFound, StaffOnly
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from tests.fixtures.reminders.making import ALICE, BOB, CHANNEL_ID, ELSEWHERE, STAFF, draft, policy
from tests.fixtures.reminders.services import Reminders, sent


async def test_a_snooze_is_one_of_its_own_and_leaves_the_series_alone(reminders: Reminders) -> None:
    series = await reminders.make(reminders.hourly(), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)

    first = await reminders.snooze(ALICE, series.id, roles=frozenset({7}))
    assert (first.snooze_of, first.created_by, first.message) == (series.id, ALICE.user_id, "tea")
    later = reminders.now + timedelta(minutes=20)
    again = await reminders.snooze(ALICE, series.id, until=later, roles=frozenset({7}))
    assert (again.id, again.next_at) == (first.id, later)
    assert (await reminders.making.get(ALICE, series.id)).next_at == series.next_at
    with pytest.raises(InvalidInput):
        await reminders.snooze(ALICE, series.id, until=reminders.now)


async def test_whom_it_was_meant_for_may_answer_and_is_reminded_alone(reminders: Reminders) -> None:
    for_role = await reminders.making.create(
        STAFF, policy(), draft(reminders.hourly(), target_kind=TargetKind.ROLE, target_id=7)
    )
    with pytest.raises(ReminderNotFound):
        await reminders.answers.get(BOB, for_role.id, roles=frozenset({8}))
    snooze = await reminders.snooze(BOB, for_role.id, roles=frozenset({7}))
    assert (snooze.created_by, snooze.target_kind, snooze.target_id) == (BOB.user_id, TargetKind.MEMBER, BOB.user_id)
    # Answering is not owning.
    with pytest.raises(ReminderNotFound):
        await reminders.control.delete(BOB, [for_role.id])


async def test_done_ends_the_repetitions_and_not_the_series(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way(repeat_every=timedelta(minutes=5), repeat_most=3)
    await reminders.settle(sent(delivery, 1))
    assert (await reminders.making.get(ALICE, made.id)).again_at == reminders.now + timedelta(minutes=5)
    done = (await reminders.answers.acknowledge(ALICE, made.id, roles=frozenset())).reminder
    assert (done.again_at, done.wake_at, done.state) == (None, done.next_at, ReminderState.WAITING)


@pytest.mark.parametrize("kind", ["done", "snooze"])
async def test_done_before_the_sending_is_written_down_is_not_forgotten(reminders: Reminders, kind: str) -> None:
    made = await reminders.make(reminders.hourly(), repeat_every=timedelta(minutes=5), repeat_most=3)

    async def answer(message_id: int) -> None:
        if kind == "done":
            await reminders.answers.acknowledge(ALICE, made.id, roles=frozenset(), message_id=message_id)
        else:
            later = reminders.now + timedelta(hours=9)
            await reminders.snooze(ALICE, made.id, until=later, message_id=message_id)

    async def deliver(message_id: int, *, answered: int) -> Reminder:
        (delivery,) = await reminders.begin()
        await answer(answered)
        # Whoever answers does not take it away from the process that is sending it.
        assert (await reminders.delivery.claim(limit=5)).is_empty
        await reminders.settle(sent(delivery, message_id))
        return await reminders.making.get(ALICE, made.id)

    reminders.move(hours=1)
    assert (await deliver(1, answered=1)).again_at is None
    # What is said about the message before does not count for the next one.
    reminders.move(hours=1)
    later = await deliver(2, answered=1)
    assert later.again_at == reminders.now + timedelta(minutes=5)
    await answer(2)
    assert (await reminders.making.get(ALICE, made.id)).again_at is None


async def test_joining_needs_the_channel_it_was_delivered_in_and_has_an_end(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())

    async def join(actor: Actor, channel_id: int = CHANNEL_ID, *, joins: bool = True) -> bool:
        joined = await reminders.answers.join(actor, made.id, channel_id=channel_id, joins=joins)
        return actor.user_id in joined.subscribers

    with pytest.raises(ReminderNotFound):
        await join(BOB)
    await reminders.change(made, message_channel_id=CHANNEL_ID)
    assert await join(BOB)
    with pytest.raises(Conflict, match="joined that reminder already"):
        await join(BOB)
    assert not await join(BOB, joins=False)
    with pytest.raises(Conflict, match="left it already"):
        await join(BOB, joins=False)
    for actor in (BOB, ELSEWHERE):
        with pytest.raises(ReminderNotFound):
            await join(actor, 999 if actor is BOB else CHANNEL_ID)
    for number in range(80):
        assert await join(Actor(1, 1000 + number))
    with pytest.raises(LimitReached):
        await join(BOB)


async def test_staff_pause_resume_and_move_a_channel(reminders: Reminders) -> None:
    here, there = await reminders.make(reminders.hourly()), await reminders.make(reminders.in_(hours=1), channel_id=6)
    morning = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 -- a wall clock has no zone
    weekly = await reminders.make(
        Schedule.series("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "Europe/Brussels", morning)
    )
    monthly = await reminders.make(Schedule.series("FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0", "UTC", morning))
    for refused in (
        reminders.staff.pause_channel(ALICE, CHANNEL_ID),
        reminders.staff.resume_channel(ALICE, CHANNEL_ID),
        reminders.staff.shift(ALICE, timedelta(hours=1)),
    ):
        with pytest.raises(StaffOnly):
            await refused
    assert await reminders.staff.pause_channel(STAFF, CHANNEL_ID) == 3
    assert (await reminders.making.get(ALICE, here.id)).state is ReminderState.PAUSED
    assert (await reminders.making.get(ALICE, there.id)).state is ReminderState.WAITING
    assert await reminders.staff.resume_channel(STAFF, CHANNEL_ID) == 3
    assert (await reminders.staff.shift(STAFF, timedelta(hours=2))).counts == (4, 0)
    assert (await reminders.making.get(ALICE, there.id)).next_at == there.next_at + timedelta(hours=2)
    moved = await reminders.making.get(ALICE, weekly.id)
    assert (moved.next_at - weekly.next_at, moved.rrule) == (
        timedelta(hours=2),
        "FREQ=WEEKLY;BYDAY=MO;BYHOUR=11;BYMINUTE=0",
    )
    assert (await reminders.staff.shift(STAFF, timedelta(days=1))).counts == (3, 1)
    moved = await reminders.making.get(ALICE, weekly.id)
    assert "BYDAY=TU" in moved.rrule
    assert (await reminders.making.get(ALICE, monthly.id)).rrule.endswith("BYHOUR=11;BYMINUTE=0")
    with pytest.raises(InvalidInput):
        await reminders.staff.shift(STAFF, timedelta(days=99))


@pytest.mark.parametrize("channel_id", [None, CHANNEL_ID, 999])
async def test_nobody_sees_more_of_what_was_not_delivered_before_their_eyes(
    reminders: Reminders, channel_id: int | None
) -> None:
    made = await reminders.make(reminders.hourly())
    with pytest.raises(ReminderNotFound):
        await reminders.answers.look(BOB, made.id, roles=frozenset(), channel_id=channel_id)
    assert (await reminders.answers.look(ALICE, made.id, roles=frozenset(), channel_id=channel_id)).may_change
