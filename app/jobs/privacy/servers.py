"""Forgetting servers that the bot is not in any more, also when it was removed while it was offline.

A server is gone when Discord does not name it among those of its shard. One that Discord calls unavailable is named.
While a shard is not connected, or Discord names none at all, nothing is concluded and nothing deleted.

At a start, shards may be connected before Discord has named their servers, and a server may have come back while the
bot was off. So Discord is asked for a server by its id before anything of it is deleted.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.bot import Bot
from app.effects.looking import is_in
from app.job_part import Part

log = logging.getLogger(__name__)

BATCH = 500
PAUSE = timedelta(milliseconds=200)
"""Between two batches, so that nobody waits for their locks."""
ASK_AGAIN = timedelta(minutes=1)
"""After Discord did not say whether the bot is in a server."""
SOON = timedelta(days=7)
"""How long before operators are told."""


class ForgetServers(Part):
    """Notes which servers are gone, and deletes in small batches what is stored of those gone for long."""

    job = "privacy"
    name = "servers"
    every = timedelta(hours=1)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self.gone = 0
        self.soon = 0
        self.forgotten: Callable[[], None] = lambda: None
        self._told: frozenset[int] = frozenset()
        self._surely_gone: int | None = None
        """The server that is being deleted."""

    def listen(self) -> None:
        """Look at once when the bot is removed from a server, or comes back."""

        async def changed(_: Any) -> None:
            self.wake()

        self._bot.add_listener(changed, "on_guild_remove")
        self._bot.add_listener(changed, "on_guild_join")

    async def work(self) -> datetime | None:
        """Compare, and delete one batch."""
        there = self._there()
        if there is None:
            return None
        async with self._bot.uow() as work:
            known = await work.personal_data.guilds(self._bot.served_shards)
            gone = await work.gone_guilds.all()
            await work.gone_guilds.came_back([guild_id for guild_id in gone if guild_id in there])
            missing = [guild_id for guild_id in known if guild_id not in there]
            await work.gone_guilds.note([guild_id for guild_id in missing if guild_id not in gone])
        since = {guild_id: at for guild_id, at in gone.items() if guild_id not in there and self._is_ours(guild_id)}
        self.gone = len(missing)
        due = self._due(since)
        self._tell(since, missing)
        return await self._forget(due) if due else None

    def _there(self) -> Collection[int] | None:
        """Return the servers that Discord names for the shards of this process; None if that is not known."""
        shards = self._bot.shards
        connected = self._bot.is_ready() and all(not shard.is_closed() for shard in shards.values())
        named = {guild.id for guild in self._bot.guilds}
        return named if connected and named else None

    def _is_ours(self, guild_id: int) -> bool:
        served = self._bot.served_shards
        return served is None or self._bot.shard_of(guild_id) in served[1]

    def _due(self, since: Mapping[int, datetime]) -> list[int]:
        after = self._bot.forget_servers_after
        if after is None:
            return []
        return sorted(guild_id for guild_id, at in since.items() if at + after <= self._bot.clock())

    def _tell(self, since: Mapping[int, datetime], missing: Collection[int]) -> None:
        """Say beforehand, once by each process, of which servers everything is about to be deleted."""
        after, now = self._bot.forget_servers_after, self._bot.clock()
        soon = {} if after is None else {one: at + after for one, at in since.items() if at + after <= now + SOON}
        soon = {one: at for one, at in soon.items() if one in missing}
        self.soon = len(soon)
        new = frozenset(soon) - self._told
        self._told = frozenset(soon)
        if new:
            first = min(soon[one] for one in new)
            facts = {"servers": len(new), "first": first.isoformat(), "ids": sorted(new)[:20]}
            log.warning("all that is stored of servers that the bot is not in any more will be deleted", extra=facts)

    async def _forget(self, due: list[int]) -> datetime:
        """Delete a batch of the first of these; of one of which nothing is left, the mark that it was gone as well."""
        guild_id = due[0]
        if guild_id != self._surely_gone:
            is_there = await is_in(self._bot, guild_id)
            if is_there is None:
                return self._bot.clock() + ASK_AGAIN
            if is_there:
                log.warning("a server that was taken for gone is there: it is kept", extra={"guild": guild_id})
                async with self._bot.uow() as work:
                    await work.gone_guilds.came_back([guild_id])
                return self._bot.clock() + PAUSE
            self._surely_gone = guild_id
        async with self._bot.uow() as work:
            deleted = await work.personal_data.forget_guild(guild_id, BATCH)
            if not deleted and guild_id not in await work.personal_data.guilds(self._bot.served_shards):
                await work.gone_guilds.came_back([guild_id])
                self.forgotten()
                log.warning("a server was forgotten", extra={"guild": guild_id})
        return self._bot.clock() + PAUSE
