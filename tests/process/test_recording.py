"""What is left of the account of interactions when the process is stopped, and when it is killed."""

import asyncio
import signal
from collections.abc import Sequence

from app.db import DatabaseUrl
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

NAMES = "SELECT command_name FROM audit_logs WHERE command_type <> 'schema' ORDER BY id"


async def names(database: DatabaseUrl) -> Sequence[str]:
    """Return what was written down, in the order in which it came."""
    return [row[0] for row in await fetch(database, NAMES)]


async def test_stopping_writes_what_is_waiting_and_a_kill_loses_the_last_moment_alone(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    bot = await start()
    await stand_in.ready()
    manager = stand_in.person(town.manager, town.general)
    for name in ("settings view", "settings history", "help"):
        await manager.slash(name)
    bot.process.send_signal(signal.SIGTERM)
    assert await bot.ended() == 0
    assert await names(own_database) == ["settings view", "settings history", "help"]

    bot = await start()
    await stand_in.ready()
    await manager.slash("timezone show")
    async with asyncio.timeout(60):
        while len(await names(own_database)) < 4:
            await asyncio.sleep(0.02)
    await manager.slash("help")
    await bot.killed(stand_in)
    assert (await names(own_database))[3:] in (["timezone show"], ["timezone show", "help"])
