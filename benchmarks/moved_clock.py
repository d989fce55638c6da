"""The whole bot with a clock that somebody else moves: `python -m benchmarks.moved_clock FILE`.

The file holds how many seconds to add to this machine's time. Everything else is as in `python -m app run`.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.config import load_settings
from app.db import normalize
from app.discord_login import connected
from app.run import point_at, prepared


def main() -> None:
    file = Path(sys.argv[1])

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    async def run() -> None:
        settings = load_settings()
        assert settings.database_url is not None
        database = normalize(settings.database_url)
        point_at(settings.discord_api_url)
        assert settings.discord_token is not None
        token = settings.discord_token
        async with prepared(settings, database, database, clock=clock) as bot, connected(bot, token) as client:
            await client

    asyncio.run(run())


if __name__ == "__main__":
    main()
