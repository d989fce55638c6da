"""Every kind of damage to a schema is found, and the statement that comes with it mends it."""

import re
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import DatabaseUrl, create_engine
from app.migrate.drift.compare import compare
from app.migrate.drift.findings import Severity, counted, mending
from app.migrate.schema.catalog import Catalog
from app.migrate.schema.queries import read_catalog
from tests.fixtures.postgres import Admin
from tests.migrations.zoo import SCHEMA, Mutation
from tests.migrations.zoo_keys import KEYS
from tests.migrations.zoo_tables import SINCE_18, TABLES

MUTATIONS = {**KEYS, **TABLES}
MENDED = [name for name, mutation in MUTATIONS.items() if mutation.mends]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def zoo(server: DatabaseUrl, admin: Admin) -> AsyncGenerator[AsyncEngine]:
    """A database with the schema of the zoo; what tests do to it is rolled back."""
    name = f"zoo_{uuid4().hex}"
    await admin(f"CREATE DATABASE {name}")
    engine = create_engine(server.with_database(name))
    async with engine.begin() as connection:
        await execute(connection, SCHEMA)
    yield engine
    await engine.dispose()
    await admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def expected(zoo: AsyncEngine) -> Catalog:
    """What the zoo looks like untouched, by way of its stored form."""
    async with zoo.connect() as connection:
        return Catalog.from_json((await connection.run_sync(read_catalog)).to_json())


async def execute(connection: AsyncConnection, script: str) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await connection.exec_driver_sql("SELECT 1")  # opens the transaction
    await driver.execute(script)


async def server_version(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.run_sync(read_catalog)).server_version


async def test_nothing_is_found_on_the_untouched_schema(zoo: AsyncEngine, expected: Catalog):
    async with zoo.connect() as connection:
        live = await connection.run_sync(read_catalog)
    assert compare(live, expected) == []
    assert live == expected
    assert live.fingerprint == expected.fingerprint


@pytest.mark.parametrize("name", [*MUTATIONS, *SINCE_18])
async def test_a_damage_is_found_and_mended(name: str, zoo: AsyncEngine, expected: Catalog):
    mutation: Mutation = {**MUTATIONS, **SINCE_18}[name]
    if name in SINCE_18 and (await server_version(zoo)) < 180000:
        pytest.skip("this server cannot be damaged in this way")
    async with zoo.connect() as connection:
        await execute(connection, mutation.sql)
        damaged = await connection.run_sync(read_catalog)
        findings = compare(damaged, expected)
        assert mutation.kind in {finding.kind for finding in findings}, findings
        assert all(re.fullmatch(r"[A-Z].*\.", finding.sentence) for finding in findings)
        if mutation.note:
            assert counted(findings) == []
        else:
            assert damaged.fingerprint != expected.fingerprint
            assert any(finding.severity is not Severity.NOTE for finding in findings)
        if mutation.mends:
            statements = mending(findings)
            assert statements
            for statement in statements:
                await connection.exec_driver_sql(statement)
            assert counted(compare(await connection.run_sync(read_catalog), expected)) == []
        await connection.rollback()


def test_the_battery_is_as_large_as_promised():
    assert len([one for one in MUTATIONS.values() if not one.note]) >= 64
    assert len(MENDED) >= 64
