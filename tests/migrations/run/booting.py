"""`-m tests.migrations.run.booting ADDRESS MIGRATIONS BACKUPS`: what a process does that boots with `auto`."""

import asyncio
import sys
from pathlib import Path

from app.db import normalize
from app.migrate.migrator import Migrator


async def main() -> int:
    migrator = Migrator(normalize(sys.argv[1]), backups=Path(sys.argv[3]), migrations=Path(sys.argv[2]))
    result = await migrator.apply_on_boot()
    sys.stdout.write(f"{result.outcome.value} {(await migrator.status()).state.value}\n")
    return int(not result.ok)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
