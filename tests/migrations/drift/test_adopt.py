"""Adoption: an existing database is recognised by what it is, and recorded only when that is certain."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import DatabaseUrl, create_migration_engine
from app.migrate.connection import lock
from app.migrate.drift.adopt import AdoptionOutcome, adopt, recognise
from app.migrate.drift.compare import check
from app.migrate.revisions import scripts
from tests.fixtures.postgres import connect
from tests.migrations import predecessor


@pytest.fixture
async def legacy(empty_database: DatabaseUrl) -> AsyncGenerator[AsyncEngine]:
    """The predecessor's database with its rows and a table of its own that is none of ours."""
    driver = await connect(empty_database)
    await driver.execute(predecessor.SCHEMA + predecessor.ROWS)
    await driver.execute(
        "CREATE TABLE economy (user_id BIGINT PRIMARY KEY, coins INTEGER); INSERT INTO economy VALUES (1, 2)"
    )
    await driver.close()
    engine = create_migration_engine(empty_database)
    yield engine
    await engine.dispose()


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def version(connection: AsyncConnection) -> list[str] | None:
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    return list(await connection.scalars(text("SELECT version_num FROM alembic_version")))


def upgrade(database: DatabaseUrl) -> None:
    config = Config(attributes={"database": database, "options": {"backup": "no"}})
    config.set_main_option("script_location", str(scripts.MIGRATIONS))
    command.upgrade(config, "head")


async def test_the_predecessors_database_is_revision_001_and_reaches_the_newest_with_every_row(
    legacy: AsyncEngine, empty_database: DatabaseUrl
):
    async with legacy.connect() as connection:
        rehearsal = await connection.run_sync(recognise)
        await connection.rollback()
        assert (rehearsal.outcome, rehearsal.revision) == (AdoptionOutcome.RECOGNISED, "001")
        assert await version(connection) is None
        await connection.rollback()

        adoption = await connection.run_sync(adopt)
        assert not connection.in_transaction()
        assert (adoption.outcome, adoption.revision, adoption.differences) == (AdoptionOutcome.ADOPTED, "001", ())
        assert adoption.foreign == ("economy",)
        assert "concierge migrate plan" in adoption.advice
        # Nobody would notice for weeks that reminders were taken for another zone's.
        assert "\n  legacy-timezone  the IANA zone" in adoption.advice
        assert await version(connection) == ["001"]

    await asyncio.to_thread(upgrade, empty_database)
    async with legacy.connect() as connection:
        assert (await connection.run_sync(check)).clean
        for table, rows in {**predecessor.TABLES, "economy": 1}.items():
            # The audit log has gained a row by the upgrade itself.
            kept = "WHERE command_type = 'slash'" if table == "audit_logs" else ""
            assert await connection.scalar(text(f"SELECT count(*) FROM {table} {kept}")) == rows, table
        assert await connection.scalar(text("SELECT message FROM reminders WHERE name = 'party'")) == "Zur Sonne 🌞"


async def test_a_database_that_is_managed_already_says_so(own_engine: AsyncEngine):
    async with own_engine.connect() as connection:
        before = await version(connection)
        await connection.rollback()
        found = await connection.run_sync(adopt)
        assert found.outcome is AdoptionOutcome.MANAGED
        assert [found.revision] == before
        assert found.sentence == (f"This database is managed already: its recorded revision is {found.revision}.")


async def test_the_newest_revision_is_recognised_too(own_engine: AsyncEngine):
    await run(own_engine, "DELETE FROM alembic_version")
    newest = scripts.read().files[-1].revision
    async with own_engine.connect() as connection:
        adoption = await connection.run_sync(adopt)
        assert (adoption.outcome, adoption.revision) == (AdoptionOutcome.ADOPTED, newest)
        assert adoption.advice == "Nothing is left to do."
        assert await version(connection) == [newest]


@pytest.mark.parametrize("beside", [None, "CREATE TABLE economy (user_id BIGINT)"])
async def test_without_our_tables_there_is_nothing_to_adopt(beside: str | None, empty_database: DatabaseUrl):
    engine = create_migration_engine(empty_database)
    if beside is not None:
        await run(engine, beside)
    async with engine.connect() as connection:
        found = await connection.run_sync(adopt)
        assert found.outcome is AdoptionOutcome.EMPTY
        assert found.foreign == (("economy",) if beside else ())
        assert "concierge migrate apply" in found.advice
        assert await version(connection) is None
    await engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE reminders ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_pkey",
        "DROP INDEX idx_reminders_time",
        "ALTER TABLE guild_rules RENAME CONSTRAINT guild_rules_guild_id_rule_order_key TO guild_rules_unique",
        "ALTER TABLE faq_entries ADD COLUMN author TEXT",
        "DROP TABLE health_check_history",
    ],
)
async def test_one_difference_and_nothing_is_recorded_but_the_way_is_shown(change: str, legacy: AsyncEngine):
    await run(legacy, change)
    async with legacy.connect() as connection:
        found = await connection.run_sync(adopt)
        assert (found.outcome, found.revision) == (AdoptionOutcome.UNKNOWN, "001")
        assert len(found.differences) >= 1
        assert await version(connection) is None
        await connection.rollback()
        told = found.as_json()
        assert told["statements"]
        for statement in told["statements"]:
            await connection.exec_driver_sql(statement)
        await connection.commit()
        assert (await connection.run_sync(adopt)).outcome is AdoptionOutcome.ADOPTED


async def test_rights_comments_order_and_tuning_do_not_tell_revisions_apart(legacy: AsyncEngine):
    await run(
        legacy,
        "GRANT SELECT ON reminders TO PUBLIC",
        "ALTER TABLE reminders SET (autovacuum_vacuum_scale_factor = 0.01)",
        "ALTER TABLE onboarding DROP COLUMN responses",
        "ALTER TABLE onboarding ADD COLUMN responses JSONB",
        "CREATE VIEW open AS SELECT id FROM support_tickets",
    )
    async with legacy.connect() as connection:
        adoption = await connection.run_sync(adopt)
        assert (adoption.outcome, adoption.revision) == (AdoptionOutcome.ADOPTED, "001")
        assert {note.kind for note in adoption.notes} == {
            "grant.changed",
            "table.options",
            "column.order",
            "view.foreign",
            "table.foreign",
        }


async def test_adoption_waits_for_a_migration_and_gives_up_in_time(legacy: AsyncEngine, empty_database: DatabaseUrl):
    async with legacy.connect() as other, legacy.connect() as connection:
        with_lock = {"first": lock.KEY[0], "second": lock.KEY[1]}
        await other.execute(text("SELECT pg_advisory_lock(:first, :second)"), with_lock)
        await other.commit()
        with pytest.raises(lock.AlreadyMigrating):
            # On a thread: while it polls for the lock, the event loop has to stay free.
            await asyncio.to_thread(asyncio.run, impatiently(empty_database))
        assert await version(connection) is None


async def impatiently(database: DatabaseUrl) -> None:
    engine = create_migration_engine(database)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(lambda live: adopt(live, lock_wait=0.2))
    finally:
        await engine.dispose()


async def test_the_second_of_two_finds_what_the_first_recorded(legacy: AsyncEngine):
    async with legacy.connect() as first, legacy.connect() as second:
        one = await first.run_sync(adopt)
        two = await second.run_sync(adopt)
        assert (one.outcome, two.outcome) == (AdoptionOutcome.ADOPTED, AdoptionOutcome.MANAGED)
        assert await version(first) == ["001"]


async def test_of_several_recorded_revisions_the_schema_decides(legacy: AsyncEngine):
    await run(
        legacy,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('001'), ('002')",
    )
    async with legacy.connect() as connection:
        adoption = await connection.run_sync(adopt)
        assert (adoption.outcome, adoption.revision) == (AdoptionOutcome.ADOPTED, "001")
        assert await version(connection) == ["001"]
