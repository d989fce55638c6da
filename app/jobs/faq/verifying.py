"""Reminding the owners of entries to look at them again, once for each day that was chosen.

A message goes out first, under a nonce that follows from the entry and its day, and is written down after: whoever is
killed between the two sends it again, and Discord drops the second, as it does when two processes send it.
"""

import logging
from datetime import datetime, timedelta

import discord

from app.bot import Bot
from app.core.faq.policy import FaqPolicy
from app.core.messages import speaking
from app.effects.posts import body_of
from app.effects.sending import ERRORS, send
from app.jobs.faq.part import Part
from app.models import FaqEntry
from app.ui.faq.check import channel_trouble
from app.ui.faq.verifying import reminder
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)

AT_ONCE = 5
"""Messages in one server before there is a pause."""
PAUSE = timedelta(minutes=1)
AFTER_REFUSAL = timedelta(hours=1)


class AskOwners(Part):
    """Asks, in the channel for staff of each server of this process."""

    name = "verify"
    every = timedelta(minutes=5)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._refused: dict[int, datetime] = {}
        """Servers in whose channel nothing could be posted, and until when it is not tried again."""

    async def work(self) -> datetime | None:
        """Ask about some entries of each server."""
        now = self._bot.clock()
        async with self._bot.uow() as work:
            servers, next_at = await work.faq.verifying.servers(), await work.faq.verifying.next_at()
        more = False
        for guild_id in servers:
            guild, tried = self._bot.get_guild(guild_id), self._refused.get(guild_id)
            if guild is None or (tried is not None and now < tried):
                continue
            more |= await self._ask(guild)
        moments = [now + self.every, *([now + PAUSE] if more else []), *([next_at] if next_at is not None else [])]
        return min(moments)

    async def _ask(self, guild: discord.Guild) -> bool:
        """Ask about some entries of one server; tell whether there are more."""
        snapshot = await self._bot.settings.get(guild.id)
        policy = FaqPolicy.of(snapshot)
        if policy.staff_channel_id is None or channel_trouble(policy, guild.get_channel, guild.me) is not None:
            # `/faq list` and the doctor say so.
            return False
        async with self._bot.uow() as work:
            due = await work.faq.verifying.due(guild.id, AT_ONCE)
        for entry in due:
            if self.stopping:
                return True
            with speaking(language_of_server(self._bot, guild.id)):
                body = body_of(reminder(entry, snapshot)) | {"allowed_mentions": _owner_alone(entry)}
            assert entry.verify_by is not None
            once = f"faq{entry.id}.{int(entry.verify_by.timestamp())}"
            try:
                await send(self._bot, policy.staff_channel_id, body, once=once)
            except ERRORS as error:
                self._refused[guild.id] = self._bot.clock() + AFTER_REFUSAL
                log.warning("owners of entries are not reminded", extra={"guild": guild.id, "error": str(error)})
                return False
            async with self._bot.uow() as work:
                await work.faq.verifying.told(entry)
        self._refused.pop(guild.id, None)
        return len(due) == AT_ONCE


def _owner_alone(entry: FaqEntry) -> dict[str, list[str]]:
    """Let a message ping who sees to an entry, and nobody whom it names."""
    users = [str(entry.owner_user_id)] if entry.owner_user_id is not None else []
    roles = [str(entry.owner_role_id)] if entry.owner_role_id is not None else []
    return {"parse": [], "users": users, "roles": roles}
