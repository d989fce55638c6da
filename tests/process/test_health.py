"""An outage, a release and a crash are played through, and can be read off /health afterwards."""

import asyncio
import re
import signal
from datetime import timedelta
from pathlib import Path

from app.core.release import release
from app.db import DatabaseUrl
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.jobs import settle_health
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import execute, fetch, url_text
from tests.fixtures.town import Town

OLD = "0.0.9"
MEASURED = "SELECT * FROM health_check_history WHERE version = '{}' AND kind = 'sample'"
HOURS_PASS = "UPDATE health_check_history SET checked_at = checked_at - $1::interval, since = since - $1::interval"


async def measured(database: DatabaseUrl, least: int = 1) -> None:
    """Return once the present release has written samples."""
    async with asyncio.timeout(60):
        while len(await fetch(database, MEASURED.format(release()))) < least:
            await asyncio.sleep(0.05)


async def test_what_happened_to_the_bot_can_be_read_off_afterwards(
    start: Start, stand_in: StandIn, town: Town, relay: Relay, own_database: DatabaseUrl, tmp_path: Path,
    clock: ManualClock,
) -> None:  # fmt: skip
    # An hour ago: the database is away for ten minutes. Then the bot is told to stop.
    clock.move(minutes=-60)
    async with running_bot(stand_in, relay.database, tmp_path, clock) as bot:
        for minute in range(59):
            if minute == 20:
                await relay.cut()
            elif minute == 30:
                await relay.open()
            clock.move(minutes=1)
            await settle_health(bot)
    await execute(own_database, "UPDATE health_check_history SET version = $1", OLD)

    # The next release starts a minute later, and is killed. Two hours pass until somebody starts it again.
    killed = await start()
    await stand_in.ready()
    await measured(own_database)
    await killed.killed(stand_in)
    await execute(own_database, HOURS_PASS, timedelta(hours=2))
    process = await start()
    await stand_in.ready()
    await measured(own_database, 2)

    moderator = stand_in.person(town.moderator, town.general)
    shown = await moderator.slash("health trend", period="d")
    said = {field["name"]: field["value"] for field in shown.embeds[0]["fields"]}
    crash, planned, outage = said["3 incidents"].split("\n-# ")[:3]
    assert "🔴 **Crashed**" in crash
    assert "for 2 hours" in crash
    assert "⚪ **Stopped as it was told**" in planned
    assert "🔴 **Did not work**" in outage
    assert "for 10 minutes" in outage
    # A busy machine is a reason of its own.
    assert re.search(f"the database did not answer[^·]* · release {re.escape(OLD)}", said["3 incidents"])
    assert said["Releases"].startswith(f"{release()} after {OLD} (<t:")
    assert "did not work for 2 hours 10 minutes" in said["Worked"]
    (picture,) = shown.attachments
    assert picture.content.startswith(b"\x89PNG")
    listed = (await moderator.slash("health incidents")).embeds[0]
    assert listed["title"] == "3 incidents"
    assert [line[:3] for line in listed["description"].splitlines()[::2]] == ["🔴 *", "⚪ *", "🔴 *"]

    process.process.send_signal(signal.SIGTERM)
    assert await process.ended() == 0
    (last,) = await fetch(own_database, "SELECT kind FROM health_check_history ORDER BY checked_at DESC LIMIT 1")
    assert last["kind"] == "stop", process.printed[-3000:]


async def test_a_database_that_hangs_does_not_keep_the_process_from_ending(
    start: Start, stand_in: StandIn, relay: Relay, own_database: DatabaseUrl
) -> None:
    time = asyncio.get_running_loop().time
    process = await start(DATABASE_URL=url_text(relay.database))
    await stand_in.ready()
    process.process.send_signal(signal.SIGTERM)
    began = time()
    assert await process.ended() == 0, process.printed[-3000:]
    usual = time() - began

    process = await start(DATABASE_URL=url_text(relay.database))
    await stand_in.ready()
    await measured(own_database)
    relay.held.clear()
    process.process.send_signal(signal.SIGTERM)
    # Docker waits for ten seconds. What a busy machine takes for a stop comes on top, as measured just now.
    assert await process.ended(within=8 + 4 * usual) == 0, process.printed[-3000:]
    relay.held.set()
    assert "ERROR" not in process.printed
    assert "Traceback" not in process.printed
