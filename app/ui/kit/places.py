"""Whether a channel that was chosen is there, and whether the bot may do in it what it is chosen for."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from app.core.checks import POSTS, called
from app.core.errors import InvalidInput
from app.core.formats import AllOf
from app.core.messages import Message

POSTING = called(POSTS)
IN_THREADS = discord.Permissions(embed_links=True, attach_files=True, mention_everyone=True)
"""What py-cord takes from whoever may not write in a channel."""


def check_posting(guild: discord.Guild, channel_id: int) -> discord.TextChannel:
    """Return the channel if a post can stay in it. Raises InvalidInput that names what the bot may not."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if not isinstance(channel, discord.TextChannel):
        raise InvalidInput("Nothing can be posted in {channel}. Choose a text channel.", channel=channel.mention)
    require_permissions(channel, POSTING)
    return channel


def in_threads(channel: discord.abc.GuildChannel, member: discord.Member) -> discord.Permissions:
    """Return what somebody may in the threads and posts of a channel.

    Who may not write in the channel itself can embed links and attach files in its threads all the same, if they may
    write there. py-cord takes that from them: see findings/pycord-thread-permissions.sh.
    """
    found = channel.permissions_for(member)
    if found.send_messages or not found.view_channel:
        return found
    value, everyone = member.guild_permissions.value, channel.guild.default_role
    # First what everybody may, then roles together, then the member.
    steps: Sequence[Sequence[Any]] = ([everyone], [role for role in member.roles if role != everyone], [member])
    for targets in steps:
        pairs = [channel.overwrites_for(one).pair() for one in targets]
        for _, deny in pairs:
            value &= ~deny.value
        for allow, _ in pairs:
            value |= allow.value
    return found | (discord.Permissions(value) & IN_THREADS)


def require_permissions(
    channel: discord.abc.GuildChannel, needed: Mapping[str, Message], *, mine: discord.Permissions | None = None
) -> None:
    """Raise InvalidInput that names what the bot lacks in a channel of these permissions, by py-cord's names.

    `mine` is what it may there, if that is not what it may in the channel itself.
    """
    mine = mine or channel.permissions_for(channel.guild.me)
    missing = [str(name) for permission, name in needed.items() if not getattr(mine, permission)]
    if missing:
        raise InvalidInput(
            "I lack permissions in {channel}. Give me these there first: {permissions}.",
            channel=channel.mention,
            permissions=AllOf(missing),
        )
