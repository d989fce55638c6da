"""Finding the channels and roles that a server named: in the cache, and what that misses once at Discord.

A cache that misses a channel is no proof that it is gone; only Discord's own list is.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import discord

from app.core.checks import Place
from app.discord_failures import NOT_THERE, in_words
from app.ui.kit.judging import Server

log = logging.getLogger(__name__)


async def look(guild: discord.Guild, places: Iterable[Place]) -> Server:
    """Return a server as the cache has it; whatever of the places that misses is asked of Discord once.

    Costs no request where the cache has everything, else one for all channels and one for all roles. What Discord does
    not answer stays unknown, and is not taken for gone.
    """
    server = Server.of(guild)
    missed = server.misses(places)
    if not missed:
        return server
    channels, roles = [one for one in missed if one.is_channel], [one for one in missed if not one.is_channel]
    there: dict[int, Any] = {}
    known: dict[int, discord.Role] = {}
    gone: set[int] = set()
    try:
        if channels:
            there = {one.id: one for one in await guild.fetch_channels()}
            gone |= _absent(channels, there)
        if roles:
            known = {one.id: one for one in await guild.fetch_roles()}
            gone |= _absent(roles, known)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.warning("what a server named could not be looked up", extra={"guild": guild.id, "error": in_words(error)})
    return replace(server, channels=there, roles=known, gone=frozenset(gone))


async def is_in(bot: discord.Client, guild_id: int) -> bool | None:
    """Ask Discord, whatever the cache says, whether the bot is in a server; None if it did not say."""
    try:
        await bot.http.get_guild(guild_id, with_counts=False)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        # Any other refusal, as by a proxy in between, says nothing about the server.
        if getattr(error, "code", 0) in NOT_THERE:
            return False
        log.warning("a server could not be looked up", extra={"guild": guild_id, "error": in_words(error)})
        return None
    return True


def _absent(places: Sequence[Place], found: Iterable[int]) -> set[int]:
    return {one.id for one in places} - set(found)
