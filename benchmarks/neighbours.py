"""What 200 tables of another application in the same schema cost comparisons, against the bot's own alone."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from app.db import DatabaseUrl, normalize
from app.local_postgres import serve
from app.migrate.migrator import Migrator
from benchmarks.figures import Figure
from benchmarks.migrations import address_of, connect, empty_database, run, timed

TIMES = 11
TABLES = 200
COMMANDS = {"alembic check": ["alembic", "check"], "concierge migrate check": ["app", "migrate", "check"]}
NEIGHBOUR = """
    CREATE TABLE neighbour_{n} (
        id serial PRIMARY KEY, name text NOT NULL DEFAULT 'x', kind varchar(20) CHECK (kind IN ('a', 'b')), doc jsonb,
        made timestamptz DEFAULT now(), other int REFERENCES neighbour_{before}, UNIQUE (name, kind));
    CREATE INDEX ON neighbour_{n} (made) WHERE kind = 'a';
    CREATE INDEX ON neighbour_{n} (lower(name));
"""


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    with (
        tempfile.TemporaryDirectory(prefix="concierge-bench-") as directory,
        serve(Path(directory) / "data") as address,
    ):
        server = normalize(address)
        async with empty_database(server, "bench_alone") as alone, empty_database(server, "bench_among") as among:
            for one in (alone, among):
                await run([sys.executable, "-m", "alembic", "upgrade", "head"], DATABASE_URL=address_of(one))
            connection = await connect(among)
            for n in range(TABLES):
                await connection.execute(NEIGHBOUR.format(n=n, before=max(n - 1, 0)))
            await connection.execute("ANALYZE")
            await connection.close()
            return await _compared(alone, among, Path(directory))


async def _compared(alone: DatabaseUrl, among: DatabaseUrl, directory: Path) -> list[Figure]:
    took: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(TIMES):
        for name, words in COMMANDS.items():
            for place, one in enumerate((alone, among)):
                seconds = await timed([sys.executable, "-m", *words], DATABASE_URL=address_of(one))
                took.setdefault(name, ([], []))[place].append(seconds)
        for place, one in enumerate((alone, among)):
            migrator = Migrator(one, backups=directory)
            began = time.perf_counter()
            await migrator.check()
            took.setdefault("its comparison alone", ([], []))[place].append(time.perf_counter() - began)
    return [
        Figure(f"{name}, median", statistics.median(there), "s", yardstick=statistics.median(bare), most=1.5)
        for name, (bare, there) in took.items()
    ]
