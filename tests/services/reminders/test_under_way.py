"""What people ask for in the moment between the sending of a message and its writing down; on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import Conflict
from app.core.reminders.delivery import LEASE, DeliveryOutcome, Result
from app.core.scheduling.schedule import Schedule
from app.models import ReminderState
from app.services.reminders.due import MAX_COUNTED, Delivery
from tests.fixtures.reminders.making import ALICE, STAFF, policy
from tests.fixtures.reminders.services import Reminders, sent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tried(delivery: Delivery) -> DeliveryOutcome:
    return delivery.became(Result.RETRY, problem="Why.")


async def test_what_is_being_sent_at_this_moment_is_not_skipped(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way()
    before = vars(await reminders.row(made))
    with pytest.raises(Conflict, match="being sent at this moment"):
        await reminders.control.skip(ALICE, made.id)
    after = vars(await reminders.row(made))
    assert {key: after[key] for key in after if key[0] != "_"} == {key: before[key] for key in before if key[0] != "_"}
    await reminders.settle(sent(delivery))
    assert (await reminders.control.skip(ALICE, made.id))[1] == made.next_at + HOUR


async def test_what_cannot_be_sent_for_the_moment_can_be_skipped(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way()
    await reminders.settle(tried(delivery))
    skipped, at = await reminders.control.skip(ALICE, made.id)
    assert (at, skipped.next_at, skipped.problem) == (made.next_at, made.next_at + HOUR, None)


@pytest.mark.parametrize("how", ["pause", "pause until", "channel", "delete"])
@pytest.mark.parametrize("recurs", [True, False])
@pytest.mark.parametrize("arrives", [True, False])
async def test_stopped_and_let_go_on_while_under_way_it_comes_once(
    reminders: Reminders, how: str, recurs: bool, arrives: bool
) -> None:
    made, delivery = await reminders.under_way(reminders.hourly() if recurs else reminders.in_(hours=1))
    match how:
        case "pause":
            await reminders.control.pause(ALICE, made.id)
            await reminders.control.resume(ALICE, made.id)
        case "pause until":
            await reminders.control.pause(ALICE, made.id, until=reminders.now + timedelta(seconds=2))
        case "channel":
            assert await reminders.staff.pause_channel(STAFF, made.channel_id) == 1
            assert await reminders.staff.resume_channel(STAFF, made.channel_id) == 1
        case _:
            gone = await reminders.control.delete(ALICE, [made.id])
            await reminders.control.restore(ALICE, policy(), gone.at)
    reminders.move(seconds=2)
    assert await reminders.claim() == []
    if not arrives:
        # Its process has died: the same message again, under the same nonce.
        reminders.now += LEASE
        (again,) = await reminders.begin()
        assert (again.step, again.last) == (delivery.step, delivery.last)
    await reminders.settle(sent(delivery))
    assert await reminders.claim() == []
    now = await reminders.row(made)
    assert now.next_at == (made.next_at + HOUR if recurs else None)
    assert now.state is (ReminderState.WAITING if recurs else ReminderState.DONE)


async def test_a_single_one_that_was_resumed_long_after_comes_now(reminders: Reminders) -> None:
    made, _ = await reminders.under_way(reminders.in_(hours=1))
    await reminders.control.pause(ALICE, made.id)
    reminders.move(days=3)
    assert (await reminders.control.resume(ALICE, made.id)).next_at == reminders.now
    (delivery,) = await reminders.begin()
    assert delivery.late == timedelta()


@pytest.mark.parametrize("hours", [1, -1, 24])
@pytest.mark.parametrize("dies", [True, False])
async def test_a_series_moved_while_under_way_does_not_come_a_second_time_at_its_new_time(
    reminders: Reminders, hours: int, dies: bool
) -> None:
    reminders.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    made, delivery = await reminders.under_way(Schedule.weekly(set(range(7)), nine, "UTC", reminders.now.date()))
    by = timedelta(hours=hours)
    assert (await reminders.staff.shift(STAFF, by)).counts == (1, 0)
    assert await reminders.claim() == []
    if dies:
        reminders.now += LEASE
        (again,) = await reminders.begin()
        assert again.step == delivery.step
        delivery = again
    await reminders.settle(sent(delivery))
    assert (await reminders.row(made)).next_at == made.next_at + DAY + by
    assert (await reminders.staff.shift(STAFF, -by)).counts == (1, 0)
    assert (await reminders.row(made)).next_at == made.next_at + DAY


async def test_a_single_one_is_not_moved_while_under_way(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way(reminders.in_(hours=1))
    assert (await reminders.staff.shift(STAFF, HOUR)).counts == (0, 1)
    await reminders.settle(sent(delivery))
    assert (await reminders.row(made)).state is ReminderState.DONE


async def test_a_paused_one_that_was_moved_into_the_past_is_moved_back_exactly(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(minutes=30))
    await reminders.control.pause(ALICE, made.id)
    await reminders.staff.shift(STAFF, -HOUR)
    reminders.move(minutes=10)
    await reminders.staff.shift(STAFF, HOUR)
    assert (await reminders.control.resume(ALICE, made.id)).next_at == made.next_at


async def test_a_move_leaves_repetitions_and_what_has_to_be_told_as_they_are(reminders: Reminders) -> None:
    made, delivery = await reminders.under_way(repeat_every=timedelta(minutes=10), repeat_most=3)
    await reminders.settle(delivery.became(Result.SKIPPED))
    reminders.move(hours=1)
    await reminders.deliver()
    again = (await reminders.row(made)).again_at
    assert again is not None
    await reminders.staff.shift(STAFF, timedelta(minutes=30))
    assert (await reminders.row(made)).again_at == again


async def test_of_two_processes_the_one_that_could_send_it_is_right(reminders: Reminders) -> None:
    made, first = await reminders.under_way()
    reminders.now += LEASE
    (second,) = await reminders.begin()
    await reminders.settle(second.became(Result.FAILED, problem="Closed."))
    # The slower one cannot hide why, and knows better when it has sent it.
    await reminders.settle(tried(first))
    now = await reminders.row(made)
    assert (now.state, now.problem) == (ReminderState.ATTENTION, "Closed.")
    await reminders.settle(sent(first))
    now = await reminders.row(made)
    assert (now.state, now.problem, now.next_at) == (ReminderState.WAITING, None, made.next_at + HOUR)


async def test_a_warning_that_cannot_be_sent_does_not_hold_up_what_it_warns_of(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(hours=2), warn=HOUR)
    assert made.next_at is not None
    reminders.move(hours=1)
    while (await reminders.row(made)).wake_at < made.next_at:
        reminders.now = (await reminders.row(made)).wake_at
        # A last try may come, by chance, when it is too late for a warning: it is not begun, and the reminder is next.
        for delivery in await reminders.begin():
            await reminders.settle(tried(delivery))
    assert (await reminders.row(made)).wake_at == made.next_at


async def test_more_than_can_be_counted_was_missed_and_is_one_message(reminders: Reminders) -> None:
    every = timedelta(minutes=5)
    made = await reminders.make(Schedule.elapsed(every, reminders.now + every, "UTC"))
    first = made.next_at
    assert first is not None
    reminders.now = first + 3 * MAX_COUNTED * every + timedelta(minutes=2)
    (delivery,) = await reminders.begin()
    assert (delivery.missed, delivery.last, delivery.late) == (
        MAX_COUNTED, first + 3 * MAX_COUNTED * every, timedelta(minutes=2)
    )  # fmt: skip
    await reminders.settle(sent(delivery))
    assert await reminders.claim() == []


async def test_of_a_series_that_ended_long_ago_the_last_one_is_found_without_counting(
    reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    every, ended = timedelta(minutes=5), reminders.now + timedelta(days=200)
    made = await reminders.make(Schedule.elapsed(every, reminders.now + every, "UTC", until=ended))
    reminders.now += timedelta(days=365)
    looks, look = 0, Schedule.next_after

    def counted(schedule: Schedule, moment: datetime) -> datetime | None:
        nonlocal looks
        looks += 1
        return look(schedule, moment)

    monkeypatch.setattr(Schedule, "next_after", counted)
    (delivery,) = await reminders.begin()
    assert (delivery.missed, delivery.last, delivery.is_last) == (MAX_COUNTED, ended, True)
    assert looks < MAX_COUNTED + 200
    await reminders.settle(sent(delivery))
    assert (await reminders.row(made)).state is ReminderState.DONE


async def test_done_under_an_old_message_says_nothing_about_the_new_one(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly(), repeat_every=timedelta(minutes=5), repeat_most=3)
    for number in (100, 200):
        reminders.move(hours=1)
        (delivery,) = await reminders.begin()
        await reminders.settle(sent(delivery, number))
    reminders.move(hours=1)
    (delivery,) = await reminders.begin()
    await reminders.answers.acknowledge(ALICE, made.id, roles=frozenset(), message_id=100)
    await reminders.settle(sent(delivery, 300))
    assert (await reminders.row(made)).again_at == reminders.now + timedelta(minutes=5)


async def test_the_last_day_that_is_left_cannot_be_left_out(reminders: Reminders) -> None:
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    schedule = Schedule.weekly(set(range(7)), nine, "UTC", reminders.now.date() + DAY).ending(count=3)
    made = await reminders.make(schedule)
    await reminders.control.skip(ALICE, made.id)
    last, skipped = await reminders.control.skip(ALICE, made.id)
    assert last.next_at == skipped + DAY
    with pytest.raises(Conflict, match="Nothing would be left"):
        await reminders.control.leave_out(ALICE, made.id, last.next_at.date())
    with pytest.raises(Conflict, match="not come on that day"):
        await reminders.control.leave_out(ALICE, made.id, skipped.date())
    assert (await reminders.making.get(ALICE, made.id)).except_dates is None


async def test_what_was_changed_while_it_waited_to_be_sent_goes_out_as_it_is_now(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    assert made.next_at is not None
    reminders.now = made.next_at + timedelta(seconds=1)
    (claimed,) = await reminders.claim()
    await reminders.edit(made, text="other words", channel_id=6)
    (started,) = await reminders.delivery.start([claimed])
    assert started is not None
    assert (started.reminder.message, started.reminder.channel_id, started.attempt) == ("other words", 6, 1)
    assert started.step == claimed.step
