"""What people ask for in the moment between the sending of a message and its writing down; on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import Conflict
from app.core.reminders.delivery import LEASE, DeliveryOutcome, Result
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.draft import Changes
from app.services.reminders.due import MAX_COUNTED, Delivery
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.deliveries import begin, claim, row, settle
from tests.fixtures.reminders.making import ALICE, STAFF, hourly, in_, make, policy

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sent(delivery: Delivery, number: int = 7) -> DeliveryOutcome:
    return delivery.became(Result.SENT, message_id=number, channel_id=5)


def tried(delivery: Delivery) -> DeliveryOutcome:
    return delivery.became(Result.RETRY, problem="Why.")


async def under_way(uow: UnitOfWorkFactory, clock: ManualClock, schedule: Schedule) -> tuple[Reminder, Delivery]:
    made = await make(uow, schedule)
    assert made.next_at is not None
    clock.now = made.next_at + timedelta(seconds=1)
    (delivery,) = await begin(uow)
    return made, delivery


async def test_what_is_being_sent_at_this_moment_is_not_skipped(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made, delivery = await under_way(uow, clock, hourly(clock))
    before = vars(await row(uow, made))
    with pytest.raises(Conflict, match="being sent at this moment"):
        async with uow() as work:
            await work.reminders.control.skip(ALICE, made.id)
    after = vars(await row(uow, made))
    assert {key: after[key] for key in after if key[0] != "_"} == {key: before[key] for key in before if key[0] != "_"}
    await settle(uow, sent(delivery))
    async with uow() as work:
        assert (await work.reminders.control.skip(ALICE, made.id))[1] == made.next_at + HOUR


async def test_what_cannot_be_sent_for_the_moment_can_be_skipped(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made, delivery = await under_way(uow, clock, hourly(clock))
    await settle(uow, tried(delivery))
    async with uow() as work:
        skipped, at = await work.reminders.control.skip(ALICE, made.id)
    assert (at, skipped.next_at, skipped.problem) == (made.next_at, made.next_at + HOUR, None)


@pytest.mark.parametrize("how", ["pause", "pause until", "channel", "delete"])
@pytest.mark.parametrize("recurs", [True, False])
@pytest.mark.parametrize("arrives", [True, False])
async def test_stopped_and_let_go_on_while_under_way_it_comes_once(
    uow: UnitOfWorkFactory, clock: ManualClock, how: str, recurs: bool, arrives: bool
) -> None:
    made, delivery = await under_way(uow, clock, hourly(clock) if recurs else in_(clock.now, hours=1))
    async with uow() as work:
        match how:
            case "pause":
                await work.reminders.control.pause(ALICE, made.id)
                await work.reminders.control.resume(ALICE, made.id)
            case "pause until":
                await work.reminders.control.pause(ALICE, made.id, until=clock.now + timedelta(seconds=2))
            case "channel":
                assert await work.reminders.staff.pause_channel(STAFF, made.channel_id) == 1
                assert await work.reminders.staff.resume_channel(STAFF, made.channel_id) == 1
            case _:
                gone = await work.reminders.control.delete(ALICE, [made.id])
                await work.reminders.control.restore(ALICE, policy(), gone.at)
    clock.move(seconds=2)
    assert await claim(uow) == []
    if not arrives:
        # Its process has died: the same message again, under the same nonce.
        clock.now += LEASE
        (again,) = await begin(uow)
        assert (again.step, again.last) == (delivery.step, delivery.last)
    await settle(uow, sent(delivery))
    assert await claim(uow) == []
    now = await row(uow, made)
    assert now.next_at == (made.next_at + HOUR if recurs else None)
    assert now.state is (ReminderState.WAITING if recurs else ReminderState.DONE)


async def test_a_single_one_that_was_resumed_long_after_comes_now(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made, _ = await under_way(uow, clock, in_(clock.now, hours=1))
    async with uow() as work:
        await work.reminders.control.pause(ALICE, made.id)
    clock.move(days=3)
    async with uow() as work:
        assert (await work.reminders.control.resume(ALICE, made.id)).next_at == clock.now
    (delivery,) = await begin(uow)
    assert delivery.late == timedelta()


@pytest.mark.parametrize("hours", [1, -1, 24])
@pytest.mark.parametrize("dies", [True, False])
async def test_a_series_moved_while_under_way_does_not_come_a_second_time_at_its_new_time(
    uow: UnitOfWorkFactory, clock: ManualClock, hours: int, dies: bool
) -> None:
    clock.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    made, delivery = await under_way(uow, clock, Schedule.weekly(set(range(7)), nine, "UTC", clock.now.date()))
    by = timedelta(hours=hours)
    async with uow() as work:
        assert await work.reminders.staff.shift(STAFF, by) == (1, 0)
    assert await claim(uow) == []
    if dies:
        clock.now += LEASE
        (again,) = await begin(uow)
        assert again.step == delivery.step
        delivery = again
    await settle(uow, sent(delivery))
    assert (await row(uow, made)).next_at == made.next_at + DAY + by
    async with uow() as work:
        assert await work.reminders.staff.shift(STAFF, -by) == (1, 0)
    assert (await row(uow, made)).next_at == made.next_at + DAY


async def test_a_single_one_is_not_moved_while_under_way(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made, delivery = await under_way(uow, clock, in_(clock.now, hours=1))
    async with uow() as work:
        assert await work.reminders.staff.shift(STAFF, HOUR) == (0, 1)
    await settle(uow, sent(delivery))
    assert (await row(uow, made)).state is ReminderState.DONE


async def test_a_paused_one_that_was_moved_into_the_past_is_moved_back_exactly(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, minutes=30))
    async with uow() as work:
        await work.reminders.control.pause(ALICE, made.id)
        await work.reminders.staff.shift(STAFF, -HOUR)
        clock.move(minutes=10)
        await work.reminders.staff.shift(STAFF, HOUR)
        assert (await work.reminders.control.resume(ALICE, made.id)).next_at == made.next_at


async def test_a_move_leaves_repetitions_and_what_has_to_be_told_as_they_are(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock), repeat_every=timedelta(minutes=10), repeat_most=3)
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    await settle(uow, delivery.became(Result.SKIPPED))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    await settle(uow, sent(delivery))
    again = (await row(uow, made)).again_at
    assert again is not None
    async with uow() as work:
        await work.reminders.staff.shift(STAFF, timedelta(minutes=30))
    assert (await row(uow, made)).again_at == again


async def test_of_two_processes_the_one_that_could_send_it_is_right(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made, first = await under_way(uow, clock, hourly(clock))
    clock.now += LEASE
    (second,) = await begin(uow)
    await settle(uow, second.became(Result.FAILED, problem="Closed."))
    # The slower one cannot hide why, and knows better when it has sent it.
    await settle(uow, tried(first))
    now = await row(uow, made)
    assert (now.state, now.problem) == (ReminderState.ATTENTION, "Closed.")
    await settle(uow, sent(first))
    now = await row(uow, made)
    assert (now.state, now.problem, now.next_at) == (ReminderState.WAITING, None, made.next_at + HOUR)


async def test_a_warning_that_cannot_be_sent_does_not_hold_up_what_it_warns_of(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, hours=2), warn=HOUR)
    assert made.next_at is not None
    clock.move(hours=1)
    while (await row(uow, made)).wake_at < made.next_at:
        clock.now = (await row(uow, made)).wake_at
        (delivery,) = await begin(uow)
        await settle(uow, tried(delivery))
    assert (await row(uow, made)).wake_at == made.next_at


async def test_more_than_can_be_counted_was_missed_and_is_one_message(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    every = timedelta(minutes=5)
    made = await make(uow, Schedule.elapsed(every, clock.now + every, "UTC"))
    first = made.next_at
    assert first is not None
    clock.now = first + 3 * MAX_COUNTED * every + timedelta(minutes=2)
    (delivery,) = await begin(uow)
    assert (delivery.missed, delivery.last, delivery.late) == (
        MAX_COUNTED, first + 3 * MAX_COUNTED * every, timedelta(minutes=2)
    )  # fmt: skip
    await settle(uow, sent(delivery))
    assert await claim(uow) == []


async def test_of_a_series_that_ended_long_ago_the_last_one_is_found_without_counting(
    uow: UnitOfWorkFactory, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    every, ended = timedelta(minutes=5), clock.now + timedelta(days=200)
    made = await make(uow, Schedule.elapsed(every, clock.now + every, "UTC", until=ended))
    clock.now += timedelta(days=365)
    looks, look = 0, Schedule.next_after

    def counted(schedule: Schedule, moment: datetime) -> datetime | None:
        nonlocal looks
        looks += 1
        return look(schedule, moment)

    monkeypatch.setattr(Schedule, "next_after", counted)
    (delivery,) = await begin(uow)
    assert (delivery.missed, delivery.last, delivery.is_last) == (MAX_COUNTED, ended, True)
    assert looks < MAX_COUNTED + 200
    await settle(uow, sent(delivery))
    assert (await row(uow, made)).state is ReminderState.DONE


async def test_done_under_an_old_message_says_nothing_about_the_new_one(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock), repeat_every=timedelta(minutes=5), repeat_most=3)
    for number in (100, 200):
        clock.move(hours=1)
        (delivery,) = await begin(uow)
        await settle(uow, sent(delivery, number))
    clock.move(hours=1)
    (delivery,) = await begin(uow)
    async with uow() as work:
        await work.reminders.answers.acknowledge(ALICE, made.id, roles=frozenset(), message_id=100)
    await settle(uow, sent(delivery, 300))
    assert (await row(uow, made)).again_at == clock.now + timedelta(minutes=5)


async def test_the_last_day_that_is_left_cannot_be_left_out(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    schedule = Schedule.weekly(set(range(7)), nine, "UTC", clock.now.date() + DAY).ending(count=3)
    made = await make(uow, schedule)
    async with uow() as work:
        await work.reminders.control.skip(ALICE, made.id)
        last, skipped = await work.reminders.control.skip(ALICE, made.id)
        assert last.next_at == skipped + DAY
        with pytest.raises(Conflict, match="Nothing would be left"):
            await work.reminders.control.leave_out(ALICE, made.id, last.next_at.date())
        with pytest.raises(Conflict, match="not come on that day"):
            await work.reminders.control.leave_out(ALICE, made.id, skipped.date())
        assert (await work.reminders.making.get(ALICE, made.id)).except_dates is None


async def test_what_was_changed_while_it_waited_to_be_sent_goes_out_as_it_is_now(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, hourly(clock))
    assert made.next_at is not None
    clock.now = made.next_at + timedelta(seconds=1)
    (claimed,) = await claim(uow)
    async with uow() as work:
        await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="other words", channel_id=6))
    async with uow() as work:
        (started,) = await work.reminders.delivery.start([claimed])
    assert started is not None
    assert (started.reminder.message, started.reminder.channel_id, started.attempt) == ("other words", 6, 1)
    assert started.step == claimed.step
