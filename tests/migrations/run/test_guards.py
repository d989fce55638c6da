"""What is refused before anything happens: losing data, contracting too early, forgetting versions, blind stamps."""

import logging
from typing import Any

import pytest
from alembic import command
from alembic.util import CommandError

from app import boot
from app.config import MigrationsOnBoot
from app.db import DatabaseUrl, create_migration_engine
from app.migrate.backup import making
from app.migrate.connection import release
from app.migrate.planning import render
from app.migrate.run.apply import Refused
from app.migrate.run.progress import Stage
from tests.fixtures.postgres import url_text
from tests.migrations.conftest import ALICE, AUDIT, MORE, Scratch, Sql, until

CREATE = "CREATE TABLE things (id int, name text)"


async def test_a_downgrade_that_loses_nothing_needs_no_permission(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE, AUDIT, MORE, down="DROP TABLE things, audit_logs")
    scratch.add('op.create_index("by_name", "things", ["name"])', 'op.drop_index("by_name")')
    await scratch.upgrade()
    await sql("INSERT INTO things VALUES (1, 'a')")
    await scratch.alembic("downgrade", "-1")
    # What migrations have recorded about themselves is nobody's data.
    await sql("DELETE FROM things")
    assert await sql("SELECT count(*) FROM audit_logs") == [3]
    await scratch.alembic("downgrade", "base")
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
    scratch: Scratch, sql: Sql, caplog: pytest.LogCaptureFixture, down: str, named: str
):
    scratch.sql(CREATE)
    scratch.add("pass", down)
    await scratch.upgrade()
    await sql("INSERT INTO things VALUES (1, 'a')")
    with pytest.raises(CommandError, match=f"This downgrade deletes data: {named}.*-x allow-data-loss=yes"):
        await scratch.alembic("downgrade", "-1")
    assert await sql("SELECT name FROM things") == ["a"]
    assert await sql("SELECT version_num FROM alembic_version") == ["002"]

    await scratch.alembic("downgrade", "-1", allow_data_loss="yes")
    assert f"This downgrade deletes {named}" in caplog.text
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


async def test_a_downgrade_that_loses_data_makes_a_backup_first(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE, down="DROP TABLE things")
    await sql("INSERT INTO things VALUES (1, 'kept')")
    told: list[Any] = []
    await scratch.alembic("downgrade", "base", told=told, allow_data_loss="yes")
    (path,) = making.newest(scratch.backups)
    assert [one.path for one in told if one.stage is Stage.BACKUP][-1] == str(path)
    assert "things" not in await sql.tables()
    with pytest.raises(CommandError, match="yes or no"):
        await scratch.alembic("downgrade", "base", allow_data_loss="perhaps")


async def test_an_author_can_vouch_that_a_downgrade_keeps_everything(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    back = 'op.execute("INSERT INTO things SELECT * FROM more")\nop.execute("DROP TABLE more")'
    path = scratch.add('op.execute("CREATE TABLE more (id int, name text)")', back)
    await scratch.upgrade()
    await sql("INSERT INTO more VALUES (1, 'a')")
    with pytest.raises(CommandError, match="table more"):
        await scratch.alembic("downgrade", "-1")
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("phase =", "downgrade_keeps_data = True\nphase ="), encoding="utf-8")
    await scratch.alembic("downgrade", "-1")
    assert await sql("SELECT name FROM things") == ["a"]


async def test_contracting_waits_until_no_older_release_is_running(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE)
    scratch.sql("ALTER TABLE things DROP COLUMN name", phase="contract", min_release="2.0")
    old, new, stranger = await sql.open(), await sql.open(), await sql.open()
    await old.execute("SET application_name = 'concierge/1.10.3'")
    await new.execute("SET application_name = 'concierge/2.0.0'")
    await stranger.execute("SET application_name = 'psql'")
    pid = await old.fetchval("SELECT pg_backend_pid()")
    with pytest.raises(
        Refused, match=rf"Revision 002 removes what releases before 2\.0 use.*process {pid} \(concierge/1\.10\.3"
    ) as refused:
        await scratch.migrator().apply(None, ALICE)
    assert "concierge/2.0.0" not in str(refused.value)
    assert "psql" not in str(refused.value)
    assert (await scratch.status()).current == "001"
    await old.close()
    await until(lambda: sql("SELECT true WHERE $1 NOT IN (SELECT pid FROM pg_stat_activity)", pid))
    await scratch.upgrade()
    await new.close()
    await stranger.close()


async def test_contracting_compares_with_this_release_if_no_other_is_named(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE, phase="contract")
    same, older = await sql.open(), await sql.open()
    await same.execute(f"SET application_name = '{release.application_name()}'")
    await older.execute("SET application_name = 'concierge/0.0.1'")
    with pytest.raises(CommandError, match=r"concierge/0\.0\.1"):
        await scratch.upgrade()
    await scratch.alembic("upgrade", "head", allow_older_processes="yes")
    await same.close()
    await older.close()


async def test_nothing_is_deleted_at_boot_without_anybody_to_see_it(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE)
    await sql("INSERT INTO things VALUES (1, 'a')")
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    refusal = r"Revision 002 deletes data \(column things\.name\).*concierge migrate apply"
    with pytest.raises(boot.SchemaNotAcceptable, match=refusal):
        await boot.check_schema(scratch.migrator(), MigrationsOnBoot.AUTO)
    assert await sql("SELECT name FROM things") == ["a"]
    await sql("DELETE FROM things")
    assert await boot.check_schema(scratch.migrator(), MigrationsOnBoot.AUTO) is not None


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


async def test_versions_are_not_forgotten_by_a_purge(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE)
    await sql("UPDATE alembic_version SET version_num = '009'")
    with pytest.raises(CommandError, match="--purge forgets which revisions were applied"):
        await scratch.alembic("stamp", "head", False, None, True)
    for name, target in (("stamp", "head"), ("upgrade", "head"), ("downgrade", "-1")):
        with pytest.raises(CommandError, match="The database is at 009, which this release does not know"):
            await scratch.alembic(name, target)
    assert await sql("SELECT version_num FROM alembic_version") == ["009"]
    await scratch.alembic("stamp", "head", False, None, True, allow_purge="yes")
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


async def test_several_versions_are_named_and_nothing_is_done(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    await scratch.applied("SELECT 1")
    await sql("INSERT INTO alembic_version VALUES ('001')")
    with pytest.raises(CommandError, match="claims to be at several revisions at once: 001, 002"):
        await scratch.upgrade()


async def test_a_stamp_that_does_not_fit_warns_loudly(alembic: Any):
    _, err = await alembic("stamp", "head")
    assert "THIS DATABASE DOES NOT LOOK LIKE REVISION" in err
    assert "There is no table audit_logs." in err
    assert "concierge migrate adopt" in err
    # An upgrade of such a database used to do nothing and say nothing.
    _, err = await alembic("upgrade", "head", status=255)
    assert "its schema is a different one" in err


async def test_a_stamp_that_fits_says_nothing(alembic: Any, own_database: DatabaseUrl):
    _, err = await alembic("stamp", "head", DATABASE_URL=url_text(own_database))
    assert "DOES NOT LOOK" not in err


async def test_an_empty_database_can_be_stamped_empty(scratch: Scratch, caplog: pytest.LogCaptureFixture):
    await scratch.applied("SELECT 1")
    with caplog.at_level(logging.WARNING):
        await scratch.alembic("stamp", "base")
    assert "DOES NOT LOOK" not in caplog.text


async def test_a_connection_in_a_transaction_is_refused(scratch: Scratch, sql: Sql):
    """Alembic would run everything inside it and commit nothing."""
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
