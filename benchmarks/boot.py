"""What the check of the schema adds to a start."""

import statistics
import time

from app import boot
from app.config import MigrationsOnBoot
from app.db import normalize
from app.migrate.migrator import Migrator
from benchmarks.figures import Figure
from benchmarks.processes import ROOT, database

TIMES = 15


async def measure() -> list[Figure]:
    """The first check of a process (nothing parsed yet) is what a start pays; later ones are shown beside it."""
    import asyncio
    import subprocess
    import sys

    with database() as address:
        migrator = Migrator(normalize(address), backups=ROOT / "data" / "backups")
        again: list[float] = []
        for _ in range(TIMES):
            began = time.perf_counter()
            await boot.check_schema(migrator, MigrationsOnBoot.REQUIRE)
            again.append((time.perf_counter() - began) * 1000)
        first = [
            float(
                (
                    await asyncio.to_thread(
                        subprocess.run,
                        [sys.executable, "-m", "benchmarks.boot", address],
                        cwd=ROOT,
                        check=True,
                        capture_output=True,
                        text=True,
                    )
                ).stdout
            )
            for _ in range(TIMES)
        ]
    return [
        Figure("boot check, first of a process, median", statistics.median(first), "ms", most=50),
        Figure("boot check, again, median", statistics.median(again), "ms", most=50),
    ]


async def _once(address: str) -> None:
    migrator = Migrator(normalize(address), backups=ROOT / "data" / "backups")
    began = time.perf_counter()
    await boot.check_schema(migrator, MigrationsOnBoot.REQUIRE)
    print((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    import asyncio
    import sys

    asyncio.run(_once(sys.argv[1]))
