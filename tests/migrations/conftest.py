"""A migrations directory of one's own, with revisions made up for the test, and everything that works on it."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from textwrap import dedent, indent
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import DatabaseUrl, create_engine
from app.migrate.connection.options import Options
from app.migrate.migrator import Migrator
from app.migrate.planning import render
from app.migrate.revisions import scripts
from app.migrate.run.order import Author, Order
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus
from tests.fixtures.postgres import REPOSITORY, Admin, connect, url_text

# A revision with this statement goes on until the test lets go; the gate has to be there before.
GATE = "CREATE TABLE gate ()"
UNTIL_LET_GO = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$"
LET_GO = "INSERT INTO gate DEFAULT VALUES"

# The predecessor's table, and the columns that came later.
AUDIT = """CREATE TABLE audit_logs (id serial PRIMARY KEY, guild_id bigint NOT NULL, user_id bigint NOT NULL,
    command_name text NOT NULL, command_type text NOT NULL, success boolean DEFAULT true, error_message text,
    created_at timestamptz DEFAULT now())"""
MORE = "ALTER TABLE audit_logs ADD COLUMN details jsonb, ADD COLUMN duration_ms integer"

ALICE = Author("alice", user_id=1001, guild_id=2002)
Begin = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]


class Scratch:
    """A migrations directory as in the repository, to be filled with revisions, and a database that they are for."""

    def __init__(self, directory: Path, database: DatabaseUrl) -> None:
        self.directory, self.database = directory, database
        self.backups = directory.parent / "backups"
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

    def migrator(self, **options: str) -> Migrator:
        """Return a migrator with options as after `-x`, with underscores."""
        return Migrator(self.database, backups=self.backups, migrations=self.directory, options=_dashed(options))

    async def alembic(self, name: str, *arguments: Any, told: list[Progress] | None = None, **options: str) -> Any:
        """Run an alembic command in this process, in a thread, as a program would that uses alembic as a library."""
        report = (told if told is not None else []).append
        order = Order(f"alembic {name}", ALICE, Options(_dashed(options)), report=report, backups=self.backups)
        config = render.configuration(self.directory, {"database": self.database, "order": order})
        return await asyncio.to_thread(getattr(command, name), config, *arguments)

    async def upgrade(self) -> None:
        await self.alembic("upgrade", "head")

    async def status(self) -> SchemaStatus:
        return await self.migrator().status()

    async def applied(self, *statements: str, **constants: Any) -> Path:
        """Write the next revision from plain SQL and upgrade to it."""
        path = self.sql(*statements, **constants)
        await self.upgrade()
        return path


def _dashed(options: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in options.items()}


@pytest.fixture
def scratch(tmp_path: Path, empty_database: DatabaseUrl) -> Scratch:
    return Scratch(tmp_path / "migrations", empty_database)


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


async def until(reached: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until the answer is true, a minute at most, and return it."""
    async with asyncio.timeout(60):
        while not (answer := await reached()):
            await asyncio.sleep(0.02)
    return answer


class Told(list[Progress]):
    """What a run has told about itself."""

    async def reached(self, task: asyncio.Task[Any], stage: Stage = Stage.STARTED, revision: str = "") -> Progress:
        """Wait until the run has come to a stage, of a certain revision if one is named."""
        async with asyncio.timeout(60):
            while True:
                for one in self:
                    if one.stage is stage and revision in {"", one.revision}:
                        return one
                if task.done():
                    pytest.fail(f"it ended before: {task.result()}")
                await asyncio.sleep(0.02)


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


@pytest_asyncio.fixture(loop_scope="session")
async def connection(shared_engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """To the shared database at the newest revision; what a test does to it is rolled back."""
    async with shared_engine.connect() as connection:
        yield connection
        await connection.rollback()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database_of_module(server: DatabaseUrl, admin: Admin) -> AsyncGenerator[AsyncEngine]:
    """An empty database for the tests of a module, each of which rolls back what it did."""
    name = f"module_{uuid4().hex}"
    await admin(f"CREATE DATABASE {name}")
    engine = create_engine(server.with_database(name))
    yield engine
    await engine.dispose()
    await admin(f"DROP DATABASE {name} WITH (FORCE)")


async def execute(connection: AsyncConnection, script: str) -> None:
    """Execute several statements at once, in the transaction of the connection."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await connection.exec_driver_sql("SELECT 1")  # opens the transaction
    await driver.execute(script)


@pytest.fixture
def environment(empty_database: DatabaseUrl, tmp_path: Path) -> dict[str, str]:
    """The environment of a program that is to work on the empty database."""
    return {**os.environ, "DATABASE_URL": url_text(empty_database), "DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def run_program(environment: dict[str, str]) -> Callable[..., Any]:
    """Run a program of the project as a process, which has to end with the status; returns what it printed where."""

    async def run(*arguments: str, status: int = 0, cwd: Path = REPOSITORY, **more: str) -> tuple[str, str]:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=cwd,
            env={**environment, **more},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = (said.decode() for said in await process.communicate())
        assert process.returncode == status, out + err
        return out, err

    return run


@pytest.fixture
def concierge(run_program: Callable[..., Any]) -> Callable[..., Any]:
    """`concierge migrate …` as a process."""
    return partial(run_program, sys.executable, "-m", "app", "migrate")


@pytest.fixture
def alembic(run_program: Callable[..., Any]) -> Callable[..., Any]:
    """`alembic …` as a process."""
    return partial(run_program, sys.executable, "-m", "alembic")


def add_revision(copy: Path, name: str, upgrade: str) -> Path:
    """Put a revision on top of the newest released one into a copy of the repository, beside what is there."""
    number = scripts.next_revision()
    path = copy / "migrations" / "versions" / f"{number}_{name}.py"
    path.write_text(
        f'"""{name.replace("_", " ").capitalize()}."""\n\nfrom alembic import op\n\nrevision = "{number}"\n'
        f'down_revision = "{int(number) - 1:03}"\n\n\ndef upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    pass\n',
        encoding="utf-8",
    )
    return path


def add_column(copy: Path, column: str) -> None:
    """Add a column to the model of tickets in a copy of the repository."""
    model = copy / "app" / "models" / "support_ticket.py"
    source = model.read_text(encoding="utf-8")
    changed = re.sub(r"(    channel_id: [^\n]*\n)", lambda match: match[1] + column, source, count=1)
    assert changed != source
    if "text as sql" not in changed:
        changed = changed.replace("from sqlalchemy.orm", "from sqlalchemy import text as sql\nfrom sqlalchemy.orm", 1)
    model.write_text(changed, encoding="utf-8")


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
