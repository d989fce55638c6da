"""Many rows of the predecessor get their schedules at once, those first that may come first; on a real database."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core.reminders.delivery import LEASE
from app.models import ReminderState
from app.services.reminders import takeover
from app.services.statements import every
from tests.fixtures.reminders.making import STAFF
from tests.fixtures.reminders.services import Reminders

NOW = datetime(2026, 10, 22, 7, 0, tzinfo=UTC)  # a Thursday, 9:00 in Brussels
ROW = """
    INSERT INTO reminders (guild_id, name, channel_id, time, call_time, days, event_time, last_sent_at, timezone,
        wake_at, created_at)
    VALUES (1, 'old', 2, :time, :call_time, :days, :event_time, :last_sent_at, :timezone, :wake_at, '2015-01-01')
    RETURNING id
"""
EVERY_DAY = [str(day) for day in range(7)]
KINDS: list[dict[str, Any]] = [
    {"days": ["0", "4"], "time": time(9, 30), "call_time": time(10, 30)},
    {"days": EVERY_DAY, "time": time(9), "last_sent_at": NOW},
    {"days": EVERY_DAY, "time": time(8, 50)},
    {"days": ["3"], "time": time(3), "timezone": "America/New_York"},
    {"days": ["6"], "time": time(2, 30)},
    {"event_time": NOW + timedelta(days=3), "time": time(8), "call_time": time(9)},
    {"event_time": NOW + timedelta(minutes=30), "time": time(8), "call_time": time(9, 30)},
    {"event_time": NOW + timedelta(days=3), "time": time(8)},
    {"event_time": NOW + timedelta(days=300)},
    {"event_time": NOW - timedelta(hours=20)},
    {"event_time": NOW - timedelta(minutes=5)},
    {"event_time": datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "time": time(9), "timezone": "Asia/Tokyo"},
    {"days": ["0"], "time": time(9), "timezone": "Mars/Olympus_Mons"},
    {"days": ["0"], "time": None},
]


async def put(reminders: Reminders, **columns: Any) -> int:
    values = {
        **dict.fromkeys(("time", "call_time", "days", "event_time", "last_sent_at")),
        "timezone": "Europe/Brussels",
        "wake_at": reminders.now - timedelta(minutes=1),
        **columns,
    }
    async with reminders.uow() as work:
        return await work._session.scalar(text(ROW), values)


async def found(reminders: Reminders, number: int) -> dict[str, Any]:
    """A row as it is, but for its number."""
    row = vars(await reminders.making.get(STAFF, number))
    return {name: value for name, value in row.items() if name not in {"id", "_sa_instance_state"}}


@pytest.mark.parametrize("columns", KINDS)
async def test_one_of_many_gets_the_schedule_that_it_would_get_alone(
    reminders: Reminders, columns: dict[str, Any]
) -> None:
    reminders.now = NOW
    alone = await put(reminders, **columns)
    # Its lease is what it is looked at with by itself, as at the end of a pause.
    await reminders.delivery.claim(limit=1)
    await reminders.delivery.look_at({alone: NOW + LEASE})
    many = await put(reminders, **columns)
    planned = await reminders.takeover.plan([many])
    assert await found(reminders, many) == await found(reminders, alone)
    row = await reminders.making.get(STAFF, many)
    assert (planned.many, planned.next_wake) == (1, row.wake_at)
    assert (list(planned.aside) == [many]) is (row.state is ReminderState.ATTENTION)


async def test_those_are_found_first_that_may_come_first(reminders: Reminders) -> None:
    reminders.now = NOW
    far = await put(reminders, event_time=NOW + timedelta(days=200), time=time(9))
    tonight = await put(reminders, days=EVERY_DAY, time=time(23))
    soon = await put(reminders, days=EVERY_DAY, time=time(9, 2))
    missed = await put(reminders, days=EVERY_DAY, time=time(8, 50))
    elsewhere = await put(reminders, days=EVERY_DAY, time=time(3, 1), timezone="America/New_York")
    # It warns up to a day before, at a time of day that only its zone tells.
    event = await put(reminders, event_time=NOW + timedelta(hours=30), time=time(9))
    unknown = await put(reminders, days=EVERY_DAY, time=time(8), timezone="Mars/Olympus_Mons")
    assert await reminders.takeover.find(10) == [missed, elsewhere, soon, unknown, event, tonight, far]
    assert await reminders.takeover.find(2) == [missed, elsewhere]


async def test_what_has_its_schedule_or_is_leased_is_not_found(reminders: Reminders) -> None:
    reminders.now = NOW
    rows = [await put(reminders, days=EVERY_DAY, time=time(8)) for _ in range(2)]
    await reminders.make(reminders.in_(minutes=5))
    await reminders.delivery.claim(limit=1)
    (left,) = await reminders.takeover.find(10)
    assert left in rows
    assert (await reminders.takeover.plan([left])).many == 1
    assert await reminders.takeover.find(10) == []
    assert await reminders.takeover.plan([left]) == await reminders.takeover.plan([])


async def test_what_means_no_time_at_all_is_not_looked_at_again_and_again(reminders: Reminders) -> None:
    reminders.now = NOW
    number = await put(reminders, days=[])
    assert await reminders.takeover.find(10) == [number]
    await reminders.takeover.plan([number])
    assert await reminders.takeover.find(10) == []
    assert (await reminders.making.get(STAFF, number)).wake_at == NOW + LEASE


async def test_what_somebody_changes_meanwhile_stays_as_they_made_it(
    own_reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_reminders.now = NOW
    number = await put(own_reminders, days=EVERY_DAY, time=time(8))

    async def carried_out(session: Any, statement: Any, facts: Any) -> Any:
        if "UPDATE reminders" in str(statement):
            await own_reminders.control.delete(STAFF, [number])
        return await every(session, statement, facts)

    monkeypatch.setattr(takeover, "every", carried_out)
    planned = await own_reminders.uow.at_once(lambda work: work.reminders.takeover.plan([number]))
    assert (planned.many, planned.next_wake) == (0, None)
    async with own_reminders.uow() as work:
        query = text("SELECT next_at, deleted_by FROM reminders WHERE id = :id")
        assert (await work._session.execute(query, {"id": number})).one() == (None, STAFF.user_id)


async def test_what_is_due_is_claimed_though_others_have_no_schedule_yet(reminders: Reminders) -> None:
    reminders.now = NOW
    for _ in range(3):
        await put(reminders, days=EVERY_DAY, time=time(8))
    made = await reminders.make(reminders.in_(minutes=1))
    reminders.move(minutes=1)
    claimed = await reminders.delivery.claim(limit=2, planned_only=True)
    assert [one.step.reminder_id for one in claimed.deliveries] == [made.id]
    assert (claimed.left, claimed.unplanned) == ({}, [])
    assert await reminders.delivery.find_next_wake(planned_only=True) == reminders.now + LEASE
    assert await reminders.delivery.find_next_wake() == NOW - timedelta(minutes=1)
    claimed = await reminders.delivery.claim(limit=2)
    assert (claimed.deliveries, claimed.left, len(claimed.unplanned)) == ([], {}, 2)
