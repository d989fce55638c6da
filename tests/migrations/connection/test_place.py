"""Where the tables of the bot are, and databases in which they cannot be."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from app import boot
from app.config import MigrationsOnBoot, load_settings
from app.db import DatabaseUrl
from app.doctor import database as doctor
from app.doctor.choices import Choices
from app.migrate.connection.place import NoPlace
from app.migrate.migrator import Migrator
from app.migrate.planning.plan import NotApplicable
from app.migrate.status import State
from tests.fixtures.postgres import Admin, execute, fetchval
from tests.migrations.conftest import ALICE, Scratch

Make = Callable[[str], Awaitable[DatabaseUrl]]


@asynccontextmanager
async def made(server: DatabaseUrl, admin: Admin, options: str) -> AsyncGenerator[DatabaseUrl]:
    name = f"test_{uuid4().hex}"
    await admin(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    yield server.with_database(name)
    for one in (name, f"{name}_utf8"):
        await admin(f"DROP DATABASE IF EXISTS {one} WITH (FORCE)")


@pytest_asyncio.fixture(loop_scope="session", params=["SQL_ASCII", "LATIN1"])
async def other_encoding(
    server: DatabaseUrl, admin: Admin, request: pytest.FixtureRequest
) -> AsyncGenerator[tuple[str, DatabaseUrl]]:
    """A database that cannot hold what people write."""
    async with made(server, admin, f"ENCODING '{request.param}' LOCALE 'C'") as database:
        yield request.param, database


async def lines_of_doctor(database: DatabaseUrl, data: Path) -> list[str]:
    settings = load_settings(_env_file=None, data_dir=data)
    return [str(finding) async for finding in doctor.lines(settings, database, database, Choices())]


async def refused_starts(migrator: Migrator) -> list[str]:
    """Return the sentence of every mode of MIGRATIONS_ON_BOOT; each refuses."""
    said = []
    for mode in MigrationsOnBoot:
        with pytest.raises(boot.SchemaNotAcceptable) as refused:
            await boot.check_schema(migrator, mode)
        said.append(str(refused.value))
    return said


async def test_a_database_in_another_encoding_is_refused_with_the_statement_that_makes_a_right_one(
    other_encoding: tuple[str, DatabaseUrl], admin: Admin, tmp_path: Path
):
    encoding, database = other_encoding
    migrator = Migrator(database, backups=tmp_path / "backups")
    found = await migrator.status()
    assert found.state is State.WRONG_ENCODING
    assert f"The database {database.url.database} has the encoding {encoding}, in which" in str(found.sentence)
    for refused in (migrator.apply(None, ALICE), migrator.adopt(ALICE)):
        with pytest.raises(Exception, match=f"has the encoding {encoding}.*To fix it: CREATE DATABASE"):
            await refused
    assert await fetchval(database, "SELECT count(*) FROM pg_class WHERE relname = 'alembic_version'") == 0
    assert all(f"has the encoding {encoding}" in said for said in await refused_starts(migrator))
    told = (await lines_of_doctor(database, tmp_path))[-1]
    assert told == f"[!!] schema: {found.sentence} → {found.fix}"

    # The statement is complete.
    await admin(found.fix)
    right = database.with_database(f"{database.url.database}_utf8")
    assert await fetchval(right, "SHOW server_encoding") == "UTF8"
    assert await fetchval(right, "SELECT 'Ж' ILIKE 'ж'")
    assert (await Migrator(right, backups=tmp_path).status()).state is State.EMPTY


async def test_what_was_stored_in_another_encoding_comes_along(
    other_encoding: tuple[str, DatabaseUrl], admin: Admin, tmp_path: Path
):
    _, database = other_encoding
    await execute(database, "CREATE TABLE faq_entries (title text); INSERT INTO faq_entries VALUES ('größer')")
    migrator = Migrator(database, backups=tmp_path / "backups")
    made = await migrator.backup(ALICE)
    await admin((await migrator.status()).fix)
    right = database.with_database(f"{database.url.database}_utf8")
    await Migrator(right, backups=tmp_path).restore(made.path)
    assert await fetchval(right, "SELECT title || char_length(title) FROM faq_entries") == "größer6"


@pytest.mark.parametrize(
    ("search_path", "fix"),
    [
        ("''", 'ALTER DATABASE "{database}" SET search_path = public'),
        ("nowhere", 'CREATE SCHEMA "nowhere" AUTHORIZATION "{user}"'),
        ('"No-Where", pg_temp', 'CREATE SCHEMA "No-Where" AUTHORIZATION "{user}"'),
    ],
)
async def test_a_search_path_that_leads_nowhere_is_said_as_such(
    scratch: Scratch, search_path: str, fix: str, tmp_path: Path
):
    database = scratch.database
    scratch.sql("CREATE TABLE things (id int)")
    await execute(database, f"ALTER DATABASE {database.url.database} SET search_path = {search_path}")
    migrator = scratch.migrator()
    found = await migrator.status()
    assert found.state is State.NO_SCHEMA
    assert "leads to no schema that it may use" in str(found.sentence)
    assert found.fix == fix.format(database=database.url.database, user=database.url.username)
    with pytest.raises(NotApplicable, match="leads to no schema"):
        await migrator.apply(None, ALICE)
    for refused in (migrator.check(), migrator.adopt(ALICE), migrator.backup(ALICE)):
        with pytest.raises(NoPlace, match="leads to no schema"):
            await refused
    assert all("leads to no schema" in said for said in await refused_starts(migrator))
    assert (await lines_of_doctor(database, tmp_path))[-1].startswith("[!!] schema: The search path")

    await execute(database, found.fix)
    assert (await scratch.status()).state is State.EMPTY
    await scratch.upgrade()
    assert (await scratch.status()).is_at_head


async def test_a_search_path_of_the_address_that_leads_nowhere_names_the_address(empty_database: DatabaseUrl):
    migrator = Migrator(replace(empty_database, server_settings={"search_path": ""}), backups=Path("unused"))
    assert (await migrator.status()).fix == "DATABASE_URL=postgresql://…?search_path=public"


async def test_a_setting_that_the_server_does_not_have_is_no_reason_to_wait(server: DatabaseUrl):
    for settings in ({"no_such_setting": "1"}, {"timezone": "Nowhere"}, {"max_connections": "7"}):
        with pytest.raises(boot.PERMANENT_ERRORS):
            await asyncpg.connect(**server.asyncpg_args(**settings))
