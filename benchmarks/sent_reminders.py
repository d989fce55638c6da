"""Reminders that are stored for a measurement, the bots that send them, and when they arrive."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.processes import ROOT, concierge
from standin import Channel, StandIn, World
from standin.changes import Change, ChangeKind

CHANNELS = 40

FILL = text("""
    INSERT INTO reminders (guild_id, name, message, phrase, channel_id, created_by, target_kind, target_id, timezone,
        starts_at, next_at, wake_at)
    SELECT CAST(:guild AS bigint), 'reminder ' || n, 'reminder ' || n, 'x',
        (CAST(:channels AS bigint[]))[1 + n % :many], 1, 'member', 1, 'UTC', at, at, at
    FROM (SELECT n, CAST(:first AS timestamptz) + n * CAST(:apart AS interval) AS at
        FROM generate_series(0, :count - 1) n) AS due
""")


async def fill(
    engine: AsyncEngine, channels: list[Channel], count: int, first: datetime, apart: timedelta = timedelta()
) -> None:
    """Store reminders that come due one after the other."""
    guild = channels[0].guild
    assert guild is not None
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(
            FILL,
            {
                "guild": guild.id,
                "channels": [channel.id for channel in channels],
                "many": len(channels),
                "first": first,
                "apart": apart,
                "count": count,
            },
        )
        await connection.execute(text("SELECT pg_notify('concierge_reminders', '')"))


async def tidied(engine: AsyncEngine) -> None:
    """Do what PostgreSQL does by itself after so many rows, so that it is not measured as part of what comes next."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("VACUUM ANALYZE reminders"))
        await connection.execute(text("CHECKPOINT"))


def town() -> tuple[World, list[Channel]]:
    world = World()
    guild = world.add_guild("Town", world.add_user("owner"))
    return world, [world.create_channel(guild, f"channel-{number}") for number in range(CHANNELS)]


class Arrivals:
    """When each message arrived at the stand-in, in seconds since 1970."""

    def __init__(self, stand_in: StandIn) -> None:
        self.at: dict[str, float] = {}
        self.doubled = 0
        stand_in.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        if change.kind is not ChangeKind.MESSAGE_CREATED or change.message is None or change.message.nonce is None:
            return
        nonce = str(change.message.nonce)
        self.doubled += nonce in self.at
        self.at[nonce] = time.time()

    def times(self) -> Iterator[tuple[float, float]]:
        """When each reminder was due, as its nonce says, and when it arrived."""
        for nonce, at in self.at.items():
            # What its author is told has another.
            if len(parts := nonce.split("-")) == 3:
                yield int(parts[2], 36) / 1000, at

    async def until(self, count: int, patience: float = 300) -> None:
        async with asyncio.timeout(patience):
            while len(self.at) < count:  # noqa: ASYNC110 -- thousands of messages need no event each
                await asyncio.sleep(0.05)


@asynccontextmanager
async def bots(
    stand_in: StandIn, address: str, count: int, *, rest: float = 5, root: Path = ROOT
) -> AsyncGenerator[list[int]]:
    """So many processes of a release, ready, and at rest; yields how much memory each of them uses, in bytes."""
    environment = {"PATH": os.environ["PATH"], **concierge(stand_in, address)}
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "run", cwd=root, env=environment, stdout=DEVNULL, stderr=DEVNULL
        )
        for _ in range(count)
    ]
    try:
        async with asyncio.timeout(120):
            while len(stand_in.gateway.sessions) < count:  # noqa: ASYNC110 -- asked for once in a run
                await asyncio.sleep(0.1)
        await asyncio.sleep(rest)
        yield [psutil.Process(one.pid).memory_info().rss for one in running]
    finally:
        for one in running:
            one.terminate()
        for one in running:
            await one.wait()
