"""Whether a channel that was chosen is there, and whether the bot may do in it what it is chosen for."""

from collections.abc import Mapping

import discord

from app.core.errors import InvalidInput
from app.core.messages import Message, msg

POSTING = {
    "view_channel": msg("View Channel"),
    "send_messages": msg("Send Messages"),
    "embed_links": msg("Embed Links"),
}


def check_posting(guild: discord.Guild, channel_id: int) -> discord.TextChannel:
    """Return the channel if a post can stay in it. Raises InvalidInput that names what the bot may not."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if not isinstance(channel, discord.TextChannel):
        raise InvalidInput("Nothing can be posted in {channel}. Choose a text channel.", channel=channel.mention)
    require_permissions(channel, POSTING)
    return channel


def require_permissions(channel: discord.abc.GuildChannel, needed: Mapping[str, Message]) -> None:
    """Raise InvalidInput that names what the bot lacks in a channel of these permissions, by py-cord's names."""
    mine = channel.permissions_for(channel.guild.me)
    missing = [str(name) for permission, name in needed.items() if not getattr(mine, permission)]
    if missing:
        raise InvalidInput(
            "I lack permissions in {channel}. Give me these there first: {permissions}.",
            channel=channel.mention,
            permissions=", ".join(missing),
        )
