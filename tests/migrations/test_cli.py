"""`concierge migrate …`: what it prints, what it asks, and the exit status that a script can rely on."""

import asyncio
import json
import os
import pty
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.db import DatabaseUrl
from app.migrate.revisions import scripts
from tests.fixtures.nursery import from_scratch
from tests.fixtures.postgres import Admin, url_text
from tests.migrations.conftest import Sql, add_revision

Run = Callable[..., Any]
NEWEST = scripts.read().files[-1].revision
MIGRATE = [sys.executable, "-m", "app", "migrate"]


async def test_from_an_empty_database_to_the_newest_revision(concierge: Run, sql: Sql):
    out, _ = await concierge("status", "--json", status=1)
    assert json.loads(out) == {
        "state": "empty",
        "sentence": "The database is empty.",
        "fix": "concierge migrate apply",
        "current": None,
        "head": NEWEST,
        "pending": [file.revision for file in scripts.read().files],
        "versions": [],
        "tables": 0,
        "running": None,
    }

    plan = json.loads((await concierge("plan", "--json"))[0])
    assert (plan["destructive"], plan["needs_backup"], len(plan["digest"])) == (False, False, 16)
    out, _ = await concierge("plan", "--sql")
    assert out.startswith("-- 001: ")
    assert "CREATE TABLE audit_logs (" in out

    _, err = await concierge("apply", status=1)
    assert err == "This is no terminal, so nobody can confirm: look at the plan, then add --yes or --digest.\n"
    assert await sql.tables() == set()
    with from_scratch():
        out, _ = await concierge("apply", "--json", "--digest", plan["digest"])
    result = json.loads(out)
    assert result["outcome"] == "applied"
    assert [one["revision"] for one in result["applied"]] == [one["revision"] for one in plan["revisions"]]

    out, _ = await concierge("history")
    assert len(re.findall(r"migrate apply +\d{3} upgrade", out)) == len(plan["revisions"])


async def test_differences_are_shown_with_what_fixes_them(concierge: Run, own_database: DatabaseUrl):
    await Sql(own_database)("ALTER TABLE reminders ALTER COLUMN name DROP NOT NULL")
    out, _ = await concierge("check", status=1, DATABASE_URL=url_text(own_database))
    assert "ALTER TABLE public.reminders ALTER COLUMN name SET NOT NULL" in out
    out, _ = await concierge("check", "--json", status=1, DATABASE_URL=url_text(own_database))
    assert json.loads(out)["clean"] is False


async def test_adopting_says_what_it_found(concierge: Run, sql: Sql):
    out, _ = await concierge("adopt", status=1)
    assert "There is nothing to adopt" in out
    await sql("CREATE TABLE audit_logs (id int)")
    out, _ = await concierge("adopt", "--json", status=1)
    assert json.loads(out)["outcome"] == "unknown"
    assert await sql.tables() == {"audit_logs"}


async def test_a_backup_goes_to_the_data_directory_and_comes_back(
    concierge: Run, own_database: DatabaseUrl, tmp_path: Path, admin: Admin
):
    here = {"DATABASE_URL": url_text(own_database)}
    made = json.loads((await concierge("backup", "--json", **here))[0])
    assert (made["rehearsal"], made["why_not"]) == ("complete", None)
    path = Path(made["path"])
    assert path.parent == tmp_path / "data" / "backups"
    name = f"test_cli_{uuid4().hex}"
    try:
        out, _ = await concierge("restore", str(path), "--into", name, **here)
        assert f"/{name}" in out
        await concierge("status", DATABASE_URL=url_text(own_database.with_database(name)))
        _, err = await concierge("restore", str(path), status=1, **here)
        assert "restoring never overwrites" in err
    finally:
        await admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def test_a_failure_is_told_with_the_statement_and_a_status(copy: Path, concierge: Run, own_database: DatabaseUrl):
    add_revision(copy, "for_the_test", 'op.execute("SELECT 1/0")')
    number = scripts.next_revision()
    here = {"cwd": copy, "DATABASE_URL": url_text(own_database)}
    out, _ = await concierge("apply", "--yes", status=1, **here)
    assert f"Revision {number} failed (upgrade) and was rolled back: division by zero" in out
    assert "The statement was: SELECT 1/0" in out
    assert f"The database is at {NEWEST}, 1 revision behind {number}." in out
    out, _ = await concierge("history", "--json", **here)
    assert json.loads(out)[0]["error"] == "division by zero"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_rolls_back(
    copy: Path, environment: dict[str, str], own_database: DatabaseUrl, number: signal.Signals
):
    add_revision(copy, "for_the_test", 'op.execute("CREATE TABLE half ()")\n    op.execute("SELECT pg_sleep(60)")')
    process = await asyncio.create_subprocess_exec(
        *MIGRATE,
        "apply",
        "--yes",
        cwd=copy,
        env={**environment, "DATABASE_URL": url_text(own_database), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = b""
    async with asyncio.timeout(60):
        while b"started" not in said:
            said += await process.stdout.read(1000)
    process.send_signal(number)
    out, err = await process.communicate()
    assert process.returncode == 1
    assert "Cancelled: nothing is half done." in out.decode(), err
    assert "half" not in await Sql(own_database).tables()


@pytest.mark.parametrize(("answer", "applied"), [("y\n", True), ("\n", False), ("\x04", False)])
async def test_on_a_terminal_it_asks(environment: dict[str, str], sql: Sql, answer: str, applied: bool):
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *MIGRATE,
        "apply",
        env={**environment, "TERM": "xterm", "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = ""
    async with asyncio.timeout(60):
        while "Apply?" not in said:
            said += (await asyncio.to_thread(os.read, ours, 4096)).decode(errors="replace")
    os.write(ours, answer.encode())

    def rest() -> None:
        try:
            while os.read(ours, 4096):
                pass
        except OSError:  # how the end of a terminal shows on Linux
            pass

    await asyncio.to_thread(rest)
    assert await process.wait() == (0 if applied else 1)
    os.close(ours)
    assert bool(await sql.tables()) == applied


async def test_a_database_that_is_away_is_a_sentence_and_not_a_traceback(concierge: Run):
    nowhere = "postgresql://nobody:hidden@127.0.0.1:1/nothing"
    for command in (["status"], ["apply", "--yes"], ["backup"]):
        out, err = await concierge(*command, status=1, DATABASE_URL=nowhere)
        assert "Traceback" not in err
        assert "hidden" not in out + err
        assert "The database" in err


async def test_options_are_checked(concierge: Run):
    _, err = await concierge("plan", "-x", "lock-wait", status=1)
    assert err == "Write an option as name=value, as in -x lock-wait=60, not as lock-wait\n"
    out, _ = await concierge("plan", "--json", "-x", "legacy-timezoen=Europe/Brussels", status=1)
    assert "There is no option legacy-timezoen" in json.loads(out)["refused"]
