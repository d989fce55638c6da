"""A government changes its clocks while the bot runs: what was promised for nine comes at nine."""

import asyncpg

from app.bot import Bot
from standin.person import Person
from tests.fixtures.zones import HARBOUR, SEASONS, Governments


async def test_what_was_promised_for_nine_comes_at_nine_by_the_new_clocks(
    alice: Person, bot: Bot, connection: asyncpg.Connection, governments: Governments
) -> None:
    governments.decide(SEASONS)
    await alice.slash("timezone set", raw=True, zone=HARBOUR)
    await alice.slash("reminder create", when="every day at 9:00", what="tea")
    await alice.slash("reminder create", when="in 50 hours", what="cake")
    cake = await connection.fetchval("SELECT next_at FROM reminders WHERE name = 'cake'")
    governments.decide("<-05>5")
    await bot.jobs.run_now("time_zones")
    tea = await connection.fetchval("SELECT next_at AT TIME ZONE 'UTC' FROM reminders WHERE name = 'tea'")
    assert (tea.hour, tea.minute) == (14, 0)
    assert await connection.fetchval("SELECT next_at FROM reminders WHERE name = 'cake'") == cake
