"""Rows that nobody would make on purpose, and that must hold up nobody; on a real database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.models import ReminderState
from tests.fixtures.reminders.making import ALICE, STAFF
from tests.fixtures.reminders.services import Reminders

ABSURD: list[dict[str, str]] = [
    {"event_time": "'infinity'"},
    {"event_time": "'-infinity'"},
    {"event_time": "'20000-01-01'", "time": "'19:00'", "call_time": "'20:00'"},
    {"event_time": "'4000-01-01 BC'", "time": "'24:00'"},
    {"event_time": "'9999-12-31 23:59:59.999999+00'", "time": "'00:00'"},
    {"event_time": "now()", "time": "'24:00'", "call_time": "'24:00'"},
    {"days": "'{0,1,2,3,4,5,6}'", "time": "'24:00'"},
    {"days": "'{3,3,3}'", "time": "'23:59:59.999999'", "last_sent_at": "'infinity'"},
    {"days": "'{0}'", "time": "'09:00'", "last_sent_at": "'-infinity'"},
    {"days": "'{0}'", "time": "'09:00'", "last_sent_at": "'20000-01-01'"},
    {"days": "'{0}'", "time": "'09:00'", "timezone": "'Mars/Olympus_Mons'"},
    {"days": "'{0}'", "time": "'09:00'", "timezone": "'../../etc/passwd'"},
    {"event_time": "now()", "timezone": "'Europe'"},
    {"days": "'{}'", "event_time": "NULL"},
    {"event_time": "now()", "name": "''", "message": "''", "location": "''", "created_by": "-1"},
]

INSERT = "INSERT INTO reminders (guild_id, channel_id, {names}) VALUES (1, -9223372036854775808, {values}) RETURNING id"


async def put(reminders: Reminders, columns: dict[str, str]) -> int:
    columns = {"name": "'old'", "created_by": "11", "wake_at": "now() - interval '1 minute'", **columns}
    async with reminders.uow() as work:
        statement = INSERT.format(names=", ".join(columns), values=", ".join(columns.values()))
        return await work._session.scalar(text(statement))


@pytest.mark.parametrize("columns", ABSURD, ids=str)
async def test_no_row_of_the_former_bot_is_too_absurd(reminders: Reminders, columns: dict[str, str]) -> None:
    """Whatever a row holds, it is looked at, listed and deleted like another, and what is due beside it is sent."""
    number = await put(reminders, columns)
    made = await reminders.make(reminders.in_(seconds=1))
    reminders.move(seconds=2)
    taken = [delivery.step.reminder_id for delivery in await reminders.claim()]
    reminders.move(seconds=2)
    taken += [delivery.step.reminder_id for delivery in await reminders.claim()]
    assert taken.count(made.id) == 1
    found = await reminders.making.get(STAFF, number)
    assert found.state is not ReminderState.WAITING or found.wake_at is not None
    assert found.wake_at is None or found.wake_at > reminders.now
    assert (await reminders.making.list_page(STAFF, everybody=True, page_size=25)).total >= 1
    await reminders.staff.shift(STAFF, timedelta(days=31))
    await reminders.staff.shift(STAFF, -timedelta(days=31))
    await reminders.control.delete(STAFF, [number])


DISTANT = ("infinity", "-infinity", "294276-01-01", "4000-01-01 BC", "1000-01-01")
SERIES = "rrule = 'FREQ=DAILY', local_start = '2026-01-01 09:00', starts_at = NULL"


async def test_no_moment_that_somebody_wrote_by_hand_is_too_distant(reminders: Reminders) -> None:
    """In whichever column it is: nobody's list fails for it, and what is due beside it is sent."""
    written = [
        *(f"starts_at = '{at}', next_at = '{at}', wake_at = '{at}'" for at in DISTANT),
        *(f"{SERIES}, next_at = '{at}', wake_at = now()" for at in DISTANT),
        *(f"again_at = '{at}', wake_at = now()" for at in DISTANT),
        *(f"state = 'paused', resume_at = '{at}', wake_at = '{at}'" for at in DISTANT),
        *(
            f"rrule = 'FREQ=DAILY', starts_at = NULL, local_start = '{at}', planned_local = '{at}', wake_at = now()"
            for at in DISTANT
        ),
        *(f"created_at = '{at}', problem_at = '{at}', warned_for = '{at}', through = '{at}'" for at in DISTANT),
        f"{SERIES}, except_dates = '{{infinity, -infinity, 5874897-12-31, 0002-01-01 BC, NULL, 2026-12-24}}'",
        f"{SERIES}, until = 'infinity', wake_at = now()",
    ]
    tomorrow = dict.fromkeys(("starts_at", "next_at", "wake_at"), "now() + interval '1 day'") | {"created_by": "12"}
    made = [await put(reminders, tomorrow) for _ in written]
    async with reminders.uow() as work:
        for number, columns in zip(made, written, strict=True):
            await work._session.execute(text(f"UPDATE reminders SET {columns} WHERE id = {number}"))
    due = await reminders.make(reminders.in_(seconds=1))
    reminders.move(seconds=2)
    taken: list[int] = []
    for _ in range(2):
        taken += [delivery.step.reminder_id for delivery in await reminders.claim()]
        reminders.move(minutes=1)
    assert due.id in taken
    found = await reminders.making.list_page(STAFF, everybody=True, page_size=100)
    assert found.total == len(made) + 1
    (excepted,) = [one for one in found.entries if one.except_dates is not None]
    assert excepted.except_dates == [date(2026, 12, 24)]
    await reminders.staff.shift(STAFF, timedelta(hours=1))
    async with reminders.uow() as work:
        overdue = await work._session.scalar(
            text("SELECT count(*) FROM reminders WHERE wake_at < now() - '1 day'::interval")
        )
    assert overdue == 0
    await reminders.control.delete(STAFF, made[:20])


@pytest.mark.parametrize("columns", [*ABSURD[4:7], {"days": "'{0}'", "time": "'09:00'"}], ids=str)
async def test_a_row_that_nobody_has_looked_at_can_be_paused_moved_and_deleted(
    reminders: Reminders, columns: dict[str, str]
) -> None:
    number = await put(reminders, columns)
    assert (await reminders.control.pause(ALICE, number)).wake_at is None
    assert (await reminders.control.resume(ALICE, number)).wake_at == reminders.now
    assert (await reminders.staff.shift(STAFF, timedelta(hours=1))).counts == (0, 1)
    (gone,) = (await reminders.control.delete(ALICE, [number])).reminders
    assert gone.wake_at is None
    reminders.move(seconds=1)
    assert await reminders.claim() == []
    now = await reminders.row(gone)
    assert (now.state, now.deleted_at) == (ReminderState.WAITING, reminders.now - timedelta(seconds=1))


async def test_twenty_four_hours_are_midnight(reminders: Reminders) -> None:
    reminders.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    values: dict[str, Any] = {"days": "'{0}'", "time": "'24:00'", "wake_at": "'2026-11-22 12:00+00'"}
    number = await put(reminders, values)
    assert await reminders.claim() == []
    assert (await reminders.making.get(ALICE, number)).next_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
