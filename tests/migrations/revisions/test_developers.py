"""What a new revision has to stand up to before anybody sees it."""

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.db import DatabaseUrl
from app.migrate.planning import render
from app.migrate.revisions import lint, manifest, scripts
from tests.fixtures import legacy
from tests.fixtures.postgres import REPOSITORY
from tests.migrations.running import TABLES, catalogue, connected, downgrade, upgrade

REVISIONS = scripts.read().files
OLDEST_SERVER = "15"

# Every migration runs with both of them, set on its connection.
SET_FOR_ALL = frozenset({"require-lock-timeout", "require-statement-timeout"})
BASELINE = "001 is to the letter what the predecessor has in production; 002 fixes what should be fixed"
ONE_LOCK = "all tables are locked for the whole revision before anything is done, so that nothing is gained by it"
SERIALS = "a community's bot does not get to two thousand million of them, and the predecessor's ids are int"
REWRITTEN = "the table is written anew under its lock in any case; it is a major revision, with a backup before"
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("001", "prefer-bigint-over-int"): BASELINE,
    ("001", "prefer-identity"): BASELINE,
    ("001", "prefer-timestamp-tz"): BASELINE,
    ("002", "adding-not-nullable-field"): ONE_LOCK,
    ("002", "constraint-missing-not-valid"): ONE_LOCK,
    ("002", "adding-foreign-key-constraint"): ONE_LOCK,
    ("002", "require-concurrent-index-creation"): ONE_LOCK,
    ("002", "require-concurrent-index-deletion"): ONE_LOCK,
    ("002", "changing-column-type"): "from timestamp to timestamptz at UTC, which writes no row",
    ("002", "renaming-object"): "the names PostgreSQL gave become those of the convention; no query names an index",
    ("002", "ban-drop-default"): "defaults that were only there to fill the rows of that day",
    ("002", "ban-drop-not-null"): "settings_history.new_value is NULL for a reset; only readers of 002 see one",
    ("002", "prefer-bigint-over-int"): SERIALS,
    ("003", "constraint-missing-not-valid"): "one pass over a table of some thousand rows that is locked anyway",
    ("003", "adding-foreign-key-constraint"): "reminders refer to themselves: it is the same pass and the same lock",
    ("003", "require-concurrent-index-creation"): "an index on a table of some thousand rows takes a moment",
    ("003", "prefer-bigint-over-int"): SERIALS,
    ("003", "prefer-timestamp-tz"): "a wall clock's time on purpose: the zone is another column",
    ("004", "constraint-missing-not-valid"): "one pass over a table of some thousand rows that is locked anyway",
    ("004", "require-concurrent-index-creation"): "an index on a table of some thousand rows takes a moment",
    ("005", "prefer-timestamp-tz"): "what clocks on the wall show, in whatever time zone",
    ("005", "require-concurrent-index-creation"): "of what is not over, which takes about a second for a million rows",
    ("007", "adding-field-with-default"): REWRITTEN,
    ("007", "adding-foreign-key-constraint"): REWRITTEN,
    ("007", "adding-not-nullable-field"): REWRITTEN,
    ("007", "ban-drop-constraint"): "its place is taken in the same transaction by one that allows more",
    ("007", "constraint-missing-not-valid"): REWRITTEN,
    ("007", "prefer-bigint-over-int"): SERIALS,
    ("007", "prefer-bigint-over-smallint"): "of four priorities, five stars and a few tries",
    ("007", "require-concurrent-index-creation"): REWRITTEN,
    ("007", "require-concurrent-index-deletion"): REWRITTEN,
    ("006", "constraint-missing-not-valid"): "of columns that are still empty, on a table of some thousand rows",
    ("006", "prefer-timestamp-tz"): "what clocks on the wall show, in whatever time zone",
    ("006", "require-concurrent-index-creation"): "of rows that there are none of yet",
    ("008", "ban-drop-constraint"): "its place is taken in the same transaction by one of drafts alone",
    ("008", "constraint-missing-not-valid"): "one pass over tables of some thousand rows that are locked anyway",
    ("008", "prefer-bigint-over-int"): SERIALS,
    ("008", "prefer-bigint-over-smallint"): "of a few tries, and of how often somebody joined",
    ("008", "require-concurrent-index-creation"): "an index on a table of some thousand rows takes a moment",
    ("009", "constraint-missing-not-valid"): "one pass over tables of some thousand rows that are locked anyway",
    ("009", "prefer-bigint-over-int"): SERIALS,
    ("009", "require-concurrent-index-creation"): "an index on a table of some thousand rows takes a moment",
    (
        "010",
        "constraint-missing-not-valid",
    ): "one pass over rows of an hour or a minute ago at most, before the bot starts",
    ("010", "prefer-bigint-over-int"): SERIALS,
    ("010", "prefer-bigint-over-smallint"): "of steps of duration, of which there are some hundred",
    ("010", "require-concurrent-index-creation"): "the bot that writes these tables has not started, and no other does",
    (
        "010",
        "require-concurrent-index-deletion",
    ): "one of fewer rows takes its place, under the lock that is held anyway",
    ("004", "ban-drop-constraint"): "its place is taken in the same transaction by one that allows more",
    ("004", "prefer-bigint-over-int"): "seconds of a length of time that is a month at most",
}


def test_the_files_are_one_unbroken_chain():
    assert scripts.read().problems == ()
    assert [file.revision for file in REVISIONS] == [f"{number:03}" for number in range(1, len(REVISIONS) + 1)]
    assert [file.down_revisions for file in REVISIONS] == [(), *((file.revision,) for file in REVISIONS[:-1])]


@pytest.mark.parametrize("file", REVISIONS, ids=lambda file: file.revision)
def test_each_file_keeps_to_the_rules(file: scripts.RevisionFile):
    assert lint.findings(file) == ()


def test_what_was_released_is_unchanged_and_older_than_what_was_not():
    released = list(manifest.read(scripts.MIGRATIONS))
    assert released == [file.path.name for file in REVISIONS[: len(released)]]
    assert released


def test_releasing_adds_the_new_files_and_no_other(tmp_path: Path):
    directory = tmp_path / "migrations"
    shutil.copytree(scripts.MIGRATIONS, directory)
    before = manifest.read(directory)
    added = manifest.write(directory, (directory / "versions").glob("*.py"))
    after = manifest.read(directory)
    assert set(after) == set(before) | set(added) == {file.path.name for file in REVISIONS}
    assert {name: after[name] for name in before} == before


async def _squawk(path: Path) -> list[dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("squawk"),
        "--reporter=json",
        f"--pg-version={OLDEST_SERVER}",
        "--assume-in-transaction",
        path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err
    return json.loads(out)


@pytest.mark.parametrize("file", REVISIONS, ids=lambda file: file.revision)
async def test_the_linter_finds_nothing_that_is_not_explained(file: scripts.RevisionFile, tmp_path: Path):
    """Each revision by itself: in one script with the others every table is new, and nothing would be found."""
    config = render.configuration(scripts.MIGRATIONS, {"options": {}})
    with render.outside_env(config):
        rendered = render.render(config, file, "upgrade")
    assert rendered.gap is None
    path = tmp_path / f"{file.revision}.sql"
    path.write_text("".join(f"{statement};\n" for statement in rendered.statements), encoding="utf-8")
    found = {finding["rule_name"]: finding for finding in await _squawk(path)}
    excused = {rule for revision, rule in EXCEPTIONS if revision == file.revision}
    assert set(found) - SET_FOR_ALL - excused == set(), found
    # An exception that is not needed any more would excuse the next one.
    assert excused - set(found) == set()


async def test_the_linter_does_find_something(tmp_path: Path):
    path = tmp_path / "bad.sql"
    path.write_text("ALTER TABLE t ADD COLUMN a int NOT NULL; CREATE INDEX i ON t (a);", encoding="utf-8")
    found = {finding["rule_name"] for finding in await _squawk(path)}
    assert {"adding-required-field", "require-concurrent-index-creation"} <= found, found


async def test_every_revision_can_be_taken_back_and_repeated_with_rows_in_every_table(empty_database: DatabaseUrl):
    before = None
    for file in REVISIONS:
        await upgrade(empty_database, file.revision)
        if before is None:
            async with connected(empty_database) as connection:
                await legacy.load(connection, legacy.generate(100))
        after, rows = await catalogue(empty_database), await _counts(empty_database)
        assert all(rows.values())
        if before is not None:
            await downgrade(empty_database, "-1", allow_data_loss="no" if file.downgrade_keeps_data else "yes")
            assert (await catalogue(empty_database)).fingerprint == before.fingerprint, file.revision
            await upgrade(empty_database, file.revision)
            assert (await catalogue(empty_database)).fingerprint == after.fingerprint, file.revision
            assert await _counts(empty_database) == rows
        before = after


async def _counts(database: DatabaseUrl) -> dict[str, int]:
    async with connected(database) as connection:
        return {
            table: await connection.fetchval(
                f"SELECT count(*) FROM {table}" + (" WHERE command_type <> 'schema'" if table == "audit_logs" else "")
            )
            for table in TABLES
        }


def test_documentation_and_template_name_the_same_choices():
    template = (REPOSITORY / "migrations" / "script.py.mako").read_text(encoding="utf-8")
    for choice in (*scripts.Risk, *scripts.Phase):
        assert re.search(rf"^# .*\b{choice}: ", template, re.MULTILINE), choice


def test_every_test_that_the_table_of_traps_names_exists():
    folder = Path(__file__).parents[1]
    table = (folder / "README.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py"))
    traps = re.findall(r"^\| (T\d+) ", table, re.MULTILINE)
    assert traps == [f"T{number}" for number in range(1, 27)]
    for name in re.findall(r"`(test_\w+)`", table):
        assert f"def {name}(" in tests, name
    for name in re.findall(r"`((?:[a-z]+/)?(?:test_\w+\.py)|[a-z]+/)`", table):
        assert (folder / name).exists(), name


def test_every_folder_and_test_is_in_the_table():
    folder = Path(__file__).parents[1]
    named = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.rglob("test_*.py"):
        place = path.relative_to(folder)
        assert f"`{place}`" in named or f"`{place.parent}/`" in named, place
