"""Several at once, and one that dies: the lock lets one migrate, the others wait, and a corpse holds nothing."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from alembic.util import CommandError

from app.db import DatabaseUrl, create_migration_engine
from app.migrate.connection import lock
from app.migrate.run.apply import RunOutcome
from app.migrate.run.progress import Stage
from tests.fixtures.nursery import ATTENDANT
from tests.fixtures.postgres import REPOSITORY, url_text
from tests.migrations.conftest import ALICE, AUDIT, GATE, LET_GO, MORE, UNTIL_LET_GO, Begin, Scratch, Sql, Told, until

CREATE = "CREATE TABLE things (id int)"
CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("by_id", "things", ["id"], postgresql_concurrently=True)
"""


@pytest.fixture
def boot(empty_database: DatabaseUrl, scratch: Scratch) -> Callable[..., Any]:
    """Start a process that boots on the empty database."""

    async def start(**more: Any) -> asyncio.subprocess.Process:
        arguments = [url_text(empty_database), str(scratch.directory), str(scratch.backups)]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.migrations.run.booting",
            *arguments,
            cwd=REPOSITORY,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            **more,
        )

    return start


async def running(sql: Sql, query: str) -> int:
    """Wait until a session of a migration runs a statement, and return its process on the server."""
    sessions = """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
        AND query LIKE $1 AND pid <> pg_backend_pid()"""
    return (await until(lambda: sql(sessions, f"%{query}%")))[0]


async def free_after(sql: Sql) -> float:
    """Return how many seconds it takes until nobody holds the lock."""
    began = time.monotonic()
    held = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = $1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    while await sql(held, lock.KEY[0]):
        assert time.monotonic() - began < 40
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_of_twenty_processes_that_start_at_once_one_migrates(scratch: Scratch, boot: Any, sql: Sql):
    # Each runs once or fails: a second CREATE TABLE would.
    scratch.sql(AUDIT, MORE)
    scratch.sql(CREATE, "SELECT pg_sleep(1)")
    processes = [await boot() for _ in range(20)]
    said = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0] * 20, said[0]
    outcomes = sorted(out.decode().strip() for out, _ in said)
    assert outcomes.count("applied at head") == 1
    assert outcomes.count("nothing to do at head") == 19
    assert await sql("SELECT details ->> 'revision' FROM audit_logs ORDER BY id") == ["001", "002"]


async def test_plain_alembic_waits_for_its_turn_too(scratch: Scratch, sql: Sql, begin: Begin):
    await scratch.applied(GATE)
    scratch.sql(CREATE, UNTIL_LET_GO)
    told = Told()
    applying = begin(scratch.migrator().apply(None, ALICE))
    await running(sql, "pg_sleep")
    other = begin(scratch.alembic("upgrade", "head", told=told))
    await told.reached(other, Stage.WAITING)
    await sql(LET_GO)
    await other
    assert (await applying).ok
    assert "Waiting for process" in str(told[0].sentence)
    assert "concierge migrate/" in str(told[0].sentence)
    assert len(told) == 1  # it had nothing left to do


async def test_waiting_for_the_lock_has_an_end_and_says_who_holds_it(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    holder = await sql.open()
    await holder.execute("SET application_name = 'somebody else'")
    await holder.execute("SELECT pg_advisory_lock($1::int, $2::int)", *lock.KEY)
    pid = await holder.fetchval("SELECT pg_backend_pid()")
    began = time.monotonic()
    with pytest.raises(CommandError, match=rf"Another migration is running: process {pid} \(somebody else"):
        await scratch.alembic("upgrade", "head", lock_wait="1")
    # Left to itself it would wait for five minutes.
    assert 0.9 < time.monotonic() - began < 60
    with pytest.raises(lock.AlreadyMigrating, match=f"process {pid}"):
        await scratch.migrator(lock_wait="0").apply(None, ALICE)
    # Looking needs no lock.
    found = await scratch.status()
    assert found.running is not None
    assert (found.running.pid, found.running.application_name) == (pid, "somebody else")
    await holder.close()
    await scratch.upgrade()


async def test_waiting_can_be_cancelled(scratch: Scratch, sql: Sql, begin: Begin):
    scratch.sql(CREATE)
    holder = await sql.open()
    await holder.execute("SELECT pg_advisory_lock($1::int, $2::int)", *lock.KEY)
    migrator, told = scratch.migrator(), Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    await told.reached(applying, Stage.WAITING)
    migrator.cancel()
    result = await applying
    await holder.close()
    assert (result.outcome, result.applied) == (RunOutcome.CANCELLED, ())
    assert str(result.sentence) == "Cancelled before it began. The database is empty."


async def test_whoever_waits_for_the_lock_holds_no_snapshot(scratch: Scratch, sql: Sql, begin: Begin):
    """CREATE INDEX CONCURRENTLY waits for every snapshot: a waiter that held one would wait for itself."""
    scratch.sql(CREATE, "INSERT INTO things SELECT generate_series(1, 1000)")
    scratch.add(CONCURRENTLY)
    await scratch.alembic("upgrade", "001")
    engine = create_migration_engine(sql.database)

    async def wait() -> None:
        async with engine.connect() as connection:

            def hold(inner: Any) -> None:
                with lock.hold(inner, wait=20):
                    pass

            await asyncio.to_thread(asyncio.run, _on_own_loop(sql.database, hold))
            await connection.rollback()

    waiters = [begin(wait()) for _ in range(3)]
    async with asyncio.timeout(60):
        await scratch.upgrade()
        await asyncio.gather(*waiters)
    await engine.dispose()
    assert await sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass") == [True]


async def _on_own_loop(database: DatabaseUrl, function: Callable[[Any], None]) -> None:
    engine = create_migration_engine(database)
    async with engine.connect() as connection:
        await connection.run_sync(function)
    await engine.dispose()


async def test_four_terminals_upgrade_an_empty_database_at_once(
    scratch: Scratch, alembic: Any, sql: Sql, tmp_path: Path
):
    scratch.sql(CREATE, "INSERT INTO things SELECT generate_series(1, 20000)")
    scratch.add(CONCURRENTLY)
    shutil.copy(REPOSITORY / "alembic.ini", tmp_path)
    await asyncio.gather(*(alembic("upgrade", "head", cwd=tmp_path) for _ in range(4)))
    assert await sql("SELECT version_num FROM alembic_version") == ["002"]
    assert await sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass") == [True]


MOMENTS = {
    "in a statement": ("CREATE TABLE half (id int)", "SELECT pg_sleep(60)"),
    "in a statement that holds a table": ("ALTER TABLE things ADD COLUMN half int", "SELECT pg_sleep(60)"),
    "while the server computes": ("SELECT count(*) FROM generate_series(1, 10000000000)",),
}


CASES = [(moment, "the process that migrates") for moment in MOMENTS]
CASES.append(("in a statement that holds a table", "the process that booted"))


@pytest.mark.parametrize(("moment", "victim"), CASES)
async def test_after_kill_9_the_lock_is_free_and_the_next_run_goes_on(
    scratch: Scratch, boot: Any, sql: Sql, moment: str, victim: str
):
    await scratch.applied(CREATE)
    statements = MOMENTS[moment]
    path = scratch.sql(*statements)
    process = await boot()
    await running(sql, "pg_sleep(60)" if "pg_sleep" in statements[-1] else "generate_series(1, 10000000000)")
    os.kill(process.pid if victim == "the process that booted" else _child(process.pid), signal.SIGKILL)
    assert await free_after(sql) < 40
    out, err = await process.communicate()
    if victim == "the process that migrates":
        assert process.returncode == 1, err
        assert out.decode().strip() == "failed behind"
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]
    assert await sql("SELECT count(*) FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0") == [1]
    assert "half" not in await sql.tables()

    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("pg_sleep(60)", "1").replace("10000000000", "10"), encoding="utf-8")
    await scratch.upgrade()
    assert await sql("SELECT version_num FROM alembic_version") == ["002"]


async def test_kill_9_between_two_revisions_keeps_the_first(scratch: Scratch, boot: Any, sql: Sql):
    scratch.sql(CREATE)
    scratch.add("import time\ntime.sleep(60)")
    process = await boot()
    await until(lambda: sql("SELECT true FROM pg_class WHERE relname = 'things'"))
    os.kill(_child(process.pid), signal.SIGKILL)
    assert await free_after(sql) < 40
    await process.communicate()
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


def _child(pid: int) -> int:
    (child,) = [one for one in psutil.Process(pid).children() if one.name() != ATTENDANT]
    return child.pid
