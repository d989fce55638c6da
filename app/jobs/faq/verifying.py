"""Reminding the owners of entries to look at them again, once for each day that was chosen.

A message goes out first, under a nonce that follows from the entry and its day, and is written down after: whoever is
killed between the two sends it again, and Discord drops the second, as it does when two processes send it.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from app.bot import Bot
from app.core.faq.policy import FaqPolicy
from app.core.messages import speaking
from app.effects.faq.channel import is_heard
from app.effects.posts import body_of
from app.effects.sending import BAD_REQUEST, ERRORS, send
from app.job_part import Part
from app.models import FaqEntry
from app.ui.faq.verifying import reminder
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)

AT_ONCE = 5
"""Messages in one server before there is a pause."""
MAX_SERVERS = 100
"""Of which the entries are read together."""
PAUSE = timedelta(minutes=1)
AFTER_REFUSAL = timedelta(hours=1)
ENTRY_AGAIN = timedelta(days=1)
"""When an entry that Discord did not take is tried again: it may have been changed."""


class AskOwners(Part):
    """Asks, in the channel for staff of each server of this process."""

    job = "faq"
    name = "verify"
    every = timedelta(minutes=5)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._refused: dict[int, datetime] = {}
        """Servers in whose channel nothing could be posted, and until when it is not tried again."""
        self._not_taken: dict[int, datetime] = {}
        """The same for entries that Discord did not take: they hold up no others."""

    async def work(self) -> datetime | None:
        """Ask about some entries of each server."""
        now, shards = self._bot.clock(), self._bot.served_shards
        self._refused, self._not_taken = _still(self._refused, now), _still(self._not_taken, now)
        async with self._bot.uow() as work:
            servers, next_at = await work.faq.verifying.servers(shards), await work.faq.verifying.next_at(shards)
        asked = [guild_id for guild_id in servers if guild_id not in self._refused and await self._is_heard(guild_id)]
        more = False
        for first in range(0, len(asked), MAX_SERVERS):
            some = asked[first : first + MAX_SERVERS]
            async with self._bot.uow() as work:
                due = await work.faq.verifying.due(some, AT_ONCE, list(self._not_taken))
            for guild_id, entries in groupby(due, lambda entry: entry.guild_id):
                more |= await self._ask(guild_id, list(entries))
        moments = [now + self.every, *([now + PAUSE] if more else []), *([next_at] if next_at is not None else [])]
        return min(moments)

    async def _is_heard(self, guild_id: int) -> bool:
        # Where nobody can be asked, `/faq list` and the doctor say so.
        return is_heard(self._bot, guild_id, FaqPolicy.of(await self._bot.settings.get(guild_id)))

    async def _ask(self, guild_id: int, due: Sequence[FaqEntry]) -> bool:
        """Ask about some entries of one server; tell whether there may be more."""
        snapshot = await self._bot.settings.get(guild_id)
        channel_id = FaqPolicy.of(snapshot).staff_channel_id
        if channel_id is None:
            # It was taken away at this moment.
            return False
        for entry in due:
            if self.stopping:
                return True
            with speaking(language_of_server(self._bot, guild_id)):
                body = body_of(reminder(entry, snapshot)) | {"allowed_mentions": _owner_alone(entry)}
            assert entry.verify_by is not None
            once = f"faq{entry.id}.{int(entry.verify_by.timestamp())}"
            try:
                await send(self._bot, channel_id, body, once=once)
            except ERRORS as error:
                facts = {"guild": guild_id, "entry": entry.id, "error": str(error)}
                if getattr(error, "status", None) == BAD_REQUEST:
                    self._not_taken[entry.id] = self._bot.clock() + ENTRY_AGAIN
                    log.warning("the owner of an entry is not reminded, because Discord does not take it", extra=facts)
                    continue
                self._refused[guild_id] = self._bot.clock() + AFTER_REFUSAL
                log.warning("owners of entries are not reminded", extra=facts)
                return False
            async with self._bot.uow() as work:
                await work.faq.verifying.told(entry)
        return len(due) == AT_ONCE


def _still(held: Mapping[int, datetime], now: datetime) -> dict[int, datetime]:
    """Return what is still held back."""
    return {one: until for one, until in held.items() if until > now}


def _owner_alone(entry: FaqEntry) -> dict[str, list[str]]:
    """Let a message ping who sees to an entry, and nobody whom it names."""
    users = [str(entry.owner_user_id)] if entry.owner_user_id is not None else []
    roles = [str(entry.owner_role_id)] if entry.owner_role_id is not None else []
    return {"parse": [], "users": users, "roles": roles}
