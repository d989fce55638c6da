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
from tests.fixtures.postgres import Admin, url_text
from tests.migrations.conftest import Sql

Run = Callable[..., Any]
NEWEST = scripts.read().files[-1].revision
MIGRATE = [sys.executable, "-m", "app", "migrate"]


def add(copy: Path, body: str) -> str:
    """Add a revision to a copy of the repository."""
    number = scripts.next_revision(copy / "migrations")
    (copy / "migrations" / "versions" / f"{number}_for_the_test.py").write_text(
        f'"""For the test."""\n\nfrom alembic import op\n\nrevision = "{number}"\n'
        f'down_revision = "{int(number) - 1:03}"\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n',
        encoding="utf-8",
    )
    return number


async def test_from_an_empty_database_to_the_newest_revision(concierge: Run, sql: Sql):
    status, out, _ = await concierge("status", "--json")
    assert status == 1
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

    plan = json.loads((await concierge("plan", "--json"))[1])
    assert (plan["destructive"], plan["needs_backup"], len(plan["digest"])) == (False, False, 16)
    status, out, _ = await concierge("plan", "--sql")
    assert out.startswith("-- 001: ")
    assert "CREATE TABLE audit_logs (" in out

    status, out, err = await concierge("apply")
    assert (status, err) == (
        1,
        "This is no terminal, so nobody can confirm: look at the plan, then add --yes or --digest.\n",
    )
    assert await sql.tables() == set()
    status, out, _ = await concierge("apply", "--json", "--digest", plan["digest"])
    assert status == 0
    result = json.loads(out)
    assert result["outcome"] == "applied"
    assert [one["revision"] for one in result["applied"]] == plan_revisions(plan)

    status, out, _ = await concierge("history")
    assert status == 0
    assert len(re.findall(r"migrate apply +\d{3} upgrade", out)) == len(plan_revisions(plan))


def plan_revisions(plan: dict[str, Any]) -> list[str]:
    return [one["revision"] for one in plan["revisions"]]


async def test_differences_are_shown_with_what_fixes_them(concierge: Run, own_database: DatabaseUrl):
    await Sql(own_database)("ALTER TABLE reminders ALTER COLUMN name DROP NOT NULL")
    status, out, _ = await concierge("check", DATABASE_URL=url_text(own_database))
    assert status == 1
    assert "ALTER TABLE public.reminders ALTER COLUMN name SET NOT NULL" in out
    status, out, _ = await concierge("check", "--json", DATABASE_URL=url_text(own_database))
    assert status == 1
    assert json.loads(out)["clean"] is False


async def test_adopting_says_what_it_found(concierge: Run, sql: Sql):
    status, out, _ = await concierge("adopt")
    assert status == 1
    assert "There is nothing to adopt" in out
    await sql("CREATE TABLE audit_logs (id int)")
    status, out, _ = await concierge("adopt", "--json")
    assert status == 1
    assert json.loads(out)["outcome"] == "unknown"
    assert await sql.tables() == {"audit_logs"}


async def test_a_backup_goes_to_the_data_directory_and_comes_back(
    concierge: Run, own_database: DatabaseUrl, tmp_path: Path, admin: Admin
):
    here = {"DATABASE_URL": url_text(own_database)}
    status, out, _ = await concierge("backup", "--json", **here)
    assert status == 0
    path = Path(json.loads(out)["path"])
    assert path.parent == tmp_path / "data" / "backups"
    name = f"test_cli_{uuid4().hex}"
    try:
        status, out, _ = await concierge("restore", str(path), "--into", name, **here)
        assert status == 0
        assert f"/{name}" in out
        restored = url_text(own_database.with_database(name))
        assert (await concierge("status", DATABASE_URL=restored))[0] == 0
        status, _, err = await concierge("restore", str(path), **here)
        assert status == 1
        assert "restoring never overwrites" in err
    finally:
        await admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def test_a_failure_is_told_with_the_statement_and_a_status(
    copy: Path, run_program: Run, own_database: DatabaseUrl
):
    number = add(copy, 'op.execute("SELECT 1/0")')
    here = {"cwd": copy, "DATABASE_URL": url_text(own_database)}
    status, out, _ = await run_program(*MIGRATE, "apply", "--yes", **here)
    assert status == 1
    assert f"Revision {number} failed (upgrade) and was rolled back: division by zero" in out
    assert "The statement was: SELECT 1/0" in out
    assert f"The database is at {NEWEST}, 1 revision behind {number}." in out
    status, out, _ = await run_program(*MIGRATE, "history", "--json", **here)
    assert json.loads(out)[0]["error"] == "division by zero"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_rolls_back(
    copy: Path, environment: dict[str, str], own_database: DatabaseUrl, number: signal.Signals
):
    add(copy, 'op.execute("CREATE TABLE half ()")\n    op.execute("SELECT pg_sleep(60)")')
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
        status, out, err = await concierge(*command, DATABASE_URL=nowhere)
        assert status == 1
        assert "Traceback" not in err
        assert "hidden" not in out + err
        assert "The database" in err


async def test_options_are_checked(concierge: Run):
    status, _, err = await concierge("plan", "-x", "lock-wait")
    assert (status, err) == (1, "Write an option as name=value, as in -x lock-wait=60, not as lock-wait\n")
    status, out, _ = await concierge("plan", "--json", "-x", "legacy-timezoen=Europe/Brussels")
    assert status == 1
    assert "There is no option legacy-timezoen" in json.loads(out)["refused"]
