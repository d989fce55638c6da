"""A pooler in transaction mode: a lock that is taken there belongs to nobody, so nothing is migrated through it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.util import CommandError

from app.db import DatabaseUrl
from app.migrate.connection import lock
from app.migrate.connection.session import PooledConnection
from app.migrate.migrator import Migrator
from app.migrate.planning import render
from tests.fixtures.postgres import url_text
from tests.migrations.conftest import ALICE, Scratch, Sql
from tests.migrations.connection.pooler import pooled


def upgrade(database: DatabaseUrl, scratch: Scratch) -> None:
    command.upgrade(render.configuration(scratch.directory, {"database": database}), "head")


async def test_the_pooler_of_these_tests_does_what_poolers_do(empty_database: DatabaseUrl):
    async with pooled(empty_database) as through:
        # Without names for statements: a pooler that is older than that would mix them up.
        address = {"dsn": url_text(through), "statement_cache_size": 0}
        one, two = await asyncpg.connect(**address), await asyncpg.connect(**address)
        pids = {await connection.fetchval("SELECT pg_backend_pid()") for connection in (one, two, one, two)}
        assert len(pids) == 1
        # The lock is stranded: whoever comes next on that server connection has it already.
        assert await one.fetchval("SELECT pg_try_advisory_lock(7)")
        assert await two.fetchval("SELECT pg_try_advisory_lock(7)")
        async with one.transaction():
            assert await one.fetchval("SELECT pg_backend_pid()") != await two.fetchval("SELECT pg_backend_pid()")
        await one.close()
        await two.close()


async def test_nothing_is_migrated_through_a_pooler(
    scratch: Scratch, empty_database: DatabaseUrl, sql: Sql, tmp_path: Path
):
    scratch.sql("CREATE TABLE things (id int)")
    async with pooled(empty_database) as through:
        with pytest.raises(CommandError, match=r"pooler in transaction mode.*Set MIGRATION_DATABASE_URL"):
            await asyncio.to_thread(upgrade, through, scratch)
        migrator = Migrator(through, backups=tmp_path, migrations=scratch.directory)
        with pytest.raises(PooledConnection, match="Set MIGRATION_DATABASE_URL"):
            await migrator.apply(None, ALICE)
        for look in (migrator.status, migrator.plan, migrator.check):
            with pytest.raises(PooledConnection):
                await look()
    assert await sql.tables() == set()
    held = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = $1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    assert await sql(held, lock.KEY[0]) == []


async def test_a_pool_in_session_mode_will_do(scratch: Scratch, empty_database: DatabaseUrl, sql: Sql):
    scratch.sql("CREATE TABLE things (id int)")
    async with pooled(empty_database, session_mode=True) as through:
        await asyncio.to_thread(upgrade, through, scratch)
    assert "things" in await sql.tables()


async def test_the_direct_address_is_used_where_there_is_one(
    concierge: Callable[..., Any], empty_database: DatabaseUrl
):
    async with pooled(empty_database) as through:
        addresses = {"DATABASE_URL": url_text(through), "MIGRATION_DATABASE_URL": url_text(empty_database)}
        await concierge("apply", "--yes", **addresses)
