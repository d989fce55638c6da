"""What is refused before anything happens: losing data, contracting too early, forgetting versions, blind stamps."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.util import CommandError

from app import boot
from app.config import MigrationsOnBoot
from app.migrate import backup
from app.migrate.connection import release
from app.migrate.migrator import Migrator
from app.migrate.run.apply import Refused
from app.migrate.run.progress import Stage
from tests.migrations.conftest import ALICE, Scratch, Sql

Make = Callable[..., Migrator]
CREATE = "CREATE TABLE things (id int, name text)"
AUDIT = """CREATE TABLE audit_logs (id serial PRIMARY KEY, guild_id bigint NOT NULL, user_id bigint NOT NULL,
    command_name text NOT NULL, command_type text NOT NULL, success boolean, error_message text,
    created_at timestamptz DEFAULT now(), details jsonb)"""


async def test_a_downgrade_that_loses_nothing_needs_no_permission(scratch: Scratch, alembic_here: Any, sql: Sql):
    scratch.sql(CREATE, AUDIT, down="DROP TABLE things, audit_logs")
    scratch.add('op.create_index("by_name", "things", ["name"])', 'op.drop_index("by_name")')
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO things VALUES (1, 'a')")
    await alembic_here("downgrade", "-1")
    # What migrations have recorded about themselves is nobody's data.
    await sql("DELETE FROM things")
    assert await sql("SELECT count(*) FROM audit_logs") == [3]
    await alembic_here("downgrade", "base")
    assert await sql.tables() == {"alembic_version"}


@pytest.mark.parametrize(
    ("down", "named"),
    [
        ('op.drop_column("things", "name")', "column things.name"),
        ('op.drop_table("things")', "table things"),
        ("op.execute(\"DELETE FROM things WHERE name = 'a'\")", "rows of things"),
        ('op.execute("TRUNCATE things")', "all rows of things"),
        (
            "op.get_bind().execute(sa.text('SELECT 1')).scalar_one()\nop.drop_table('things')",
            "what the downgrade of 002",
        ),
    ],
)
async def test_a_downgrade_that_loses_data_says_so_and_is_refused(
    scratch: Scratch, alembic_here: Any, sql: Sql, caplog: pytest.LogCaptureFixture, down: str, named: str
):
    scratch.sql(CREATE)
    scratch.add("pass", down)
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO things VALUES (1, 'a')")
    with pytest.raises(CommandError, match=f"This downgrade deletes data: {named}.*-x allow-data-loss=yes"):
        await alembic_here("downgrade", "-1")
    assert await sql("SELECT name FROM things") == ["a"]
    assert await sql("SELECT version_num FROM alembic_version") == ["002"]

    await alembic_here("downgrade", "-1", allow_data_loss="yes")
    assert f"This downgrade deletes {named}" in caplog.text
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


async def test_a_downgrade_that_loses_data_makes_a_backup_first(
    scratch: Scratch, alembic_here: Any, sql: Sql, tmp_path: Path
):
    scratch.sql(CREATE, down="DROP TABLE things")
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO things VALUES (1, 'kept')")
    told: list[Any] = []
    await alembic_here("downgrade", "base", told=told, allow_data_loss="yes")
    (path,) = backup.newest(tmp_path / "backups")
    assert [one.path for one in told if one.stage is Stage.BACKUP][-1] == str(path)
    assert "things" not in await sql.tables()
    with pytest.raises(CommandError, match="yes or no"):
        await alembic_here("downgrade", "base", allow_data_loss="perhaps")


async def test_an_author_can_vouch_that_a_downgrade_keeps_everything(scratch: Scratch, alembic_here: Any, sql: Sql):
    scratch.sql(CREATE)
    back = 'op.execute("INSERT INTO things SELECT * FROM more")\nop.execute("DROP TABLE more")'
    path = scratch.add('op.execute("CREATE TABLE more (id int, name text)")', back)
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO more VALUES (1, 'a')")
    with pytest.raises(CommandError, match="table more"):
        await alembic_here("downgrade", "-1")
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("phase =", "downgrade_keeps_data = True\nphase ="), encoding="utf-8")
    await alembic_here("downgrade", "-1")
    assert await sql("SELECT name FROM things") == ["a"]


async def test_contracting_waits_until_no_older_release_is_running(
    scratch: Scratch, make_migrator: Make, alembic_here: Any, sql: Sql
):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    scratch.sql("ALTER TABLE things DROP COLUMN name", phase="contract", min_release="2.0")
    old, new, stranger = await sql.open(), await sql.open(), await sql.open()
    await old.execute("SET application_name = 'concierge/1.10.3'")
    await new.execute("SET application_name = 'concierge/2.0.0'")
    await stranger.execute("SET application_name = 'psql'")
    pid = await old.fetchval("SELECT pg_backend_pid()")
    with pytest.raises(
        Refused, match=rf"Revision 002 removes what releases before 2\.0 use.*process {pid} \(concierge/1\.10\.3"
    ) as refused:
        await make_migrator().apply(None, ALICE)
    assert "concierge/2.0.0" not in str(refused.value)
    assert "psql" not in str(refused.value)
    assert (await make_migrator().status()).current == "001"
    await old.close()
    async with asyncio.timeout(60):
        while await sql("SELECT pid FROM pg_stat_activity WHERE pid = $1", pid):
            await asyncio.sleep(0.02)
    await alembic_here("upgrade", "head")
    await new.close()
    await stranger.close()


async def test_contracting_compares_with_this_release_if_no_other_is_named(
    scratch: Scratch, alembic_here: Any, sql: Sql
):
    scratch.sql(CREATE, phase="contract")
    same, older = await sql.open(), await sql.open()
    await same.execute(f"SET application_name = '{release.application_name()}'")
    await older.execute("SET application_name = 'concierge/0.0.1'")
    with pytest.raises(CommandError, match=r"concierge/0\.0\.1"):
        await alembic_here("upgrade", "head")
    await alembic_here("upgrade", "head", allow_older_processes="yes")
    await same.close()
    await older.close()


async def test_nothing_is_deleted_at_boot_without_anybody_to_see_it(
    scratch: Scratch, make_migrator: Make, alembic_here: Any, sql: Sql
):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO things VALUES (1, 'a')")
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    refusal = r"Revision 002 deletes data \(column things\.name\).*concierge migrate apply"
    with pytest.raises(boot.SchemaNotAcceptable, match=refusal):
        await boot.check_schema(make_migrator(), MigrationsOnBoot.AUTO)
    assert await sql("SELECT name FROM things") == ["a"]
    await sql("DELETE FROM things")
    assert await boot.check_schema(make_migrator(), MigrationsOnBoot.AUTO) is not None


@pytest.mark.parametrize(
    ("release_of_it", "than", "older"),
    [
        ("1.9.0", "1.10", True),
        ("1.10", "1.9", False),
        ("2.0", "2.0.0", False),
        ("0.1.0", "1", True),
        ("1.2.3", "1.2", False),
    ],
)
def test_releases_are_compared_number_by_number(release_of_it: str, than: str, older: bool):
    assert release.is_older(release_of_it, than) == older


async def test_versions_are_not_forgotten_by_a_purge(scratch: Scratch, alembic_here: Any, sql: Sql):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    await sql("UPDATE alembic_version SET version_num = '009'")
    with pytest.raises(CommandError, match="--purge forgets which revisions were applied"):
        await alembic_here("stamp", "head", False, None, True)
    for command, target in (("stamp", "head"), ("upgrade", "head"), ("downgrade", "-1")):
        with pytest.raises(CommandError, match="The database is at 009, which this release does not know"):
            await alembic_here(command, target)
    assert await sql("SELECT version_num FROM alembic_version") == ["009"]
    await alembic_here("stamp", "head", False, None, True, allow_purge="yes")
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


async def test_several_versions_are_named_and_nothing_is_done(scratch: Scratch, alembic_here: Any, sql: Sql):
    scratch.sql(CREATE)
    scratch.sql("SELECT 1")
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO alembic_version VALUES ('001')")
    with pytest.raises(CommandError, match="claims to be at several revisions at once: 001, 002"):
        await alembic_here("upgrade", "head")


async def test_a_stamp_that_does_not_fit_warns_loudly(run_program: Any, sql: Sql, own_database: Any):
    import sys

    alembic = [sys.executable, "-m", "alembic"]
    status, _, err = await run_program(*alembic, "stamp", "head")
    assert status == 0
    assert "THIS DATABASE DOES NOT LOOK LIKE REVISION" in err
    assert "There is no table audit_logs." in err
    assert "concierge migrate adopt" in err
    # An upgrade of such a database used to do nothing and say nothing.
    status, _, err = await run_program(*alembic, "upgrade", "head")
    assert status != 0
    assert "its schema is a different one" in err


async def test_a_stamp_that_fits_says_nothing(alembic_here: Any, scratch: Scratch, own_database: Any, run_program: Any):
    import sys

    from tests.fixtures.postgres import url_text

    status, _, err = await run_program(
        sys.executable, "-m", "alembic", "stamp", "head", DATABASE_URL=url_text(own_database)
    )
    assert status == 0
    assert "DOES NOT LOOK" not in err


async def test_an_empty_database_can_be_stamped_empty(
    scratch: Scratch, alembic_here: Any, caplog: pytest.LogCaptureFixture
):
    scratch.sql("SELECT 1")
    await alembic_here("upgrade", "head")
    with caplog.at_level(logging.WARNING):
        await alembic_here("stamp", "base")
    assert "DOES NOT LOOK" not in caplog.text


async def test_a_connection_in_a_transaction_is_refused(scratch: Scratch, sql: Sql):
    """Alembic would run everything inside it and commit nothing."""
    from alembic import command

    from app.db import create_migration_engine
    from app.migrate.planning import render

    scratch.sql(CREATE)
    engine = create_migration_engine(sql.database)

    def upgrade(connection: Any, *, first: str | None) -> None:
        if first:
            connection.exec_driver_sql(first)
        command.upgrade(render.configuration(scratch.directory, {"connection": connection}), "head")

    async with engine.connect() as connection:
        with pytest.raises(CommandError, match="is in a transaction already"):
            await connection.run_sync(lambda inner: upgrade(inner, first="SELECT 1"))
    async with engine.connect() as connection:
        await connection.run_sync(lambda inner: upgrade(inner, first=None))
        assert not connection.in_transaction()
    await engine.dispose()
    assert "things" in await sql.tables()
