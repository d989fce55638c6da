"""Every command in docs/migrations.md is run, and prints what the page says it prints.

A block of commands has a stage: ```console STAGE. Blocks of one stage run one after the other in one copy of the
repository, on one database. `…` stands for anything. A comment says if a command does not end with status 0.
"""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from app.migrate.connection import release
from app.migrate.revisions import scripts
from app.migrate.run.guards import OlderProcesses
from tests.fixtures.postgres import REPOSITORY, Admin
from tests.migrations import predecessor
from tests.migrations.conftest import Sql, add_column, add_revision
from tests.migrations.running import upgrade

PAGE = (REPOSITORY / "docs" / "migrations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```console (?P<stage>[a-z-]+)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"\s+# ends with status (?P<status>\d+)$")
NUMBER = re.compile(r"\b0(0[3-9])(?![0-9A-Za-z])")
# The page was written when 003 was the newest revision; its examples follow the one that is.
SHIFT = int(scripts.read().files[-1].revision) - 3

TYPED = "by-hand"
"""A stage whose programs are found on the path by a shell, as when people type them."""


@dataclass(frozen=True)
class Command:
    line: str
    status: int
    expected: str


def shifted(text: str) -> str:
    return NUMBER.sub(lambda match: f"{int(match[1]) + SHIFT:03}", text)


def commands(stage: str) -> list[Command]:
    found: list[Command] = []
    for block in BLOCK.finditer(PAGE):
        if block["stage"] != stage:
            continue
        for part in re.split(r"^\$ ", shifted(block["body"]), flags=re.MULTILINE)[1:]:
            line, _, expected = part.partition("\n")
            status = STATUS.search(line)
            found.append(Command(STATUS.sub("", line), int(status["status"]) if status else 0, expected.strip()))
    return found


def words(line: str) -> list[str]:
    """What the nursery can start without a shell, if it needs none."""
    program, *rest = shlex.split(line)
    match program:
        case _ if set("$|;&<>") & set(line):
            return ["/bin/bash", "-c", line]
        case "concierge":
            return [sys.executable, "-m", "app", *rest]
        case "alembic":
            return [sys.executable, "-m", "alembic", *rest]
        case "python":
            return [sys.executable, *rest]
        case _:
            return [program, *rest]


@pytest.fixture
async def cloned(copy: Path) -> Path:
    """The copy as a repository, with everything committed."""
    (copy / ".gitignore").write_text("__pycache__/\n", encoding="utf-8")
    for line in ("git init -q -b main", "git add .", "git -c user.name=t -c user.email=t@t commit -q -m start"):
        process = await asyncio.create_subprocess_shell(line, cwd=copy)
        assert await process.wait() == 0
    return copy


@pytest.fixture
def play(cloned: Path, environment: dict[str, str]) -> Callable[..., Awaitable[None]]:
    """Run the commands of a stage and compare what they print with the page."""

    async def run(stage: str) -> None:
        lines = commands(stage)
        assert lines
        path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        for command in lines:
            process = await asyncio.create_subprocess_exec(
                *(words(command.line) if stage != TYPED else ["/bin/bash", "-c", command.line]),
                cwd=cloned,
                env={**environment, "PATH": path, "PYTHONPATH": str(cloned), "COLUMNS": "200"},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = (said.decode().strip() for said in await process.communicate())
            said = f"{command.line}\n{out[:2000]}\n{err[:2000]}"
            assert process.returncode == command.status, said
            if command.expected:
                parts = (re.escape(" ".join(part.split())) for part in command.expected.split("…"))
                pattern = re.compile(rf"{'.*?'.join(parts)}.*", re.DOTALL)
                # Alembic explains itself on the one and answers on the other.
                assert any(pattern.fullmatch(" ".join(text.split())) for text in (out, err, f"{err} {out}")), said

    return run


async def nothing(cloned: Path, sql: Sql) -> None:
    del cloned, sql


async def at_the_newest(cloned: Path, sql: Sql) -> None:
    del cloned
    await upgrade(sql.database, "head")


async def with_rows(cloned: Path, sql: Sql) -> None:
    await at_the_newest(cloned, sql)
    await sql("INSERT INTO guild_rules (guild_id, rule_order, title, description) VALUES (1, 1, 'Be kind', 'To all.')")


async def with_a_new_column(cloned: Path, sql: Sql) -> None:
    del sql
    (column,) = re.findall(r"^class SupportTicket\(Base\):\n    \.\.\.\n(    weight: .*\n)```", PAGE, re.MULTILINE)
    add_column(cloned, column)


async def of_the_predecessor(cloned: Path, sql: Sql) -> None:
    del cloned
    connection = await sql.open()
    await connection.execute(predecessor.SCHEMA + predecessor.ROWS)
    await connection.close()


async def with_two_branches(cloned: Path, sql: Sql) -> None:
    del sql
    add_revision(cloned, "my_change", 'op.execute("SELECT 1")')
    add_revision(cloned, "their_change", 'op.execute("SELECT 2")')
    process = await asyncio.create_subprocess_shell("git add .", cwd=cloned)
    assert await process.wait() == 0


async def with_two_heads(cloned: Path, sql: Sql) -> None:
    del sql
    mine = add_revision(cloned, "my_change", 'op.execute("SELECT 1")')
    other = mine.read_text(encoding="utf-8").replace(f'revision = "{SHIFT + 4:03}"', f'revision = "{SHIFT + 5:03}"', 1)
    mine.with_name(f"{SHIFT + 5:03}_other_change.py").write_text(other, encoding="utf-8")


async def with_a_mistake(cloned: Path, sql: Sql) -> None:
    await at_the_newest(cloned, sql)
    add_revision(cloned, "paint_the_rules", """op.execute("UPDATE guild_rules SET colour = 'red'")""")


STAGES = {
    "terminal": nothing,
    "back": with_rows,
    "develop": with_a_new_column,
    "by-hand": nothing,
    "release": nothing,
    "adopt": of_the_predecessor,
    "branches": with_two_branches,
    "merge": with_two_heads,
    "failed": with_a_mistake,
    "alembic": nothing,
}


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
async def test_the_commands_do_what_the_page_says(
    stage: str, play: Callable[..., Awaitable[None]], cloned: Path, sql: Sql, admin: Admin
):
    await STAGES[stage](cloned, sql)
    try:
        await play(stage)
    finally:
        await admin("DROP DATABASE IF EXISTS restored_copy WITH (FORCE)")


def test_every_command_of_the_page_is_in_a_stage():
    assert {block["stage"] for block in BLOCK.finditer(PAGE)} == set(STAGES)
    for language in re.findall(r"^ *```(\S+)", PAGE, re.MULTILINE):
        assert language in {"console", "python", "sql"}


async def test_the_query_that_shows_who_holds_things_up_runs(sql: Sql):
    (query,) = re.findall(r"^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    connection: asyncpg.Connection = await sql.open()
    assert await connection.fetch(query.replace("10 seconds", "0 seconds")) is not None
    await connection.close()


def test_the_refusal_to_contract_is_quoted_as_it_is():
    said = str(
        OlderProcesses("012", "1.4.0", ["process 4711 (concierge/1.3.2 from 10.0.0.7, since 2026-11-02 08:15 UTC)"])
    )
    (quoted,) = re.findall(r"((?:^> .*\n)+)", PAGE, re.MULTILINE)
    assert " ".join(line.removeprefix("> ") for line in quoted.splitlines()) == said
    assert release.release_of("concierge/1.3.2") == "1.3.2"


async def test_the_example_of_a_file_is_a_revision(tmp_path: Path):
    (source,) = re.findall(r'^```python\n("""Add ticket weight.*?)^```', PAGE, re.MULTILINE | re.DOTALL)
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "004_add_ticket_weight.py").write_text(source, encoding="utf-8")
    (file,) = scripts.read(tmp_path / "migrations").files
    assert (file.revision, file.down_revisions, file.title) == ("004", ("003",), "Add ticket weight")
