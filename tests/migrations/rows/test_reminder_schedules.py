"""Revisions 003 and 004: which of the predecessor's reminders will fire, and what going back and forth keeps."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.migrations.rows.conftest import Live

NOW = datetime.now(UTC)
NEW = ("wake_at", "problem_at")
INSERT = """
    INSERT INTO reminders (id, guild_id, name, channel_id, time, call_time, days, event_time, message)
    VALUES ($1, 1, 'tea', 2, $3::text::time, $4::text::time, $5::text[], $6, $2)
"""
# id, message, time, call_time, days, event_time, state at 003, whether a process looks at it
ROWS = [
    (1, "weekly", "09:00", "10:00", ["0", "4"], None, "waiting", True),
    (2, "weekly, no call", "09:00", None, ["6"], None, "waiting", True),
    (3, "to come", "19:00", "20:00", [], NOW + timedelta(days=3), "waiting", True),
    (4, "an hour ago", "19:00", "20:00", None, NOW - timedelta(hours=1), "waiting", True),
    (5, "long ago", "19:00", "20:00", None, NOW - timedelta(days=30), "done", False),
    (6, "never", "19:00", "20:00", None, datetime.max, "done", False),  # noqa: DTZ901 -- the driver's infinity
    (7, "no time", None, "20:00", ["1"], None, "attention", False),
    (8, "no days", "19:00", "20:00", None, None, "attention", False),
    (9, "empty days", "19:00", "20:00", [], None, "attention", False),
    (10, "event and days", "19:00", "20:00", ["1"], NOW + timedelta(days=1), "waiting", True),
]


@pytest.fixture
async def filled(live: Live) -> Live:
    """At 002, with the rows above."""
    await live.upgrade("002")
    for row in ROWS:
        await live.execute(INSERT, *row[:6])
    return live


async def test_every_row_that_can_fire_is_looked_at_and_no_other(filled: Live):
    await filled.upgrade("003")
    found = await filled.fetch(
        "SELECT id, state, wake_at <= now() AS woken, problem, problem_at FROM reminders ORDER BY id"
    )
    assert [(row["id"], row["state"], bool(row["woken"])) for row in found] == [
        (row[0], row[6], row[7]) for row in ROWS
    ]
    for row in found:
        assert (row["problem"] is not None) == (row["problem_at"] is not None) == (row["state"] == "attention")


async def test_going_back_gives_back_every_row_and_leaves_nothing(filled: Live):
    before, schema = await filled.contents(), await filled.catalogue()
    await filled.upgrade("003")
    first = await filled.contents(without=NEW)
    await filled.downgrade("002")
    assert await filled.contents() == before
    assert await filled.catalogue() == schema
    assert await filled.fetchval("SELECT to_regnamespace('concierge_kept_003')") is None
    await filled.upgrade("003")
    assert await filled.contents(without=NEW) == first


async def test_what_002_cannot_hold_comes_back_unless_the_row_was_changed_meanwhile(filled: Live):
    await filled.upgrade("003")
    # The bot has planned all of these; the last was made with it, and is a snooze of the one before.
    await filled.execute("""
        UPDATE reminders SET rrule = 'FREQ=WEEKLY;BYDAY=MO', local_start = '2026-11-23 09:00', state = 'paused',
            wake_at = NULL, subscribers = '[7]' WHERE id IN (1, 2, 3)""")
    await filled.execute("""
        INSERT INTO reminders (id, guild_id, name, channel_id, message, starts_at, next_at, wake_at, snooze_of)
        VALUES (11, 1, 'x', 2, 'x', now() + interval '1 h', now() + interval '1 h', now() + interval '1 h', 1),
            (12, 1, 'y', 2, 'y', now() + interval '1 h', now() + interval '1 h', now() + interval '1 h', 3)""")
    upgraded = await filled.contents()
    await filled.downgrade("002")
    await filled.execute("UPDATE reminders SET time = '11:00' WHERE id = 2")
    await filled.execute("DELETE FROM reminders WHERE id = 3")
    await filled.upgrade("003")
    again = await filled.contents()
    same = {line.partition(",")[0]: line for line in upgraded["reminders"]}
    now = {line.partition(",")[0]: line for line in again["reminders"]}
    assert now["(1"] == same["(1"]
    assert now["(11"] == same["(11"]
    assert "(3" not in now
    changed = await filled.fetchrow("SELECT state, rrule, subscribers FROM reminders WHERE id = 2")
    assert tuple(changed) == ("waiting", None, "[]")
    assert await filled.fetchval("SELECT snooze_of FROM reminders WHERE id = 12") is None
    assert await filled.fetchval("SELECT to_regnamespace('concierge_kept_003')") is None


async def test_what_003_cannot_hold_comes_back_unless_the_schedule_was_changed_meanwhile(live: Live):
    await live.upgrade("003")
    schema = await live.catalogue()
    columns = "(id, guild_id, name, channel_id, local_start, rrule, timezone, next_at, wake_at)"
    row = "'x', 2, '2026-11-23 09:00', 'FREQ=DAILY', 'UTC', now(), now()"
    await live.execute(f"INSERT INTO reminders {columns} VALUES (1, 1, {row}), (2, 1, {row}), (3, 1, {row})")
    await live.upgrade("004")
    await live.execute("""
        UPDATE reminders SET except_dates = '{2026-12-24}', catch_up_seconds = 60, state = 'paused',
            channel_paused = true, resume_at = now() + interval '1 day', wake_at = now() + interval '1 day'
        WHERE id IN (1, 2)""")
    await live.execute("UPDATE reminders SET deleted_at = now(), deleted_by = 7, wake_at = NULL WHERE id = 3")
    upgraded = await live.contents()
    await live.downgrade("003")
    assert await live.catalogue() == schema
    assert await live.fetchval("SELECT array_agg(id ORDER BY id) FROM reminders") == [1, 2]
    assert await live.fetchval("SELECT count(*) FROM reminders WHERE wake_at IS NOT NULL") == 0
    await live.execute("UPDATE reminders SET rrule = 'FREQ=WEEKLY' WHERE id = 2")
    await live.upgrade("004")
    again = await live.contents()
    assert [line for line in again["reminders"] if line.startswith("(1,")] == [
        line for line in upgraded["reminders"] if line.startswith("(1,")
    ]
    changed = await live.fetchrow("SELECT except_dates, resume_at, wake_at FROM reminders WHERE id = 2")
    assert tuple(changed) == (None, None, None)
    assert await live.fetchval("SELECT to_regnamespace('concierge_kept_004')") is None


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("only_waiting_wakes", {"state": "'done'", "wake_at": "now()"}),
        ("state", {"state": "'lost'"}),
        ("one_schedule", {"rrule": "'x'", "local_start": "now()", "interval_seconds": "60", "starts_at": "now()"}),
        ("schedule_has_start", {"rrule": "'x'"}),
        ("schedule_positive", {"warn_seconds": "0"}),
        ("target", {"target_kind": "'role'"}),
        ("target_kind", {"target_kind": "'cat'", "target_id": "1"}),
        ("repeat", {"repeat_seconds": "60"}),
        ("repeat_bounds", {"repeat_seconds": "59", "repeat_most": "1"}),
        ("subscribers", {"subscribers": "'{}'"}),
        ("schedule_length", {"phrase": "repeat('x', 201)"}),
        ("only_waiting_wakes", {"state": "'paused'", "wake_at": "now()"}),
        ("only_waiting_wakes", {"deleted_at": "now()", "deleted_by": "1", "wake_at": "now()"}),
        ("resume", {"resume_at": "now()"}),
        ("resume", {"channel_paused": "true"}),
        ("except_dates", {"except_dates": "'{}'"}),
        ("catch_up", {"catch_up_seconds": "59"}),
        ("deleted", {"deleted_at": "now()"}),
    ],
)
async def test_the_database_refuses_what_makes_no_sense(live: Live, rule: str, values: dict[str, str]):
    await live.upgrade("head")
    columns = {"guild_id": "1", "name": "'x'", "channel_id": "1"}
    await live.execute(f"INSERT INTO reminders ({', '.join(columns)}) VALUES ({', '.join(columns.values())})")
    columns |= values
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_reminders_{rule}"):
        await live.execute(f"INSERT INTO reminders ({', '.join(columns)}) VALUES ({', '.join(columns.values())})")
