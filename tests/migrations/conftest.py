"""A migrations directory of one's own, with revisions made up for the test, and everything that works on it."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from alembic import command

from app.db import DatabaseUrl
from app.migrate.connection.options import Options
from app.migrate.migrator import Migrator
from app.migrate.planning import render
from app.migrate.revisions import scripts
from app.migrate.run.order import Author, Order
from app.migrate.run.progress import Progress
from tests.fixtures.postgres import REPOSITORY, connect, url_text

# A revision with this statement goes on until the test lets go; the gate has to be there before.
GATE = "CREATE TABLE gate ()"
UNTIL_LET_GO = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$"
LET_GO = "INSERT INTO gate DEFAULT VALUES"

ALICE = Author("alice", user_id=1001, guild_id=2002)
Begin = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]


class Scratch:
    """A migrations directory as in the repository, to be filled with revisions."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "versions").mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            shutil.copy(REPOSITORY / "migrations" / name, directory / name)

    def add(
        self,
        upgrade: str = "pass",
        downgrade: str = "pass",
        *,
        number: str | None = None,
        file: str = "",
        **constants: Any,
    ) -> Path:
        """Write the next revision; `upgrade` and `downgrade` are the bodies, `constants` stand at the top."""
        earlier = [one.revision for one in scripts.read(self.directory).files]
        number = number or f"{len(earlier) + 1:03}"
        values = {"down_revision": earlier[-1] if earlier else None, "risk": "safe", "phase": "expand", **constants}
        path = self.directory / "versions" / (file or f"{number}_step_{number}.py")
        path.write_text(
            f'"""Step {number}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
            f"revision = {number!r}\n"
            + "".join(f"{name} = {value!r}\n" for name, value in values.items())
            + f"\n\ndef upgrade() -> None:\n{indent(dedent(upgrade).strip(), '    ')}\n"
            + f"\n\ndef downgrade() -> None:\n{indent(dedent(downgrade).strip(), '    ')}\n",
            encoding="utf-8",
        )
        return path

    def sql(self, *statements: str, down: str = "", **constants: Any) -> Path:
        """Write the next revision from plain SQL."""
        body = "\n".join(f"op.execute({statement!r})" for statement in statements)
        return self.add(body, f"op.execute({down!r})" if down else "pass", **constants)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "migrations")


@pytest.fixture
def make_migrator(empty_database: DatabaseUrl, scratch: Scratch, tmp_path: Path) -> Callable[..., Migrator]:
    """A migrator for the empty database and the scratch directory; keywords are options, with underscores."""

    def make(**options: str) -> Migrator:
        return Migrator(
            empty_database,
            backups=tmp_path / "backups",
            migrations=scratch.directory,
            options={name.replace("_", "-"): value for name, value in options.items()},
        )

    return make


@pytest_asyncio.fixture(loop_scope="session")
async def begin(empty_database: DatabaseUrl) -> AsyncGenerator[Begin]:
    """Start something that goes on beside the test. It is over before its database goes, however the test ends."""
    tasks: list[asyncio.Task[Any]] = []

    def begin(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        tasks.append(asyncio.create_task(work))
        return tasks[-1]

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def alembic_here(empty_database: DatabaseUrl, scratch: Scratch, tmp_path: Path) -> Callable[..., Any]:
    """Run an alembic command in this process, in a thread, as a program would that uses alembic as a library."""

    async def run(name: str, *arguments: Any, told: list[Progress] | None = None, **options: str) -> Any:
        order = Order(
            f"alembic {name}",
            ALICE,
            Options({key.replace("_", "-"): value for key, value in options.items()}),
            report=(told if told is not None else []).append,
            backups=tmp_path / "backups",
        )
        config = render.configuration(scratch.directory, {"database": empty_database, "order": order})
        return await asyncio.to_thread(getattr(command, name), config, *arguments)

    return run


class Sql:
    """A bare connection for looking at what came out."""

    def __init__(self, database: DatabaseUrl) -> None:
        self.database = database

    async def __call__(self, statement: str, *arguments: Any) -> list[Any]:
        """Run one statement and return the first column of its rows."""
        connection = await self.open()
        try:
            return [row[0] for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    async def open(self) -> asyncpg.Connection:
        return await connect(self.database)

    async def tables(self) -> set[str]:
        return set(
            await self("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )


@pytest.fixture
def sql(empty_database: DatabaseUrl) -> Sql:
    return Sql(empty_database)


@pytest.fixture
def environment(empty_database: DatabaseUrl, tmp_path: Path) -> dict[str, str]:
    """The environment of a program that is to work on the empty database."""
    return {**os.environ, "DATABASE_URL": url_text(empty_database), "DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def run_program(environment: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Run a program of the project as a process; returns its status, standard output and standard error."""

    async def run(*arguments: str, cwd: Path = REPOSITORY, **more: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=cwd,
            env={**environment, **more},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    return run


@pytest.fixture
def concierge(run_program: Callable[..., Any]) -> Callable[..., Any]:
    """`concierge migrate …` as a process."""

    async def run(*arguments: str, **more: Any) -> tuple[int, str, str]:
        return await run_program(sys.executable, "-m", "app", "migrate", *arguments, **more)

    return run


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a fresh clone has of what alembic needs."""
    directory = tmp_path / "concierge with spaces"
    directory.mkdir()
    for name in ("app", "migrations"):
        # What is compiled comes along (it knows the time of its source), or every program would compile it again.
        shutil.copytree(REPOSITORY / name, directory / name)
    for name in ("alembic.ini", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, directory)
    return directory
