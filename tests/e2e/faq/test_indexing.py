"""Entries from before the search: the job makes them findable by itself."""

from app.bot import Bot
from app.models import FaqEntry
from tests.fixtures.jobs import settle_faq
from tests.fixtures.town import Town


async def test_entries_of_before_are_found_after_a_while(bot: Bot, town: Town) -> None:
    async with bot.uow() as work:
        work._session.add(FaqEntry(guild_id=town.guild.id, title="How to pay?", summary="By card."))
    async with bot.uow() as work:
        assert not await work.faq.search.search(town.guild.id, "paying", ["en-US"])
        assert await work.faq.indexing.waiting() == (1, 1)
    await settle_faq(bot, "index")
    async with bot.uow() as work:
        (hit,) = await work.faq.search.search(town.guild.id, "paying", ["en-US"])
        assert hit.title == "How to pay?"
        assert await work.faq.indexing.waiting() == (1, 0)
