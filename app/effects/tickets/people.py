"""Asking Discord who of some people is in a server, many at a time."""

from collections.abc import Iterable

import discord

MAX_AT_ONCE = 100
"""https://discord.com/developers/docs/events/gateway-events#request-guild-members, which needs no intent for ids."""


async def present_among(guild: discord.Guild, user_ids: Iterable[int]) -> set[int]:
    """Return who of these people is in a server. Raises TimeoutError when the gateway does not answer."""
    wanted, found = sorted(set(user_ids)), set[int]()
    for start in range(0, len(wanted), MAX_AT_ONCE):
        members = await guild.query_members(
            user_ids=wanted[start : start + MAX_AT_ONCE], limit=MAX_AT_ONCE, cache=False
        )
        found |= {member.id for member in members}
    return found
