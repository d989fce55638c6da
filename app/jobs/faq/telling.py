"""Telling people that what they searched for is answered now: once each, and not too many within an hour."""

from datetime import datetime, timedelta

from app.bot import Bot
from app.core.faq.policy import FaqPolicy
from app.effects.faq.telling import Outcome, tell_of_answer
from app.job_part import Part
from app.services.faq.telling import Telling

AT_ONCE = 20
"""How many are told before it is looked again."""
PAUSE = timedelta(seconds=1)
NO_ROOM = timedelta(minutes=10)
"""When to look again after a server has told as many as it may, or Discord was away."""
AFTER_REFUSAL = timedelta(hours=1)
"""When an answer that Discord did not take is tried again: it may have been changed."""


class Tell(Part):
    """Sends what is due, one person after the other: Discord minds a bot that opens many direct messages at once."""

    job = "faq"
    name = "telling"
    every = timedelta(minutes=5)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._refused: dict[int, datetime] = {}
        """Entries that Discord did not take, and until when they are not tried again."""
        bot.add_listener(self._on_faq_answered, "on_faq_answered")

    async def work(self) -> datetime | None:
        """Tell some people."""
        full, shards, now = set[int](), self._bot.served_shards, self._bot.clock()
        self._refused = {entry_id: until for entry_id, until in self._refused.items() if until > now}
        while not self.stopping:
            async with self._bot.uow() as work:
                telling, refused = work.faq.telling, list(self._refused)
                due = await telling.due(shards=shards, but=full, without=refused, limit=AT_ONCE)
                if not due:
                    return self._bot.clock() + NO_ROOM if full else await telling.next_at(shards)
                lately = await telling.told_within_an_hour({one.guild_id for one in due})
            for one in due:
                if self.stopping:
                    break
                if one.guild_id in full or one.entry_id in self._refused:
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
        if outcome is Outcome.REFUSED:
            self._refused[one.entry_id] = self._bot.clock() + AFTER_REFUSAL
            return True
        async with self._bot.uow() as work:
            if outcome is Outcome.TOLD:
                await work.faq.telling.told(one)
            else:
                await work.faq.telling.give_up(one)
        return True

    async def _on_faq_answered(self) -> None:
        self.wake()
