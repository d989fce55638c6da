"""1,000 members who join within ten seconds, a tenth of them announced twice, until each is written down and asked.

The bot is a process of its own, which asks by messages in a channel. The stand-in takes as many there as Discord does,
five in five seconds, says so in its headers, and refuses what is more. The yardstick is ten seconds, in which they
join.
"""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.onboarding.settings import CHANNEL, MODE, WHERE
from app.db import create_engine, normalize, session_factory
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure
from benchmarks.processes import concierge, database, process
from standin import StandIn
from standin.model import Channel, Guild
from standin.world import World

RAID, SECONDS, PARTS = 1000, 10, 100
EVERY = 10
"""Of so many joins, one is announced again."""
MESSAGES, PER_SECONDS = 5, 5.0
MOST_SECONDS = 120
"""Until the last of them is asked; one message for each would take 1,000."""
PATIENCE = 300
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE announced = 2), count(*) FILTER (WHERE asked_at IS NOT NULL)
FROM onboarding WHERE guild_id = :guild AND joined_at IS NOT NULL
"""


async def measure() -> list[Figure]:
    world = World()
    guild = world.add_guild("Town", world.add_user("owner"))
    channel = world.create_channel(guild, "welcome")
    with database() as address:
        engine = create_engine(normalize(address))
        manager, uow = Actor(guild.id, 1, is_manager=True, is_staff=True), UnitOfWorkFactory(session_factory(engine))
        async with uow() as work:
            await work.settings.change(manager, MODE, "rules")
            await work.settings.change(manager, WHERE, "channel")
            await work.settings.change(manager, CHANNEL, channel.id)
        async with StandIn(world) as stand_in, process(stand_in, "app", "run", **concierge(stand_in, address)):
            await asyncio.sleep(5)
            stand_in.faults.limit_messages(channel.id, MESSAGES, PER_SECONDS)
            figures = await _raid(engine, stand_in, world, guild, channel)
        await engine.dispose()
    return figures


async def _raid(engine: AsyncEngine, stand_in: StandIn, world: World, guild: Guild, channel: Channel) -> list[Figure]:
    before, began = len(stand_in.requests), time.monotonic()
    for part in range(PARTS):
        await asyncio.sleep(max(0.0, began + part * SECONDS / PARTS - time.monotonic()))
        for number in range(RAID // PARTS):
            member = world.add_member(guild, world.add_user(f"raider-{part}-{number}"))
            if number % EVERY == 0:
                world.repeat_join(member)
    known, _, _ = await _until(engine, guild, 0, RAID)
    written = time.monotonic() - began
    known, twice, asked = await _until(engine, guild, 2, RAID)
    done = time.monotonic() - began
    await asyncio.sleep(2)
    messages = list(channel.by_id.values())
    pinged = [user.id for message in messages for user in message.pinged]
    statuses = [one.status for one in list(stand_in.requests)[before:]]
    return [
        Figure(f"{RAID:,} joins in {SECONDS} s, until all are written down", written, "s", most=SECONDS + 2),
        Figure("until each is asked", done, "s", most=MOST_SECONDS),
        Figure("the same; against the time in which they join", done, "s", SECONDS),
        Figure("written down", known, "members", least=RAID, most=RAID),
        Figure("of these, known to be announced twice", twice, "members", least=RAID // EVERY, most=RAID // EVERY),
        Figure("asked", asked, "members", least=RAID),
        Figure("messages in the channel", len(messages), "", most=RAID / 10),
        Figure("members pinged by them", len(set(pinged)), "members", least=RAID),
        Figure("of these, more than once", len(pinged) - len(set(pinged)), "members", most=0),
        Figure("requests over the limit of the channel", statuses.count(429), "", most=0),
        Figure("requests refused otherwise", sum(one >= 400 and one != 429 for one in statuses), "", most=0),
    ]


async def _until(engine: AsyncEngine, guild: Guild, column: int, count: int) -> tuple[int, int, int]:
    """Return the counts once one of them is reached, or as they are when patience is at an end."""
    end = time.monotonic() + PATIENCE
    while True:
        async with engine.connect() as connection:
            known, twice, asked = (await connection.execute(text(COUNTS), {"guild": guild.id})).one()
        if (known, twice, asked)[column] >= count or time.monotonic() > end:
            return known, twice, asked
        await asyncio.sleep(0.1)
