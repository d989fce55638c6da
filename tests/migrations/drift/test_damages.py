"""Every kind of damage to a schema is found, and what our tables have is repaired by the SQL that comes with it."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.migrate.drift.compare import compare
from app.migrate.drift.findings import counted, repair_statements
from app.migrate.schema.catalog import Catalog
from app.migrate.schema.queries import read_catalog
from tests.migrations.conftest import execute
from tests.migrations.drift.zoo import BY_HAND, NOTED, REPAIRED, SCHEMA


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def zoo(database_of_module: AsyncEngine) -> AsyncEngine:
    """A database with the schema of the zoo."""
    async with database_of_module.begin() as connection:
        await execute(connection, SCHEMA)
    return database_of_module


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def expected(zoo: AsyncEngine) -> Catalog:
    """What the zoo looks like untouched, by way of its stored form."""
    async with zoo.connect() as connection:
        return Catalog.from_json((await connection.run_sync(read_catalog)).to_json())


async def test_nothing_is_found_on_the_untouched_schema(zoo: AsyncEngine, expected: Catalog):
    async with zoo.connect() as connection:
        live = await connection.run_sync(read_catalog)
    assert compare(live, expected) == []
    assert live == expected
    assert live.fingerprint == expected.fingerprint


@pytest.mark.parametrize(("kind", "sql"), [*REPAIRED, *BY_HAND, *NOTED])
async def test_a_damage_is_found_and_repaired(kind: str, sql: str, zoo: AsyncEngine, expected: Catalog):
    found, _, since = kind.partition(" since ")
    async with zoo.connect() as connection:
        version = await connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000"))
        if version < int(since or 0):
            pytest.skip("this server cannot be damaged in this way")
        await execute(connection, sql)
        damaged = await connection.run_sync(read_catalog)
        findings = compare(damaged, expected)
        assert found in {finding.kind for finding in findings}, findings
        assert all(re.fullmatch(r"\S.*\.", finding.sentence) for finding in findings)
        if (kind, sql) in NOTED:
            assert counted(findings) == []
            assert repair_statements(findings) == []
        else:
            assert damaged.fingerprint != expected.fingerprint
            assert counted(findings)
        if (kind, sql) in BY_HAND:
            (by_hand,) = {finding.sentence for finding in findings if finding.kind == found and not finding.repairs}
            assert by_hand.endswith("Fix it by hand.")
        if (kind, sql) in REPAIRED:
            statements = repair_statements(findings)
            assert statements
            for statement in statements:
                await connection.exec_driver_sql(statement)
            assert counted(compare(await connection.run_sync(read_catalog), expected)) == []
        await connection.rollback()


def test_the_battery_is_as_large_as_promised():
    assert len(REPAIRED) + len(BY_HAND) >= 100
    assert len(REPAIRED) >= 64
