"""Moving everybody's reminders, and taking that back, on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.reminders.delivery import Result
from app.core.scheduling.schedule import Schedule
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.deliveries import row
from tests.fixtures.reminders.making import STAFF, hourly, in_, make

HOUR = timedelta(hours=1)


async def shift(uow: UnitOfWorkFactory, by: timedelta, back_from: datetime | None = None) -> tuple[int, int]:
    async with uow() as work:
        return await work.reminders.staff.shift(STAFF, by, back_from=back_from)


@pytest.mark.parametrize("minutes", [-30, -45, -60, -24 * 60, -7 * 24 * 60, 30, 24 * 60])
async def test_what_had_come_to_lie_in_the_past_comes_again_when_the_move_is_taken_back(
    uow: UnitOfWorkFactory, clock: ManualClock, minutes: int
) -> None:
    clock.now = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    nine = datetime(2000, 1, 1, 9, tzinfo=UTC).time()
    made = [
        await make(uow, Schedule.weekly(set(range(7)), nine, "Europe/Brussels", clock.now.date())),
        await make(uow, Schedule.weekly({0, 6}, nine, "UTC", clock.now.date())),
        await make(uow, Schedule.elapsed(HOUR, clock.now + timedelta(minutes=20), "UTC")),
        await make(uow, Schedule.elapsed(timedelta(days=1), clock.now + timedelta(minutes=20), "UTC")),
    ]
    by, at = timedelta(minutes=minutes), clock.now
    assert await shift(uow, by) == (4, 0)
    clock.move(seconds=10)
    assert await shift(uow, -by, at) == (4, 0)
    assert [(await row(uow, one)).next_at for one in made] == [one.next_at for one in made]


async def test_what_was_delivered_meanwhile_does_not_come_again(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    assert made.next_at is not None
    at, by = clock.now, timedelta(minutes=-30)
    await shift(uow, by)
    clock.move(minutes=31)
    async with uow() as work:
        (delivery,), _ = await work.reminders.delivery.claim(limit=5)
        await work.reminders.delivery.settle([delivery.became(Result.SENT, message_id=7, channel_id=5)])
    await shift(uow, -by, at)
    assert (await row(uow, made)).next_at == made.next_at + HOUR


async def test_what_was_made_since_is_not_moved_back(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    before, at = await make(uow, in_(clock.now, hours=3)), clock.now
    await shift(uow, HOUR)
    clock.move(minutes=1)
    since = await make(uow, in_(clock.now, hours=3))
    assert await shift(uow, -HOUR, at) == (1, 0)
    assert [(await row(uow, one)).next_at for one in (before, since)] == [before.next_at, since.next_at]
