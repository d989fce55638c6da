"""Thousands of the predecessor's rows: what they mean at 002, and that going back gives back each of them."""

import json

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import create_engine
from app.migrate.planning.facts import OWN_RECORDS
from app.models import Base
from tests.fixtures import legacy
from tests.migrations.rows.conftest import Live
from tests.migrations.rows.meaning import at_002
from tests.migrations.running import TABLES


def by_key(table: str, rows: list[legacy.Row]) -> dict[tuple[object, ...], legacy.Row]:
    return {tuple(row[column] for column in legacy.KEYS.get(table, ("id",))): row for row in rows}


async def test_every_row_keeps_its_meaning_and_going_back_gives_back_the_row(live: Live):
    rows = await live.filled(legacy.generate())
    originals, schema = await live.contents(), await live.catalogue()

    await live.upgrade("002", legacy_timezone="Europe/Brussels")
    await live.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    for table in TABLES:
        expected = by_key(table, [at_002(table, row, zone="Europe/Brussels") for row in rows[table]])
        found = by_key(table, [dict(row) for row in await live.fetch(f"SELECT * FROM {table}")])
        assert len(expected) == 2000
        for key, row in expected.items():
            assert {column: found[key][column] for column in row} == row
        others = [row for key, row in found.items() if key not in expected]
        assert all(row.get("command_type") == OWN_RECORDS or "copy_of" in row["legacy"] for row in others)
    upgraded = await live.contents()

    await live.downgrade("001")
    assert await live.contents() == originals
    assert await live.catalogue() == schema

    await live.upgrade("002", legacy_timezone="America/New_York")
    again = await live.contents()
    assert [line.replace("America/New_York", "Europe/Brussels") for line in again["reminders"]] == upgraded["reminders"]
    assert all("Europe/Brussels" not in line for line in again["reminders"])
    # What else changed is the ids of copies in the FAQ, which has tests of its own.
    different = {"reminders", "faq_entries"}
    assert {name: lines for name, lines in again.items() if name not in different} == {
        name: lines for name, lines in upgraded.items() if name not in different
    }


async def test_the_models_of_today_can_read_every_row(live: Live):
    rows = await live.filled(legacy.generate(500))
    await live.upgrade("head")
    engine = create_engine(live.database)
    async with AsyncSession(engine) as session:
        for mapper in Base.registry.mappers:
            found = list(await session.scalars(select(mapper.class_)))
            assert len(found) >= len(rows[mapper.local_table.name])
    await engine.dispose()


async def test_nothing_is_exempt_from_a_rule_but_what_broke_it_before(live: Live):
    await live.filled(legacy.generate(1000))
    await live.upgrade("002")
    rules = {
        "faq_entries": ("title", "repeat('x', 257)"),
        "guild_rules": ("rule_order", "-rule_order - 100000"),
        "reminders": ("message", "repeat('x', 4001)"),
        "support_tickets": ("description", "repeat('x', 4001)"),
    }
    for table, (column, too_much) in rules.items():
        broken = await live.fetchval(
            f"SELECT id FROM {table} WHERE legacy ? '{column}' AND legacy -> '{column}' = 'true'"
        )
        proper = await live.fetchval(f"SELECT id FROM {table} WHERE NOT coalesce(legacy, '{{}}') ? '{column}'")
        assert broken
        assert proper
        # An old row can be written as it is.
        await live.execute(f"UPDATE {table} SET guild_id = guild_id, {column} = {column} WHERE id = $1", broken)
        with pytest.raises(asyncpg.CheckViolationError, match=f"ck_{table}_{column}"):
            await live.execute(f"UPDATE {table} SET {column} = {too_much} WHERE id = $1", proper)


async def test_what_was_changed_since_is_not_undone_by_going_back(live: Live):
    rows = await live.filled(legacy.generate(100))
    odd = next(row["id"] for row in rows["support_tickets"] if row["status"] == "🔒")
    unknown = next(row["id"] for row in rows["guild_rules"] if row["enabled"] is None and row["created_at"] is None)
    await live.upgrade("002")
    await live.execute("UPDATE support_tickets SET status = 'closed' WHERE id = $1", odd)
    await live.execute("UPDATE guild_rules SET enabled = true WHERE id = $1", unknown)
    await live.downgrade("001")
    assert await live.fetchval("SELECT status FROM support_tickets WHERE id = $1", odd) == "closed"
    rule = await live.fetchrow("SELECT enabled, created_at FROM guild_rules WHERE id = $1", unknown)
    assert tuple(rule) == (True, None)


async def test_no_table_is_written_anew(live: Live):
    await live.filled(legacy.generate(20))
    files = "SELECT relname, pg_relation_filenode(oid) FROM pg_class WHERE relname = ANY ($1) ORDER BY 1"
    before = await live.fetch(files, TABLES)
    await live.upgrade("002")
    assert await live.fetch(files, TABLES) == before
    await live.downgrade("001")
    assert await live.fetch(files, TABLES) == before
