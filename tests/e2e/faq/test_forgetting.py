"""What people searched for long ago: the job forgets it by itself, and not in the first minutes."""

from datetime import timedelta

from app.bot import Bot
from app.db import DatabaseUrl
from app.jobs.faq import LookAfterFaq
from app.models import FaqSearchLog
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

WORDS = "SELECT query FROM faq_search_logs"


async def look(bot: Bot) -> None:
    """Let the job do what is due now."""
    job = await bot.jobs.run_now("faq")
    assert isinstance(job, LookAfterFaq)
    await job.drain()


async def test_whoever_has_just_upgraded_can_still_choose_to_keep_old_searches(
    bot: Bot, town: Town, clock: ManualClock, own_database: DatabaseUrl
) -> None:
    old = clock.now - timedelta(days=100)
    async with bot.uow() as work:
        work._session.add(FaqSearchLog(guild_id=town.guild.id, user_id=1, query="roles", searched_at=old))
    await look(bot)
    assert [row["query"] for row in await fetch(own_database, WORDS)] == ["roles"]
    clock.move(minutes=10)
    await look(bot)
    assert [row["query"] for row in await fetch(own_database, WORDS)] == [None]
