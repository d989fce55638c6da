"""Whether roles and channels that were chosen are there, and whether the bot may do in them what tickets need."""

from collections.abc import Iterable

import discord

from app.core.checks import MAKING_CHANNELS, MAKING_THREADS, called
from app.core.errors import InvalidInput
from app.core.tickets.types import Place, TicketType
from app.ui.kit.places import require_permissions

CHANNELS = called(MAKING_CHANNELS)
THREADS = called(MAKING_THREADS)
"""Without these a ticket cannot be made; what else it lacks, `/tickets check` says."""


def check_role(guild: discord.Guild, role_id: int) -> int:
    """Return the id of a role that can be a team's. Raises InvalidInput."""
    role = guild.get_role(role_id)
    if role is None:
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    if role.is_default():
        raise InvalidInput("Everybody has that role. Choose one that only some people have.")
    return role.id


def check_type(guild: discord.Guild, kind: TicketType) -> None:
    """Raise InvalidInput unless tickets of a type can be where it says, and its teams work on them."""
    for role_id in (*kind.team_role_ids, *(one for route in kind.routes for one in route.team_role_ids)):
        check_role(guild, role_id)
    check_parent(guild, kind)


def unmentionable(guild: discord.Guild, role_ids: Iterable[int]) -> list[discord.Role]:
    """Return which of these roles the bot cannot mention, so that a private thread does not let them in."""
    if guild.me is not None and guild.me.guild_permissions.mention_everyone:
        return []
    roles = (guild.get_role(role_id) for role_id in role_ids)
    return [role for role in roles if role is not None and not role.mentionable]


def check_parent(guild: discord.Guild, kind: TicketType) -> None:
    """Raise InvalidInput unless tickets of a type can be where it says."""
    parent = guild.get_channel(kind.parent_id) if kind.parent_id is not None else None
    if kind.parent_id is not None and parent is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if kind.place is Place.THREAD:
        if not isinstance(parent, discord.TextChannel) or parent.is_news():
            raise InvalidInput("Private threads are made in a text channel. Give one as `parent`.")
        require_permissions(parent, THREADS)
    elif parent is not None:
        if not isinstance(parent, discord.CategoryChannel):
            raise InvalidInput(
                "{channel} is no category, and the channels of tickets are made in one. Give a category as `parent`, "
                "or choose private threads as `place`.",
                channel=parent.mention,
            )
        require_permissions(parent, CHANNELS)
