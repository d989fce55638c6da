"""Resident memory once ready with 1,000 servers of 50 channels and 20 roles, against the bare bot."""

import asyncio
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.processes import ROOT, concierge, database, process_of
from standin import StandIn
from standin.demo import large_world

SETTLE_SECONDS = 3


async def measure() -> list[Figure]:
    with database() as address:
        ours = await resident("app", "run", address=address)
    bare = await resident("benchmarks.yardstick")
    return [Figure("resident, 1,000 servers of 50 channels and 20 roles", ours, "MiB", bare, most=1.5)]


async def resident(*arguments: str, address: str | None = None, root: Path = ROOT) -> float:
    """What a bot of a release holds once it is ready, in MiB."""
    async with StandIn(large_world(guilds=1000, channels=50, roles=20)) as stand_in:
        given = arguments if address is not None else (*arguments, stand_in.api_url, stand_in.token)
        environment = concierge(stand_in, address) if address is not None else {}
        async with process_of(root, stand_in, *given, **environment) as running:
            await asyncio.sleep(SETTLE_SECONDS)
            return running.memory_info().rss / 2**20
