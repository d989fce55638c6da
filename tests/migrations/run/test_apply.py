"""Applying: what was confirmed and nothing else, each revision whole or not at all, never on the bot's event loop."""

import asyncio
import time
from pathlib import Path

import pytest

from app.core.errors import InvalidInput
from app.migrate.planning.plan import NotApplicable
from app.migrate.run.apply import Refused, RunOutcome
from app.migrate.run.progress import Stage
from app.migrate.status import State
from tests.migrations.conftest import ALICE, Begin, Scratch, Sql, Told

CREATE = "CREATE TABLE things (id int)"


async def test_what_was_planned_is_applied_and_told(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    scratch.add('print("a revision may print")\nop.add_column("things", sa.Column("name", sa.Text()))')
    migrator = scratch.migrator()
    plan = await migrator.plan()
    assert [one.revision for one in plan.revisions] == ["001", "002"]
    assert plan.revisions[1].statements == ("ALTER TABLE things ADD COLUMN name TEXT",)
    assert await sql.tables() == set()

    told = Told()
    result = await migrator.apply(plan.digest, ALICE, told.append)
    assert (result.outcome, result.ok) == (RunOutcome.APPLIED, True)
    assert [one.revision for one in result.applied] == ["001", "002"]
    assert result.status is not None
    assert result.status.is_at_head
    stages = [(one.stage, one.revision, one.position, one.total) for one in told]
    assert stages == [
        (Stage.STARTED, "001", 1, 2),
        (Stage.FINISHED, "001", 1, 2),
        (Stage.STARTED, "002", 2, 2),
        (Stage.FINISHED, "002", 2, 2),
    ]
    assert str(told[1].sentence).startswith("Revision 001 (Step 001) done in ")

    again = await migrator.apply(plan.digest, ALICE)
    assert (again.outcome, again.ok, again.applied) == (RunOutcome.NOTHING_TO_DO, True, ())


async def test_a_plan_that_has_changed_is_refused(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    migrator = scratch.migrator()
    shown = await migrator.plan()
    scratch.sql("CREATE TABLE more (id int)")
    with pytest.raises(Refused, match="The plan has changed since it was shown") as refused:
        await migrator.apply(shown.digest, ALICE)
    assert refused.value.kind == "PlanChanged"
    assert await sql.tables() == set()
    # The same revisions with other options are another plan, too.
    digest = (await migrator.plan()).digest
    assert digest != shown.digest
    with pytest.raises(Refused, match="The plan has changed"):
        await scratch.migrator(lock_wait="7").apply(digest, ALICE)
    assert await sql.tables() == set()


async def test_a_revision_that_fails_leaves_no_trace_and_the_next_run_resumes(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    path = scratch.sql("CREATE TABLE half (id int)", "INSERT INTO things VALUES (1)", "SELECT 1/0 AS mistake")
    scratch.sql("CREATE TABLE last (id int)")
    migrator = scratch.migrator()
    result = await migrator.apply(None, ALICE)
    assert (result.outcome, result.ok) == (RunOutcome.FAILED, False)
    assert [one.revision for one in result.applied] == ["001"]
    assert result.error == "division by zero"
    assert result.statement == "SELECT 1/0 AS mistake"
    assert "Revision 002 failed (upgrade) and was rolled back: division by zero" in str(result.sentence)
    assert "The database is at 001, 2 revisions behind 003." in str(result.sentence)
    assert await sql.tables() == {"alembic_version", "things"}
    assert await sql("SELECT count(*) FROM things") == [0]

    path.write_text(path.read_text(encoding="utf-8").replace("1/0", "1/1"), encoding="utf-8")
    told = Told()
    await scratch.alembic("upgrade", "head", told=told)
    assert [one.revision for one in told if one.stage is Stage.FINISHED] == ["002", "003"]


async def test_a_mistake_in_python_is_a_failed_revision_too(scratch: Scratch, sql: Sql):
    scratch.add('op.execute("CREATE TABLE half (id int)")\nraise KeyError("colour")')
    result = await scratch.migrator().apply(None, ALICE)
    assert (result.outcome, result.error) == (RunOutcome.FAILED, "'colour'")
    assert "half" not in await sql.tables()


async def test_only_a_database_that_is_understood_is_touched(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE)
    await sql("CREATE TABLE somebody_elses (id int)")
    with pytest.raises(NotApplicable, match=r"To fix it: concierge migrate adopt") as refused:
        await scratch.migrator().apply(None, ALICE)
    assert refused.value.status.state is State.UNMANAGED
    with pytest.raises(Refused, match="concierge migrate adopt"):
        await scratch.migrator().plan()
    assert await sql.tables() == {"somebody_elses"}
    await scratch.alembic("upgrade", "head", allow_unmanaged="yes")
    assert await sql.tables() == {"somebody_elses", "things", "alembic_version"}


async def test_an_option_that_nobody_knows_is_refused(scratch: Scratch, sql: Sql):
    scratch.add("""
        zone = op.get_context().config.attributes["options"].get("legacy-zone", "UTC")
        op.execute(f"COMMENT ON SCHEMA public IS '{zone}'")
    """)
    with pytest.raises(InvalidInput, match="There is no option legacy-zoen"):
        await scratch.migrator(legacy_zoen="Europe/Brussels").apply(None, ALICE)
    assert "'Europe/Brussels'" in (await scratch.migrator(legacy_zone="Europe/Brussels").plan()).sql
    await scratch.alembic("upgrade", "head", legacy_zone="Europe/Brussels")
    assert await sql("SELECT obj_description('public'::regnamespace, 'pg_namespace')") == ["Europe/Brussels"]


async def test_a_long_reader_delays_the_migration_and_not_the_other_readers(scratch: Scratch, sql: Sql, begin: Begin):
    await scratch.applied(CREATE)
    migrator = scratch.migrator()
    scratch.sql("ALTER TABLE things ADD COLUMN name text")

    long = await sql.open()
    transaction = long.transaction()
    await transaction.start()
    await long.execute("SELECT * FROM things")
    told = Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    await told.reached(applying)
    other = await sql.open()
    waits: list[float] = []
    # That others get through at all while the migration waits shows that it gives up its place in the queue; that some
    # of them wait, that it did stand in their way.
    async with asyncio.timeout(60):
        while max(waits, default=0) < 0.1 or sum(one.stage is Stage.RETRYING for one in told) < 3:
            began = time.perf_counter()
            await other.execute("SELECT * FROM things")
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.01)
    assert not applying.done()
    await transaction.rollback()
    result = await applying
    await long.close()
    await other.close()

    assert result.ok
    assert result.applied[0].attempts > 2
    assert "did not get its lock within 500 ms. Trying again in" in next(
        str(one.sentence) for one in told if one.stage is Stage.RETRYING
    )


async def test_waiting_for_a_lock_ends(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE)
    scratch.sql("INSERT INTO things VALUES (1)", "ALTER TABLE things ADD COLUMN name text")
    reader = await sql.open()
    async with reader.transaction():
        await reader.execute("SELECT * FROM things")
        result = await scratch.migrator(retry="1", lock_timeout="100").apply(None, ALICE)
    await reader.close()
    assert (result.outcome, result.error) == (RunOutcome.FAILED, "canceling statement due to lock timeout")
    assert await sql("SELECT count(*) FROM things") == [0]
    assert (await scratch.status()).current == "001"


async def test_a_statement_that_takes_too_long_is_stopped(scratch: Scratch):
    scratch.sql("SELECT pg_sleep(20)")
    result = await scratch.migrator(statement_timeout="0.2").apply(None, ALICE)
    assert (result.outcome, result.error) == (RunOutcome.FAILED, "canceling statement due to statement timeout")


@pytest.mark.parametrize(
    "busy", ['op.execute("SELECT pg_sleep(60)")', "while True:\n    pass", "import time\ntime.sleep(60)"]
)
async def test_cancelling_really_stops(scratch: Scratch, sql: Sql, busy: str, begin: Begin):
    scratch.sql(CREATE)
    scratch.add(f'op.execute("CREATE TABLE half (id int)")\n{busy}')
    migrator = scratch.migrator()
    told = Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    await told.reached(applying, revision="002")
    await asyncio.sleep(0.2)
    migrator.cancel()
    # Not after the minute that the revision would go on for.
    async with asyncio.timeout(40):
        result = await applying
    assert (result.outcome, result.ok) == (RunOutcome.CANCELLED, False)
    assert str(result.sentence).startswith("Cancelled after 001: nothing is half done. The database is at 001")
    assert await sql.tables() == {"alembic_version", "things"}
    found = await migrator.status()
    assert (found.running, found.current) == (None, "001")


async def test_cancelling_the_task_stops_it_as_well(scratch: Scratch, sql: Sql, begin: Begin):
    scratch.sql("CREATE TABLE half (id int)", "SELECT pg_sleep(60)")
    migrator = scratch.migrator()
    told = Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    await told.reached(applying)
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert "half" not in await sql.tables()
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    assert await sql(busy) == [0]


async def test_a_revision_that_computes_does_not_hold_up_the_event_loop(scratch: Scratch, tmp_path: Path):
    """It computes until this event loop has answered it a hundred times, which an event loop that waits never does."""
    asked, answered = tmp_path / "asked", tmp_path / "answered"
    scratch.add(
        "import pathlib, time\n"
        f"asked, answered = pathlib.Path({str(asked)!r}), pathlib.Path({str(answered)!r})\n"
        "deadline = time.monotonic() + 60\n"
        "for number in range(100):\n"
        "    asked.write_text(str(number))\n"
        "    while not answered.exists() or answered.read_text() != str(number):\n"
        "        if time.monotonic() > deadline:\n"
        "            raise TimeoutError('nobody answers')"
    )

    async def answer() -> None:
        while True:
            if asked.exists():
                answered.write_text(asked.read_text())
            await asyncio.sleep(0.005)

    answering = asyncio.create_task(answer())
    result = await scratch.migrator().apply(None, ALICE)
    answering.cancel()
    assert result.ok, result
    assert answered.read_text() == "99"


async def test_every_process_is_told_about_every_revision(scratch: Scratch, sql: Sql):
    scratch.sql(CREATE, down="DROP TABLE things")
    scratch.sql("SELECT 1")
    listener = await sql.open()
    heard: asyncio.Queue[str] = asyncio.Queue()
    await listener.add_listener("concierge_schema", lambda *said: heard.put_nowait(said[-1]))
    await scratch.upgrade()
    await scratch.alembic("downgrade", "base")
    await scratch.alembic("stamp", "001")
    async with asyncio.timeout(60):
        assert [await heard.get() for _ in range(5)] == ["001", "002", "001", "base", "001"]
    await listener.close()


async def test_the_server_going_away_is_a_failure_that_can_be_repeated(scratch: Scratch, sql: Sql, begin: Begin):
    scratch.sql(CREATE)
    slow = scratch.sql("CREATE TABLE half (id int)", "SELECT pg_sleep(60)")
    migrator = scratch.migrator()
    told = Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    backend = (await told.reached(applying, revision="002")).backend
    await asyncio.sleep(0.2)
    await sql("SELECT pg_terminate_backend($1)", backend)
    result = await applying
    assert result.outcome is RunOutcome.FAILED
    assert await sql.tables() == {"alembic_version", "things"}
    slow.write_text(slow.read_text(encoding="utf-8").replace("pg_sleep(60)", "pg_sleep(0)"), encoding="utf-8")
    await scratch.upgrade()
    assert (await migrator.status()).is_at_head
