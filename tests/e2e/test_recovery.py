"""A database server that answers, but takes nobody yet."""

from pathlib import Path

import aiohttp
import pytest

from app.bot import Bot
from standin import StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.outage import Relay
from tests.fixtures.town import Town

AWAY = "The database is not available right now, so nothing was changed. Please try again in a minute."


async def readiness(bot: Bot) -> tuple[int, str]:
    async with aiohttp.ClientSession(bot.health_address) as client, client.get("/readyz") as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    "refusal",
    [
        ("57P03", "the database system is starting up"),
        ("57P03", "the database system is not yet accepting connections"),
        ("53300", "sorry, too many clients already"),
    ],
)
async def test_a_server_that_takes_nobody_yet_is_away_and_no_mistake_of_the_bot(
    refusal: tuple[str, str],
    stand_in: StandIn,
    town: Town,
    relay: Relay,
    tmp_path: Path,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running_bot(stand_in, relay.database, tmp_path, clock) as bot:
        managing = stand_in.person(town.manager, town.general)
        await managing.slash("settings set", key="general.page_size", value="5")
        await relay.cut()
        relay.refusal = refusal
        await relay.open()
        reply = await managing.slash("settings set", key="general.page_size", value="6")
        assert (reply.text, reply.private) == (AWAY, True)
        assert await readiness(bot) == (503, "the database does not answer\n")
        assert not [one for one in caplog.records if one.name in {"aiohttp.server", "app.bot"}]

        relay.refusal = None
        reply = await managing.slash("settings set", key="general.page_size", value="6")
        assert reply.text == "**Page size** · `general.page_size` changed: `5` → `6`."
        assert await readiness(bot) == (200, "ready\n")
