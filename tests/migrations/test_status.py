"""Status: every state has its name, its sentence and the command that fixes it, found in one read-only look."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from app.migrate.connection import lock
from app.migrate.migrator import Migrator
from app.migrate.revisions import manifest, scripts
from app.migrate.status import WORDINGS, SchemaStatus, State
from tests.fixtures.postgres import REPOSITORY
from tests.migrations.conftest import GATE, LET_GO, UNTIL_LET_GO, Begin, Scratch, Sql

Make = Callable[..., Migrator]
CREATE = "CREATE TABLE things (id int)"


async def at(make_migrator: Make) -> SchemaStatus:
    return await make_migrator().status()


async def test_an_empty_database(scratch: Scratch, make_migrator: Make, sql: Sql):
    scratch.sql(CREATE)
    found = await at(make_migrator)
    assert (found.state, found.current, found.head, found.pending) == (State.EMPTY, None, "001", ("001",))
    assert (str(found.sentence), found.fix) == ("The database is empty.", "concierge migrate apply")
    assert await sql.tables() == set()


async def test_behind_and_at_the_newest(scratch: Scratch, make_migrator: Make, alembic_here: Any):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    found = await at(make_migrator)
    assert found.is_at_head
    assert (str(found.sentence), found.fix) == ("The database is at the newest revision, 001.", "")

    scratch.sql("SELECT 1")
    found = await at(make_migrator)
    assert not found.is_at_head
    assert (found.state, found.pending) == (State.BEHIND, ("002",))
    assert str(found.sentence) == "The database is at 001, 1 revision behind 002."
    scratch.sql("SELECT 1")
    assert str((await at(make_migrator)).sentence) == "The database is at 001, 2 revisions behind 003."


async def test_tables_without_a_version(scratch: Scratch, make_migrator: Make, sql: Sql):
    scratch.sql(CREATE)
    for number in range(7):
        await sql(f"CREATE TABLE old_{number} ()")
    found = await at(make_migrator)
    assert found.state is State.UNMANAGED
    assert "(old_0, old_1, old_2, old_3, old_4 and 2 more)" in str(found.sentence)
    assert found.fix == "concierge migrate adopt"


async def test_a_revision_of_a_newer_release(scratch: Scratch, make_migrator: Make, sql: Sql, alembic_here: Any):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    await sql("UPDATE alembic_version SET version_num = '007'")
    found = await at(make_migrator)
    assert found.state is State.UNKNOWN
    assert str(found.sentence).startswith("The database is at 007, which this release does not know")
    assert "purge" not in str(found.sentence) + found.fix
    assert found.fix == 'git log --all --oneline -- "migrations/versions/007_*"'


async def test_several_rows_in_the_version_table(scratch: Scratch, make_migrator: Make, sql: Sql, alembic_here: Any):
    scratch.sql(CREATE)
    scratch.sql("SELECT 1")
    await alembic_here("upgrade", "head")
    await sql("INSERT INTO alembic_version VALUES ('001')")
    found = await at(make_migrator)
    assert (found.state, found.versions, found.current) == (State.SEVERAL_VERSIONS, ("001", "002"), None)
    assert str(found.sentence) == "The database claims to be at several revisions at once: 001, 002."


async def test_a_stamp_without_tables_is_no_schema(scratch: Scratch, make_migrator: Make, alembic_here: Any):
    scratch.sql(CREATE)
    await alembic_here("stamp", "head")
    found = await at(make_migrator)
    assert (found.state, found.fix) == (State.DRIFTED, "concierge migrate check")


async def test_what_is_wrong_with_the_files_comes_before_the_database(scratch: Scratch, make_migrator: Make):
    scratch.sql(CREATE)
    scratch.add(number="003")
    found = await at(make_migrator)
    assert (found.state, str(found.sentence).split(". ")[0]) == (
        State.GAP,
        "There is no revision 002, but there is a 003",
    )

    scratch.add(number="002", down_revision="001")
    found = await at(make_migrator)
    assert (found.state, found.head) == (State.SEVERAL_HEADS, None)
    assert found.fix == 'alembic merge heads -m "Join"'

    scratch.add(number="002", down_revision="001", file="002_also_second.py")
    found = await at(make_migrator)
    assert found.state is State.DUPLICATE
    assert found.fix == "git mv migrations/versions/002_step_002.py migrations/versions/004_step_002.py"


async def test_a_file_under_another_number(scratch: Scratch, make_migrator: Make):
    scratch.add(file="002_first.py")
    found = await at(make_migrator)
    assert found.state is State.MISNUMBERED
    assert str(found.sentence).startswith("002_first.py says it is revision 001")


async def test_a_released_file_that_was_edited(scratch: Scratch, make_migrator: Make, alembic_here: Any):
    path = scratch.sql(CREATE)
    manifest.write(scratch.directory, [path])
    await alembic_here("upgrade", "head")
    path.write_text(path.read_text(encoding="utf-8").replace("id int", "id bigint"), encoding="utf-8")
    found = await at(make_migrator)
    assert found.state is State.EDITED
    assert str(found.sentence).startswith("001_step_001.py was changed after it was released.")
    assert found.fix == "git checkout origin/main -- migrations/versions/001_step_001.py"


def test_every_state_has_words_and_the_documentation_has_the_same():
    assert set(WORDINGS) == set(State)
    documentation = (REPOSITORY / "docs" / "migrations.md").read_text(encoding="utf-8")
    for state, wording in WORDINGS.items():
        assert f"| {state.value} |" in documentation
        if wording.fix:
            command = re.sub(r"\{(\w+)\}", r"<\1>", wording.fix)
            assert f"`{command}`" in documentation, state


async def test_it_answers_while_revisions_are_being_applied(
    scratch: Scratch, make_migrator: Make, alembic_here: Any, sql: Sql, begin: Begin
):
    scratch.sql(CREATE, "CREATE TABLE audit_logs (id int)", GATE)
    await alembic_here("upgrade", "head")
    scratch.sql("ALTER TABLE things ADD COLUMN a int", "ALTER TABLE audit_logs ADD COLUMN b int", UNTIL_LET_GO)
    applying = begin(alembic_here("upgrade", "head"))
    while not (holding := (await at(make_migrator)).running):
        assert not applying.done(), applying.result()
        await asyncio.sleep(0.05)
    async with asyncio.timeout(60):
        while not await sql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = $1", holding.pid):
            await asyncio.sleep(0.02)
        found = await at(make_migrator)
    assert (found.state, found.current) == (State.BEHIND, "001")
    assert found.running is not None
    assert found.running.pid == holding.pid
    assert re.match(r"process \d+ \(concierge migrate/[\d.]+", str(found.running))
    assert not applying.done()
    await sql(LET_GO)
    await applying
    found = await at(make_migrator)
    assert (found.is_at_head, found.running) == (True, None)


async def test_it_needs_no_right_to_write(scratch: Scratch, make_migrator: Make, alembic_here: Any, sql: Sql):
    scratch.sql(CREATE)
    await alembic_here("upgrade", "head")
    # From here on every attempt to write fails.
    await sql(f"ALTER DATABASE {sql.database.url.database} SET default_transaction_read_only = on")
    assert (await at(make_migrator)).is_at_head
    assert await make_migrator().history() == []


async def test_status_is_quick_with_a_hundred_revisions(scratch: Scratch, make_migrator: Make, alembic_here: Any):
    for _ in range(100):
        scratch.sql("SELECT 1")
    manifest.write(scratch.directory, (scratch.directory / "versions").glob("*.py"))
    migrator = make_migrator()
    await migrator.status()  # loads the driver
    took: list[float] = []
    for _ in range(8):
        scripts._parsed.clear()
        started = time.perf_counter()
        await migrator.status()
        took.append(time.perf_counter() - started)
    # The benchmark holds it to 50 ms. Here only what has become slower by far is found, whatever the machine does.
    assert min(took) < 3


@pytest.mark.parametrize("key", lock.KEY)
def test_the_lock_has_two_keys_that_fit(key: int):
    assert 0 < key < 2**31
