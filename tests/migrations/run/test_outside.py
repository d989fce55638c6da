"""Statements outside a transaction: indexes built CONCURRENTLY, and what is left when that fails."""

import asyncio
import os
import signal
from contextlib import suppress

import psutil
import pytest
from alembic.util import CommandError

from app.migrate.run import guards
from app.migrate.run.apply import RunOutcome
from app.migrate.run.progress import Progress, Stage
from app.migrate.run.steps import RevisionFailed
from tests.fixtures.nursery import from_scratch
from tests.migrations.conftest import ALICE, Begin, Scratch, Sql, until

# As people write it who were bitten once by "already exists".
BUILD = """
with op.get_context().autocommit_block():
    op.create_index("by_name", "things", ["name"], unique=True, postgresql_concurrently=True, if_not_exists=True)
"""
DROP = """
with op.get_context().autocommit_block():
    op.drop_index("by_name", postgresql_concurrently=True, if_exists=True)
"""
BEGUN = "SELECT true FROM pg_index WHERE indexrelid = to_regclass('by_name') AND NOT indisvalid"


def workers() -> list[int]:
    """The processes in which revisions run. Those of earlier tests may be over and not yet waited for."""
    found: list[int] = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found += [child.pid] if "app.migrate.run.worker" in child.cmdline() else []
    return found


async def index(sql: Sql) -> list[bool]:
    return await sql("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('by_name')")


@pytest.fixture
async def things(scratch: Scratch) -> None:
    await scratch.applied("CREATE TABLE things (id int, name text)", "INSERT INTO things VALUES (1, 'a'), (2, 'a')")


@pytest.mark.usefixtures("things")
async def test_an_index_that_fails_is_taken_away_again(scratch: Scratch, sql: Sql):
    scratch.add(BUILD, DROP)
    with pytest.raises(RevisionFailed, match="could not create unique index"):
        await scratch.upgrade()
    assert await index(sql) == []
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]

    await sql("UPDATE things SET name = 'b' WHERE id = 2")
    await scratch.upgrade()
    assert await index(sql) == [True]
    await scratch.alembic("downgrade", "-1")
    assert await index(sql) == []


@pytest.fixture
async def leftover(things: None, sql: Sql) -> None:
    with pytest.raises(Exception, match="could not create unique index"):
        await sql("CREATE UNIQUE INDEX CONCURRENTLY by_name ON things (name)")
    assert await index(sql) == [False]


@pytest.mark.usefixtures("leftover")
async def test_a_leftover_is_not_taken_for_the_index(scratch: Scratch, sql: Sql):
    """With IF NOT EXISTS the server is content with an invalid index, and the revision would count as done."""
    await sql("UPDATE things SET name = 'b' WHERE id = 2")
    scratch.add(BUILD, DROP)
    await scratch.upgrade()
    assert await index(sql) == [True]


@pytest.mark.usefixtures("leftover")
async def test_somebody_elses_invalid_index_is_named_and_left_alone(
    scratch: Scratch, sql: Sql, caplog: pytest.LogCaptureFixture
):
    await scratch.applied("ALTER TABLE things ADD COLUMN colour text")
    assert await index(sql) == [False]
    assert "Index by_name is not valid, and no pending revision builds it." in caplog.text


@pytest.mark.usefixtures("things")
async def test_a_revision_that_leaves_an_invalid_index_is_not_done(scratch: Scratch, sql: Sql):
    swallowing = """
    from sqlalchemy.exc import DBAPIError
    try:
        with op.get_context().autocommit_block():
            op.create_index("by_name", "things", ["name"], unique=True, postgresql_concurrently=True)
    except DBAPIError:
        pass
    """
    scratch.add(swallowing)
    # The rule for developers would not let it pass; what if nobody had looked?
    with pytest.raises(CommandError, match="mixes an autocommit_block with other statements"):
        await scratch.upgrade()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guards.lint, "mixes_transactions", lambda file: None)
        with pytest.raises(RevisionFailed, match="It built an index that is not valid: by_name"):
            await scratch.upgrade()
    assert await index(sql) == []
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


@pytest.mark.usefixtures("things")
async def test_a_revision_that_could_not_be_repeated_is_refused_before_it_starts(scratch: Scratch, sql: Sql):
    scratch.add('op.add_column("things", sa.Column("colour", sa.Text()))\n' + BUILD)
    with pytest.raises(CommandError, match=r"002_step_002\.py: upgrade\(\) mixes an autocommit_block"):
        await scratch.upgrade()
    columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0"
    assert await sql(columns) == [2]


SLOW = """CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.003); RETURN $1; END $$"""
BUILD_SLOWLY = """
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY by_name ON things (slow(name))")
"""


async def test_how_far_an_index_is_can_be_seen(scratch: Scratch, sql: Sql):
    scratch.sql(
        SLOW,
        "CREATE TABLE things (id int, name text) WITH (fillfactor = 10)",
        "INSERT INTO things SELECT n, repeat('x', 200) || n FROM generate_series(1, 1000) n",
    )
    await scratch.upgrade()
    scratch.add(BUILD_SLOWLY)
    told: list[Progress] = []
    result = await scratch.migrator().apply(None, ALICE, told.append)
    assert result.ok
    seen = [one.percent for one in told if one.stage is Stage.RUNNING and one.percent is not None]
    assert len(seen) >= 2
    assert 0 < max(seen) <= 100
    assert seen == sorted(seen)
    assert "Revision 002: building index" in next(str(one.sentence) for one in told if one.stage is Stage.RUNNING)
    assert await index(sql) == [True]


async def test_after_kill_9_during_an_index_the_next_run_builds_it(scratch: Scratch, sql: Sql, begin: Begin):
    scratch.sql(
        SLOW,
        "CREATE TABLE things (id int, name text)",
        "INSERT INTO things SELECT n, n::text FROM generate_series(1, 1000) n",
    )
    await scratch.upgrade()
    path = scratch.add(BUILD_SLOWLY)
    with from_scratch():  # found by its command line
        applying = begin(scratch.migrator().apply(None, ALICE))
        await until(lambda: sql(BEGUN))
    for worker in workers():
        os.kill(worker, signal.SIGKILL)
    result = await applying
    assert result.outcome is RunOutcome.FAILED
    assert await index(sql) in ([False], [])
    path.write_text(path.read_text(encoding="utf-8").replace("(slow(name))", "(name)"), encoding="utf-8")
    await scratch.upgrade()
    assert await index(sql) == [True]


@pytest.mark.usefixtures("things")
async def test_waiting_for_old_transactions_does_not_count_as_waiting_for_a_lock(
    scratch: Scratch, sql: Sql, begin: Begin
):
    """An index that is built CONCURRENTLY keeps nobody from working, so it may take its time."""
    scratch.add(BUILD.replace("unique=True", "unique=False"))
    old = await sql.open()
    transaction = old.transaction(isolation="repeatable_read")
    await transaction.start()
    await old.execute("SELECT * FROM things")
    applying = begin(scratch.alembic("upgrade", "head", lock_timeout="100", statement_timeout="1"))
    await asyncio.sleep(1.5)
    assert not applying.done()
    await transaction.rollback()
    await old.close()
    await applying
    assert await index(sql) == [True]
