"""Telling people that what they searched for is answered now: once each, and not too many within an hour."""

from datetime import datetime, timedelta

from app.bot import Bot
from app.core.faq.policy import FaqPolicy
from app.effects.faq.telling import Outcome, tell_of_answer
from app.jobs.faq.part import Part
from app.services.faq.telling import Telling

AT_ONCE = 20
"""How many are told before it is looked again."""
PAUSE = timedelta(seconds=1)
NO_ROOM = timedelta(minutes=10)
"""When to look again after a server has told as many as it may, or Discord was away."""


class Tell(Part):
    """Sends what is due, one person after the other: Discord minds a bot that opens many direct messages at once."""

    name = "telling"
    every = timedelta(minutes=5)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        bot.add_listener(self._on_faq_answered, "on_faq_answered")

    async def work(self) -> datetime | None:
        """Tell some people."""
        full = set[int]()
        while not self.stopping:
            async with self._bot.uow() as work:
                due = await work.faq.telling.due(shards=self._shards(), but=full, limit=AT_ONCE)
                next_at = await work.faq.telling.next_at()
                lately = await work.faq.telling.told_within_an_hour({one.guild_id for one in due})
            if not due:
                return self._bot.clock() + NO_ROOM if full else next_at
            for one in due:
                if self.stopping:
                    break
                if one.guild_id in full:
                    continue
                policy = FaqPolicy.of(await self._bot.settings.get(one.guild_id))
                if lately.get(one.guild_id, 0) >= policy.direct_per_hour or not await self._tell(one):
                    full.add(one.guild_id)
                    continue
                lately[one.guild_id] = lately.get(one.guild_id, 0) + 1
        return None

    async def _tell(self, one: Telling) -> bool:
        """Tell one person; say whether the server may go on."""
        async with self._bot.uow() as work:
            entry = await work.faq.telling.entry(one)
        if entry is None:
            # Removed at this moment: whoever brings it back lets it be told.
            return True
        outcome = await tell_of_answer(self._bot, one, entry)
        if outcome is Outcome.LATER:
            return False
        async with self._bot.uow() as work:
            if outcome is Outcome.TOLD:
                await work.faq.telling.told(one)
            else:
                await work.faq.telling.give_up(one)
        return True

    def _shards(self) -> tuple[int, list[int]] | None:
        shards, count = self._bot.shard_ids, self._bot.shard_count
        return (count, list(shards)) if shards is not None and count is not None else None

    async def _on_faq_answered(self) -> None:
        self.wake()
