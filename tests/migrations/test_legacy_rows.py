"""Thousands of the predecessor's rows: what they mean at 002, and that going back gives back each of them."""

import asyncpg
import pytest
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import DatabaseUrl, create_engine
from app.migrate.facts import OWN_RECORDS
from app.models import AuditLog, Base
from tests.fixtures import legacy
from tests.migrations.meaning import at_002
from tests.migrations.running import catalogue, connected, contents, downgrade, upgrade

MODELS = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
COPIES = ("id", "legacy")
"""What is not the same in the FAQ after going back and forth: the ids of copies, and who remembers them."""


async def filled(database: DatabaseUrl, rows: legacy.Rows) -> legacy.Rows:
    await upgrade(database, "001")
    async with connected(database) as connection:
        await legacy.load(connection, rows)
    return rows


async def objects(database: DatabaseUrl, table: str) -> list[Base]:
    """Load a whole table by its model: a row that the model cannot read fails here."""
    model = MODELS[table]
    query = select(model).order_by(*inspect(model).primary_key)
    if model is AuditLog:
        query = query.where(AuditLog.command_type != OWN_RECORDS)
    engine = create_engine(database)
    async with AsyncSession(engine) as session:
        found = list(await session.scalars(query))
    await engine.dispose()
    return found


def attributes(row: Base, names: legacy.Row) -> legacy.Row:
    return {name: getattr(row, name) for name in names}


async def test_every_row_keeps_its_meaning_and_going_back_gives_back_the_row(empty_database: DatabaseUrl):
    rows = await filled(empty_database, legacy.generate())
    originals, schema = await contents(empty_database), await catalogue(empty_database)

    await upgrade(empty_database, "002", legacy_timezone="Europe/Brussels")
    for table in MODELS:
        found = await objects(empty_database, table)
        kept = {tuple(row[key] for key in legacy.KEYS.get(table, ("id",))): row for row in rows[table]}
        if table == "faq_entries":
            found = [entry for entry in found if (entry.id,) in kept]
        assert len(found) == len(kept) == 2000
        for row, original in zip(found, (kept[key] for key in sorted(kept)), strict=True):
            expected = at_002(table, original, zone="Europe/Brussels")
            assert attributes(row, expected) == expected
    upgraded = await contents(empty_database)

    await downgrade(empty_database, "001")
    assert await contents(empty_database) == originals
    assert await catalogue(empty_database) == schema

    await upgrade(empty_database, "002", legacy_timezone="America/New_York")
    again = await contents(empty_database)
    assert [line.replace("America/New_York", "Europe/Brussels") for line in again["reminders"]] == upgraded["reminders"]
    assert all("Europe/Brussels" not in line for line in again["reminders"])
    different = {"reminders", "faq_entries"}
    assert {name: lines for name, lines in again.items() if name not in different} == {
        name: lines for name, lines in upgraded.items() if name not in different
    }


async def test_nothing_is_exempt_from_a_rule_but_what_broke_it_before(empty_database: DatabaseUrl):
    await filled(empty_database, legacy.generate(1000))
    await upgrade(empty_database, "002")
    rules = {
        "faq_entries": ("title", "repeat('x', 257)"),
        "guild_rules": ("rule_order", "-rule_order - 100000"),
        "reminders": ("message", "repeat('x', 4001)"),
        "support_tickets": ("description", "repeat('x', 4001)"),
    }
    async with connected(empty_database) as connection:
        for table, (column, too_much) in rules.items():
            broken = await connection.fetchval(
                f"SELECT id FROM {table} WHERE legacy ? '{column}' AND legacy -> '{column}' = 'true'"
            )
            proper = await connection.fetchval(
                f"SELECT id FROM {table} WHERE NOT coalesce(legacy, '{{}}') ? '{column}'"
            )
            assert broken
            assert proper
            # An old row can be written as it is.
            await connection.execute(
                f"UPDATE {table} SET guild_id = guild_id, {column} = {column} WHERE id = $1", broken
            )
            with pytest.raises(asyncpg.CheckViolationError, match=f"ck_{table}_{column}"):
                await connection.execute(f"UPDATE {table} SET {column} = {too_much} WHERE id = $1", proper)


async def test_what_was_changed_since_is_not_undone_by_going_back(empty_database: DatabaseUrl):
    rows = await filled(empty_database, legacy.generate(100))
    odd = next(row["id"] for row in rows["support_tickets"] if row["status"] == "🔒")
    unknown = next(row["id"] for row in rows["guild_rules"] if row["enabled"] is None and row["created_at"] is None)
    await upgrade(empty_database, "002")
    async with connected(empty_database) as connection:
        await connection.execute("UPDATE support_tickets SET status = 'closed' WHERE id = $1", odd)
        await connection.execute("UPDATE guild_rules SET enabled = true WHERE id = $1", unknown)
    await downgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        assert await connection.fetchval("SELECT status FROM support_tickets WHERE id = $1", odd) == "closed"
        rule = await connection.fetchrow("SELECT enabled, created_at FROM guild_rules WHERE id = $1", unknown)
        assert tuple(rule) == (True, None)
