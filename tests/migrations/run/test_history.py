"""History: who did what to the schema, when, for how long and with which result."""

import json
import logging
from typing import Any

import pytest

from app.db import DatabaseUrl
from app.migrate.revisions import scripts
from app.migrate.run.order import Author
from tests.fixtures.postgres import alembic, url_text
from tests.migrations.conftest import ALICE, AUDIT, MORE, Scratch, Sql


async def test_every_revision_is_recorded_with_its_author_newest_first(scratch: Scratch, sql: Sql):
    scratch.sql("SELECT 1")
    scratch.sql(AUDIT, MORE)
    scratch.sql("CREATE TABLE things ()", down="DROP TABLE things")
    migrator = scratch.migrator()
    await migrator.apply(None, ALICE)
    await scratch.alembic("downgrade", "002", allow_data_loss="yes", backup="no")

    entries = await migrator.history()
    assert [(one.command, one.details["revision"], one.details["direction"]) for one in entries] == [
        ("alembic downgrade", "003", "downgrade"),
        ("migrate apply", "003", "upgrade"),
        # There was no table for it when 001 ran; the log has it.
        ("migrate apply", "002", "upgrade"),
    ]
    assert all(one.success and one.author == ALICE and one.at is not None for one in entries)
    assert entries[0].details["options"] == {"allow-data-loss": "yes", "backup": "no"}
    assert len(await migrator.history(limit=1)) == 1


async def test_details_have_columns_of_their_own_where_there_are_any(scratch: Scratch, sql: Sql):
    scratch.sql(AUDIT, MORE)
    await scratch.applied("SELECT pg_sleep(0.2)")
    details, duration = (await sql("SELECT (details, duration_ms) FROM audit_logs ORDER BY id DESC LIMIT 1"))[0]
    assert json.loads(details)["by"] == "alice"
    assert 200 <= duration < 60_000
    rows = await sql("SELECT (guild_id, user_id, command_type, error_message) FROM audit_logs")
    assert set(rows) == {(2002, 1001, "schema", None)}
    entry = (await scratch.migrator().history())[0]
    assert entry.details["seconds"] == pytest.approx(duration / 1000, abs=0.002)
    assert set(entry.details) >= {"revision", "direction", "seconds", "attempts", "release", "host", "checksum"}


@pytest.mark.parametrize("table", [AUDIT, f"{AUDIT}; {MORE}"], ids=["at 001", "at 002"])
async def test_a_failure_is_recorded_with_its_error_and_its_statement(scratch: Scratch, table: str):
    await scratch.applied(*table.split("; "))
    scratch.sql("CREATE TABLE half (id int)", "SELECT 1/0")
    with pytest.raises(Exception, match="division by zero"):
        await scratch.upgrade()
    failure, success = await scratch.migrator().history()
    assert success.success
    assert (failure.success, failure.error) == (False, "division by zero")
    assert failure.details["statement"] == "SELECT 1/0"
    assert failure.details["revision"] == "002"
    assert failure.author.name == "alice"


async def test_a_run_that_was_cancelled_is_recorded(scratch: Scratch):
    scratch.sql(AUDIT, MORE)
    scratch.sql("SELECT pg_sleep(60)")
    migrator = scratch.migrator()

    def stop(progress: Any) -> None:
        if progress.revision == "002":
            migrator.cancel()

    await migrator.apply(None, ALICE, stop)
    entry = (await migrator.history())[0]
    assert (entry.success, entry.error, entry.details["revision"]) == (False, "cancelled", "002")
    assert entry.author == ALICE


async def test_somebody_at_a_terminal_has_a_name_and_no_id(concierge: Any, empty_database: DatabaseUrl):
    await alembic(empty_database, "upgrade", "head")
    out, _ = await concierge("history", "--json", DATABASE_URL=url_text(empty_database))
    entries = json.loads(out)
    assert [one["revision"] for one in entries] == [file.revision for file in reversed(scripts.read().files)]
    assert {(one["user_id"], one["guild_id"], one["command"]) for one in entries} == {("0", "0", "alembic upgrade")}
    assert entries[0]["by"] == Author.at_the_terminal().name


async def test_a_table_that_takes_no_record_stops_nothing(scratch: Scratch, caplog: pytest.LogCaptureFixture):
    scratch.sql(AUDIT.replace("command_type text NOT NULL", "command_type text CHECK (command_type <> 'schema')"))
    scratch.sql("CREATE TABLE things (id int)")
    with caplog.at_level(logging.INFO, "app.migrate"):
        await scratch.upgrade()
    assert (await scratch.status()).is_at_head
    assert await scratch.migrator().history() == []
    assert "The table audit_logs did not store a record" in caplog.text
    changes = [record.change["revision"] for record in caplog.records if hasattr(record, "change")]
    assert changes == ["001", "002"]
