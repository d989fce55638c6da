"""Moving everybody's reminders, and taking that back, on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.scheduling.schedule import Schedule
from tests.fixtures.reminders.making import STAFF
from tests.fixtures.reminders.services import Reminders, sent

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("minutes", [-30, -45, -60, -24 * 60, -7 * 24 * 60, 30, 24 * 60])
async def test_what_had_come_to_lie_in_the_past_comes_again_when_the_move_is_taken_back(
    reminders: Reminders, minutes: int
) -> None:
    reminders.now = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    made = [
        await reminders.make(Schedule.weekly(set(range(7)), nine, "Europe/Brussels", reminders.now.date())),
        await reminders.make(Schedule.weekly({0, 6}, nine, "UTC", reminders.now.date())),
        await reminders.make(Schedule.elapsed(HOUR, reminders.now + timedelta(minutes=20), "UTC")),
        await reminders.make(Schedule.elapsed(timedelta(days=1), reminders.now + timedelta(minutes=20), "UTC")),
    ]
    by, at = timedelta(minutes=minutes), reminders.now
    assert (await reminders.staff.shift(STAFF, by)).counts == (4, 0)
    reminders.move(seconds=10)
    assert (await reminders.staff.shift(STAFF, -by, back_from=at)).counts == (4, 0)
    assert [(await reminders.row(one)).next_at for one in made] == [one.next_at for one in made]


async def test_what_was_delivered_meanwhile_does_not_come_again(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    assert made.next_at is not None
    at, by = reminders.now, timedelta(minutes=-30)
    await reminders.staff.shift(STAFF, by)
    reminders.move(minutes=31)
    (delivery,) = await reminders.claim()
    await reminders.settle(sent(delivery))
    await reminders.staff.shift(STAFF, -by, back_from=at)
    assert (await reminders.row(made)).next_at == made.next_at + HOUR


async def test_what_was_made_since_is_not_moved_back(reminders: Reminders) -> None:
    before, at = await reminders.make(reminders.in_(hours=3)), reminders.now
    await reminders.staff.shift(STAFF, HOUR)
    reminders.move(minutes=1)
    since = await reminders.make(reminders.in_(hours=3))
    assert (await reminders.staff.shift(STAFF, -HOUR, back_from=at)).counts == (1, 0)
    assert [(await reminders.row(one)).next_at for one in (before, since)] == [before.next_at, since.next_at]


async def test_what_is_only_repeated_until_somebody_answers_is_not_counted(reminders: Reminders) -> None:
    single = await reminders.make(reminders.in_(hours=1), repeat_every=timedelta(minutes=10), repeat_most=3)
    reminders.move(hours=1)
    (delivery,) = await reminders.claim()
    await reminders.settle(sent(delivery))
    row = await reminders.row(single)
    assert (row.next_at, row.again_at) == (None, reminders.now + timedelta(minutes=10))
    assert (await reminders.staff.list_shiftable(STAFF)).total == 0
    await reminders.make(reminders.in_(hours=1))
    assert (await reminders.staff.shift(STAFF, HOUR)).counts == (1, 0)
    # A channel that is paused keeps it back all the same.
    assert await reminders.staff.pause_channel(STAFF, row.channel_id) == 2
