"""A revision that cannot work with what was chosen says so before a backup is made and before another revision runs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.util import CommandError

from app.boot import SchemaNotAcceptable, check_schema
from app.config import MigrationsOnBoot
from app.core.errors import InvalidInput
from app.db import DatabaseUrl
from app.migrate.run.apply import Refused
from tests.fixtures import legacy
from tests.migrations.conftest import ALICE, Scratch, Sql, Told
from tests.migrations.running import filled

REFUSAL = "Revision 003 refuses: colour=mauve is no colour. Nothing was done."
MISSING = "Revision 003 refuses: Say -x colour=red or green. Nothing was done."
PICKY = """
    from alembic.util import CommandError
    colour = op.get_context().config.attributes["options"].get("colour")
    if colour is None:
        raise CommandError("Say -x colour=red or green.")
    if colour not in ("red", "green"):
        raise CommandError(f"colour={colour} is no colour.")
    op.execute(f"ALTER TABLE things ADD COLUMN colour text DEFAULT '{colour}'")
"""


@pytest.fixture
def picky(scratch: Scratch) -> Scratch:
    """Three revisions: the second wants a backup, and so does the third, which asks for a colour."""
    scratch.sql("CREATE TABLE things (id int)", "INSERT INTO things VALUES (1)")
    scratch.sql("ALTER TABLE things ADD COLUMN name text", risk="major")
    scratch.add(PICKY, PICKY, risk="major")
    return scratch


async def at_001(picky: Scratch, sql: Sql) -> None:
    await picky.alembic("upgrade", "001", colour="red")
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]


async def test_the_plan_and_the_run_refuse_before_the_backup(picky: Scratch, sql: Sql):
    await at_001(picky, sql)
    told = Told()
    for options, complaint in (({"colour": "mauve"}, REFUSAL), ({}, MISSING)):
        migrator = picky.migrator(**options)
        for attempt in (migrator.plan, partial(migrator.apply, None, ALICE, told.append)):
            with pytest.raises(Refused) as refused:
                await attempt()
            assert (str(refused.value), refused.value.kind) == (complaint, "OptionRefused")
        with pytest.raises(CommandError) as failed:
            await picky.alembic("upgrade", "head", told=told, **options)
        assert str(failed.value) == complaint
        with pytest.raises(SchemaNotAcceptable, match=complaint):
            await check_schema(migrator, MigrationsOnBoot.AUTO)
    assert told == []
    assert not picky.backups.exists()
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]

    result = await picky.migrator(colour="green", backup="no").apply(None, ALICE)
    assert result.ok
    assert await sql("SELECT colour FROM things") == ["green"]


async def test_on_an_empty_database_not_even_the_first_revision_runs(picky: Scratch, sql: Sql):
    with pytest.raises(Refused, match=MISSING):
        await picky.migrator().apply_on_boot()
    assert await sql.tables() == set()


async def test_a_downgrade_refuses_as_early(picky: Scratch, sql: Sql):
    await picky.alembic("upgrade", "head", colour="red")
    with pytest.raises(CommandError) as failed:
        await picky.alembic("downgrade", "base", colour="mauve", allow_data_loss="yes")
    assert str(failed.value) == REFUSAL
    assert not picky.backups.exists()
    assert await sql("SELECT version_num FROM alembic_version") == ["003"]


async def test_what_a_revision_says_after_its_first_statement_is_a_failure_of_that_revision(picky: Scratch, sql: Sql):
    picky.add('op.execute("SELECT 1")\nfrom alembic.util import CommandError\nraise CommandError("too late")')
    plan = await picky.migrator(colour="red").plan()
    assert plan.revisions[-1].gap == "CommandError: too late"
    result = await picky.migrator(colour="red").apply(plan.digest, ALICE)
    assert (result.ok, result.error) == (False, "too late")
    assert await sql("SELECT version_num FROM alembic_version") == ["003"]


@pytest.mark.parametrize("options", [{"color": "red"}, {"lock_wait": "soon"}, {"backup": "perhaps"}])
async def test_a_slip_of_the_pen_is_refused_even_where_nothing_is_pending(options: dict[str, str], picky: Scratch):
    for ready in (False, True):
        if ready:
            await picky.alembic("upgrade", "head", colour="red")
        for attempt in (picky.migrator(**options).plan, picky.migrator(**options).apply_on_boot):
            with pytest.raises(InvalidInput, match=r"There is no option color|takes a number|takes yes or no"):
                await attempt()


async def test_the_command_line_refuses_a_zone_that_is_none(
    concierge: Callable[..., Any], empty_database: DatabaseUrl, sql: Sql, environment: dict[str, str]
):
    await filled(empty_database, legacy.generate(20))
    for arguments in (("plan",), ("apply", "--yes")):
        out, err = await concierge(*arguments, "-x", "legacy-timezone=Europe/Bruxelles", status=1)
        assert out == ""
        assert err == (
            "Revision 002 refuses: legacy-timezone=Europe/Bruxelles is not an IANA time zone; write it as in "
            "Europe/Brussels. Nothing was done.\n"
        )
    assert not list(Path(environment["DATA_DIR"]).rglob("*.dump"))
    assert await sql("SELECT version_num FROM alembic_version") == ["001"]
