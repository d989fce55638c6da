"""What looking after the schema costs: status, an upgrade, a long reader, a revision that computes.

The yardstick of an upgrade is psql executing what `alembic upgrade head --sql` prints, plus starting Python with the
libraries loaded: Alembic, SQLAlchemy, asyncpg and pydantic-settings. The revisions of the other figures are made up.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent

import asyncpg

from app.db import DatabaseUrl, normalize
from app.local_postgres import serve
from app.migrate.connection import tools
from app.migrate.migrator import Migrator
from app.migrate.revisions import manifest
from app.migrate.run.order import Author
from benchmarks.figures import Figure
from benchmarks.processes import ROOT

TIMES = 15
REVISIONS = 100
READER_SECONDS = 5
LOADED = """
import alembic.command, alembic.config, asyncpg, pydantic_settings, sqlalchemy.dialects.postgresql.asyncpg
from pydantic_settings import BaseSettings
from sqlalchemy.ext import asyncio
"""
AUTHOR = Author("benchmark")


async def measure() -> list[Figure]:
    """Everything on one embedded server, each in a database of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="concierge-bench-") as directory,
        serve(Path(directory) / "data") as address,
    ):
        server, path = normalize(address), Path(directory)
        return [
            *await _status(server, path / "hundred"),
            await _upgrade(server),
            await _reader(server, path / "reader"),
            await _busy(server, path / "busy"),
        ]


async def _status(server: DatabaseUrl, directory: Path) -> list[Figure]:
    migrations = _directory(directory, [f'op.execute("SELECT {n}")' for n in range(REVISIONS)])
    manifest.write(migrations, (migrations / "versions").glob("*.py"))
    async with empty_database(server, "bench_status") as database:
        migrator = Migrator(database, backups=directory, migrations=migrations)
        again: list[float] = []
        for _ in range(TIMES):
            began = time.perf_counter()
            await migrator.status()
            again.append((time.perf_counter() - began) * 1000)
        code = [sys.executable, "-m", "benchmarks.migrations", str(migrations), address_of(database)]
        first = [float(await run(code)) for _ in range(TIMES)]
    name = f"status with {REVISIONS} revisions"
    return [
        Figure(f"{name}, first of a process, median", statistics.median(first), "ms", most=50),
        Figure(f"{name}, again, median", statistics.median(again), "ms", most=50),
    ]


async def _upgrade(server: DatabaseUrl) -> Figure:
    alembic = [sys.executable, "-m", "alembic", "upgrade", "head"]
    sql = await run([*alembic, "--sql"], DATABASE_URL=address_of(server))
    upgrades: list[float] = []
    yardsticks: list[float] = []
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(sql)
        script.flush()
        psql = [tools.find("psql", 15), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file", script.name]
        for _ in range(TIMES):
            async with empty_database(server, "bench_upgrade") as database:
                upgrades.append(await timed(alembic, DATABASE_URL=address_of(database)))
            async with empty_database(server, "bench_psql") as database:
                took = await timed(psql, **database.libpq_environment())
                yardsticks.append(took + await timed([sys.executable, "-c", LOADED]))
    return Figure(
        "alembic upgrade head on an empty database, median",
        statistics.median(upgrades),
        "s",
        yardstick=statistics.median(yardsticks),
        most=1.3,
    )


async def _reader(server: DatabaseUrl, directory: Path) -> Figure:
    """The longest that a reader waits while a migration waits for another reader."""
    migrations = _directory(directory, ['op.execute("CREATE TABLE things (id int)")'])
    async with empty_database(server, "bench_reader") as database:
        migrator = Migrator(database, backups=directory, migrations=migrations)
        await migrator.apply(None, AUTHOR)
        _add(migrations, 2, 'op.execute("ALTER TABLE things ADD COLUMN name text")')
        long, other = await connect(database), await connect(database)
        transaction = long.transaction()
        await transaction.start()
        await long.execute("SELECT * FROM things")
        applying = asyncio.create_task(migrator.apply(None, AUTHOR))
        waits: list[float] = []
        until = time.perf_counter() + READER_SECONDS
        while time.perf_counter() < until:
            began = time.perf_counter()
            await other.execute("SELECT * FROM things")
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)
        await transaction.rollback()
        result = await applying
        await long.close()
        await other.close()
    if not result.ok or max(waits) < 0.05:
        raise RuntimeError(f"the migration did not stand in the way: {result.sentence}")
    return Figure(f"longest wait of a reader behind a {READER_SECONDS} s reader", max(waits), "s", most=1)


async def _busy(server: DatabaseUrl, directory: Path) -> Figure:
    """How late the event loop is while a revision computes for two seconds."""
    body = "import time\nuntil = time.monotonic() + 2\nwhile time.monotonic() < until:\n    pass"
    migrations = _directory(directory, [body])
    late: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            late.append(time.perf_counter() - began - 0.005)

    async with empty_database(server, "bench_busy") as database:
        ticking = asyncio.create_task(tick())
        result = await Migrator(database, backups=directory, migrations=migrations).apply(None, AUTHOR)
        ticking.cancel()
    if not result.ok:
        raise RuntimeError(result.sentence)
    return Figure("event loop late while a revision computes for 2 s, at most", max(late), "s", most=0.1)


class empty_database:  # noqa: N801 -- used like a function
    """An empty database that is gone at the end."""

    def __init__(self, server: DatabaseUrl, name: str) -> None:
        self._server, self._name = server, name

    async def __aenter__(self) -> DatabaseUrl:
        await self._execute(f"CREATE DATABASE {self._name}")
        return self._server.with_database(self._name)

    async def __aexit__(self, *_: object) -> None:
        await self._execute(f"DROP DATABASE {self._name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        connection = await connect(self._server)
        await connection.execute(statement)
        await connection.close()


async def connect(database: DatabaseUrl) -> asyncpg.Connection:
    return await asyncpg.connect(**database.asyncpg_args())


def address_of(database: DatabaseUrl) -> str:
    text = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return f"{text}?host={database.hosts}" if database.hosts else text


async def timed(command: Sequence[str | Path], **environment: str) -> float:
    began = time.perf_counter()
    await run(command, **environment)
    return time.perf_counter() - began


async def run(command: Sequence[str | Path], **environment: str) -> str:
    completed = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return completed.stdout


def _directory(directory: Path, bodies: list[str]) -> Path:
    (directory / "versions").mkdir(parents=True)
    (directory / "env.py").write_bytes((ROOT / "migrations" / "env.py").read_bytes())
    for number, body in enumerate(bodies, 1):
        _add(directory, number, body)
    return directory


def _add(directory: Path, number: int, body: str) -> None:
    before = f"{number - 1:03}" if number > 1 else None
    (directory / "versions" / f"{number:03}_made_up.py").write_text(
        f'"""Made up."""\n\nfrom alembic import op\n\nrevision = "{number:03}"\ndown_revision = {before!r}\n\n\n'
        f"def upgrade():\n{indent(body, '    ')}\n\n\ndef downgrade():\n    pass\n",
        encoding="utf-8",
    )


@contextmanager
def _clock() -> Iterator[None]:
    began = time.perf_counter()
    yield
    print((time.perf_counter() - began) * 1000)


async def _once(migrations: str, address: str) -> None:
    migrator = Migrator(normalize(address), backups=ROOT / "data" / "backups", migrations=Path(migrations))
    with _clock():
        await migrator.status()


if __name__ == "__main__":
    asyncio.run(_once(sys.argv[1], sys.argv[2]))
