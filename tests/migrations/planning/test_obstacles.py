"""What is foreseen to fail does fail, and what is not foreseen does not."""

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from app.migrate.planning import facts
from app.migrate.planning.obstacles import Obstacle, Obstacles, Why
from app.migrate.planning.plan import Plan
from tests.migrations.conftest import Scratch

SETUP = """
CREATE TABLE empty (n int, word text);
CREATE DOMAIN amount AS numeric;
CREATE TYPE mood AS ENUM ('good');
CREATE TABLE full_ (
    n int, word text, day timestamp, tags text[], price amount, feeling mood, on_ boolean, "Odd 'name" text, hole int);
INSERT INTO full_ (n, word, tags, "Odd 'name") VALUES (1, '1', '{1}', '1');
"""
NEW, NULLS, CAST = Why.NEW_AND_REQUIRED, Why.NULLS, Why.NO_CAST

FORESEEN: dict[str, Why | None] = {
    "ALTER TABLE full_ ADD COLUMN a int NOT NULL": NEW,
    "ALTER TABLE public.full_ ADD a int NOT NULL": NEW,
    'ALTER TABLE "full_" ADD COLUMN "A" varchar(20) COLLATE "C" NOT NULL': NEW,
    "ALTER TABLE full_ ADD COLUMN a int PRIMARY KEY": NEW,
    "ALTER TABLE full_ ADD COLUMN a text CHECK (a <> 'DEFAULT') NOT NULL": NEW,
    "ALTER TABLE full_ ADD COLUMN a int, ADD COLUMN b int NOT NULL": NEW,
    "ALTER TABLE full_ ADD COLUMN a int": None,
    "ALTER TABLE full_ ADD COLUMN a int DEFAULT 5 NOT NULL": None,
    "ALTER TABLE full_ ADD COLUMN a serial NOT NULL": None,
    "ALTER TABLE full_ ADD COLUMN a int GENERATED ALWAYS AS IDENTITY NOT NULL": None,
    "ALTER TABLE full_ ADD COLUMN a int GENERATED ALWAYS AS (n * 2) STORED NOT NULL": None,
    "ALTER TABLE full_ ADD COLUMN a int CHECK (a IS NOT NULL OR n = 1)": None,
    "ALTER TABLE full_ ADD COLUMN IF NOT EXISTS n int NOT NULL": None,
    "ALTER TABLE full_ ADD CONSTRAINT c CHECK (n IS NOT NULL)": None,
    "ALTER TABLE empty ADD COLUMN a int NOT NULL": None,
    "ALTER TABLE full_ ALTER COLUMN hole SET NOT NULL": NULLS,
    "ALTER TABLE full_ ALTER hole SET NOT NULL": NULLS,
    "ALTER TABLE full_ ALTER COLUMN n SET NOT NULL": None,
    "ALTER TABLE empty ALTER COLUMN n SET NOT NULL": None,
    "ALTER TABLE full_ ALTER COLUMN word TYPE integer": CAST,
    "ALTER TABLE empty ALTER COLUMN word TYPE INTEGER": CAST,
    "ALTER TABLE full_ ALTER COLUMN word SET DATA TYPE numeric(10, 2)": CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE TIMESTAMP WITH TIME ZONE": CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE jsonb": CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE boolean": CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE text[]": CAST,
    "ALTER TABLE full_ ALTER COLUMN tags TYPE int[]": CAST,
    "ALTER TABLE full_ ALTER COLUMN n TYPE timestamptz": CAST,
    "ALTER TABLE full_ ALTER COLUMN n TYPE boolean": CAST,
    "ALTER TABLE full_ ALTER COLUMN on_ TYPE integer": CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE mood": CAST,
    'ALTER TABLE full_ ALTER COLUMN "Odd \'name" TYPE integer': CAST,
    "ALTER TABLE full_ ALTER COLUMN word TYPE integer USING word::integer": None,
    "ALTER TABLE full_ ALTER COLUMN word TYPE varchar(30)": None,
    'ALTER TABLE full_ ALTER COLUMN word TYPE text COLLATE "C"': None,
    "ALTER TABLE full_ ALTER COLUMN n TYPE bigint": None,
    "ALTER TABLE full_ ALTER COLUMN n TYPE numeric(12, 2)": None,
    "ALTER TABLE full_ ALTER COLUMN n TYPE text": None,
    "ALTER TABLE full_ ALTER COLUMN day TYPE date": None,
    "ALTER TABLE full_ ALTER COLUMN day TYPE timestamptz": None,
    "ALTER TABLE full_ ALTER COLUMN tags TYPE varchar(5)[]": None,
    "ALTER TABLE full_ ALTER COLUMN price TYPE numeric": None,
    "ALTER TABLE full_ ALTER COLUMN price TYPE integer": None,
    "ALTER TABLE full_ ALTER COLUMN feeling TYPE text": None,
}


async def test_the_server_refuses_what_was_foreseen_and_nothing_else(
    database_of_module: AsyncEngine, subtests: pytest.Subtests
):
    def refused(connection: Connection, statement: str) -> bool:
        attempt = connection.begin_nested()
        try:
            connection.exec_driver_sql(statement)
        except sa.exc.DBAPIError:
            return True
        finally:
            attempt.rollback()
        return False

    def compare(connection: Connection) -> None:
        for statement in SETUP.split(";\n"):
            connection.exec_driver_sql(statement)
        types = facts.gather(connection).types
        for statement, why in FORESEEN.items():
            with subtests.test(statement):
                found = [one.why for one in Obstacles(connection, types).of(statement)]
                assert found == ([why] if why is not None else [])
                assert refused(connection, statement) == (why is not None)

    async with database_of_module.connect() as connection:
        await connection.run_sync(compare)
        await connection.rollback()


async def test_a_plan_says_what_will_fail_here_and_what_to_write(scratch: Scratch):
    await scratch.applied("CREATE TABLE things (id int, word text, hole int)", "INSERT INTO things VALUES (1, '1')")
    scratch.add("""
        op.add_column("things", sa.Column("size", sa.Integer(), nullable=False))
        op.alter_column("things", "word", type_=sa.Integer())
        op.alter_column("things", "hole", nullable=False)
    """)
    # As it should have been: filled before, and judged by nothing that was changed meanwhile.
    scratch.add("""
        op.add_column("things", sa.Column("more", sa.Integer()))
        op.execute("UPDATE things SET more = 1, hole = 1")
        op.alter_column("things", "more", nullable=False)
        op.alter_column("things", "hole", nullable=False)
        op.alter_column("things", "word", type_=sa.BigInteger())
    """)
    plan = await scratch.migrator().plan()
    wrong, right = plan.revisions
    assert wrong.obstacles == (
        Obstacle(Why.NEW_AND_REQUIRED, "things", "size"),
        Obstacle(Why.NO_CAST, "things", "word", "text", "integer"),
        Obstacle(Why.NULLS, "things", "hole"),
    )
    assert right.obstacles == ()
    told = [one["sentence"] for one in plan.as_json()["revisions"][0]["obstacles"]]
    assert "`server_default`" in told[0]
    assert '`postgresql_using="word::integer"`' in told[1]
    assert "`UPDATE things SET hole = … WHERE hole IS NULL`" in told[2]
    assert Plan.from_json(plan.as_json()) == plan
