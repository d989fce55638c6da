"""The plan: what applying would do to this database, with its sizes."""

import asyncio
import json
import time
from typing import Any

import pytest

from app.db import DatabaseUrl
from app.migrate.migrator import Migrator
from app.migrate.planning.effects import Lock, Work
from app.migrate.planning.plan import Plan
from tests.fixtures import legacy
from tests.migrations.conftest import Scratch, Sql
from tests.migrations.running import filled

TABLES = ("CREATE TABLE things (id int PRIMARY KEY, name text)", "CREATE TABLE other (id int PRIMARY KEY)")
ROWS = "INSERT INTO things SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n"


@pytest.fixture
async def things(scratch: Scratch, sql: Sql) -> None:
    await scratch.applied(*TABLES, ROWS)
    await sql("ANALYZE things")


@pytest.mark.usefixtures("things")
async def test_it_names_locks_sizes_and_losses(scratch: Scratch, sql: Sql):
    scratch.sql("ALTER TABLE things ALTER COLUMN id TYPE bigint", "CREATE INDEX by_id ON other (id)")
    scratch.add('op.drop_column("things", "name")\nop.create_table("more", sa.Column("id", sa.Integer()))')
    plan = await scratch.migrator().plan()
    assert (plan.current, plan.head, plan.has_rows) == ("001", "003", True)
    wide, narrow = plan.revisions

    impacts = {impact.table: impact for impact in wide.impacts}
    things = impacts["things"]
    assert (things.lock, things.blocks, things.work) == (Lock.ACCESS_EXCLUSIVE, "reads and writes", Work.REWRITE)
    assert things.rows == 20000
    assert things.bytes == (await sql("SELECT pg_total_relation_size('things')"))[0]
    assert (impacts["other"].lock, impacts["other"].blocks) == (Lock.SHARE, "writes")
    assert not wide.is_destructive

    assert narrow.destroys == ("column things.name",)
    # Nobody can be waiting for a table that is new.
    assert [impact.table for impact in narrow.impacts] == ["things"]
    assert plan.is_destructive
    assert plan.needs_backup
    assert narrow.statements[0] == "ALTER TABLE things DROP COLUMN name"
    assert "-- 002: Step 002\n\nALTER TABLE things ALTER COLUMN id TYPE bigint;\n" in plan.sql


@pytest.mark.usefixtures("things")
async def test_a_lock_is_held_to_the_end_of_its_revision(scratch: Scratch, sql: Sql):
    await sql("INSERT INTO things SELECT n, repeat('x', 500) FROM generate_series(20001, 90000) n")
    scratch.sql("ALTER TABLE other ADD COLUMN a int", "ALTER TABLE things ALTER COLUMN id TYPE bigint")
    (revision,) = (await scratch.migrator().plan()).revisions
    seconds = {impact.table: impact.seconds for impact in revision.impacts}
    # Taken first and for nothing, but not given back while the other table is written anew.
    assert seconds["other"] == seconds["things"] == revision.seconds > 0.5


@pytest.mark.usefixtures("things")
async def test_estimates_are_of_the_right_order(scratch: Scratch, sql: Sql):
    await sql("INSERT INTO things SELECT n, repeat('x', 300) FROM generate_series(20001, 400000) n")
    scratch.sql("ALTER TABLE things ALTER COLUMN id TYPE bigint")
    (revision,) = (await scratch.migrator().plan()).revisions
    began = time.perf_counter()
    await scratch.upgrade()
    took = time.perf_counter() - began
    # A wide margin below: the machine may be busy with something else.
    assert took / 100 < revision.seconds < took * 20


async def test_what_depends_on_the_data_is_said_to(scratch: Scratch, sql: Sql):
    await scratch.applied(*TABLES)
    await sql("INSERT INTO things VALUES (1, 'a')")
    scratch.add("""
        op.execute("ALTER TABLE things ADD COLUMN size int")
        count = op.get_bind().execute(sa.text("SELECT count(*) FROM things")).scalar_one()
        if count:
            op.execute("DELETE FROM things")
    """)
    plan = await scratch.migrator().plan()
    (revision,) = plan.revisions
    assert revision.statements == (
        "ALTER TABLE things ADD COLUMN size int",
        "SELECT count(*) FROM things",
    )
    assert revision.gap is not None
    assert "AttributeError" in revision.gap
    assert revision.destroys == ("what its SQL does not show",)
    assert plan.needs_backup


async def test_a_plan_travels_as_json_without_losing_anything(scratch: Scratch):
    scratch.sql(*TABLES, "DO $$ BEGIN NULL; END $$")
    plan = await scratch.migrator().plan()
    assert Plan.from_json(json.loads(json.dumps(plan.as_json()))) == plan
    assert plan.revisions[0].unknown == ("DO $$ BEGIN NULL; END $$",)


async def test_planning_does_not_wait_for_a_migration_that_is_running(scratch: Scratch, sql: Sql):
    await scratch.applied(*TABLES, ROWS)
    await sql("ANALYZE things")
    scratch.sql("ALTER TABLE things ADD COLUMN size int")
    holder = await sql.open()
    async with holder.transaction():
        await holder.execute("LOCK TABLE things IN ACCESS EXCLUSIVE MODE")
        # Whoever waited would wait for as long as the test holds the table.
        async with asyncio.timeout(60):
            plan = await scratch.migrator().plan()
        assert plan.revisions[0].impacts[0].rows == 20000
        assert plan.has_rows
    await holder.close()


async def test_two_plans_at_once_do_not_disturb_each_other(scratch: Scratch):
    scratch.sql(*TABLES)
    one, other = await asyncio.gather(scratch.migrator().plan(), scratch.migrator().plan())
    assert one == other


async def test_the_plan_for_the_predecessors_database(empty_database: DatabaseUrl, tmp_path: Any):
    await filled(empty_database, legacy.generate(50))
    plan = await Migrator(empty_database, backups=tmp_path, options={"legacy-timezone": "Europe/Brussels"}).plan()
    second = plan.revisions[0]
    assert second.revision == "002"
    assert not plan.is_destructive
    assert plan.needs_backup
    assert len(second.impacts) == 11
    assert {impact.blocks for impact in second.impacts} == {"reads and writes"}
    assert all(impact.work is not Work.REWRITE for impact in second.impacts)
    assert "'Europe/Brussels'" in second.sql
