"""What servers set in Discord about who may use the bot's commands, under Server Settings, Integrations.

Discord keeps that to itself: neither the commands nor an interaction say it. A bot may ask for a server's rules, and is
told when they change. They are asked for when somebody wants to know what they can do, and then remembered.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import discord

from app.core.cache import SnapshotCache
from app.core.command_rules import Rules, read
from app.discord_failures import in_words

log = logging.getLogger(__name__)

LIFETIME_SECONDS = 600.0
"""How long rules are remembered, in case Discord did not tell that they changed."""
CAPACITY = 1000
WAIT_SECONDS = 1.0
"""Discord waits three for an answer."""
CHANGED = "APPLICATION_COMMAND_PERMISSIONS_UPDATE"


class CommandAccess:
    """The rules of servers, each for a while."""

    def __init__(self, http: discord.http.HTTPClient, parsers: dict[str, Any]) -> None:
        self._http = http
        self._rules: SnapshotCache[tuple[int, int], Rules] = SnapshotCache(
            lifetime_seconds=LIFETIME_SECONDS, capacity=CAPACITY
        )
        parsers[CHANGED] = self._then_forget(parsers.get(CHANGED))

    async def of(self, application_id: int, guild_id: int) -> Rules:
        """Return the rules of a server; none if Discord does not say them in time."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self._rules.get((application_id, guild_id), self._load)
        except (discord.HTTPException, aiohttp.ClientError, OSError, KeyError, TypeError, ValueError) as error:
            # A TimeoutError is an OSError. What a command asks for by itself is known all the same.
            facts = {"guild": guild_id, "reason": in_words(error)}
            log.info("Discord did not say who may use which command in a server", extra=facts)
            return {}

    def known(self, application_id: int, guild_id: int) -> Rules:
        """Return the rules of a server as far as they are remembered, without asking for them."""
        return self._rules.peek((application_id, guild_id)) or {}

    async def _load(self, key: tuple[int, int]) -> Rules:
        return read(await self._http.get_guild_application_command_permissions(*key))

    def _then_forget(self, parse: Callable[[Any], None] | None) -> Callable[[Any], None]:
        def changed(data: Any) -> None:
            self._rules.invalidate((int(data["application_id"]), int(data["guild_id"])))
            if parse is not None:
                parse(data)

        return changed
