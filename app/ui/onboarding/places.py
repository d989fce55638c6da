"""Whether an answer may give what somebody chose for it: said when it is set up, not when a member waits for it."""

from collections.abc import Iterable

import discord

from app.core import checks
from app.core.checks import called
from app.core.errors import InvalidInput, NotAllowed
from app.ui.kit.giving import require_giving
from app.ui.kit.places import require_permissions

SHOWING = called(checks.SHOWING.permissions)


def check_roles(guild: discord.Guild, chooser: discord.Member, role_ids: Iterable[int]) -> None:
    """Raise InvalidInput unless the bot can give all these roles, and NotAllowed if the chooser could not.

    https://discord.com/developers/docs/topics/permissions#permission-hierarchy
    """
    listed = list(role_ids)
    if listed and not guild.me.guild_permissions.manage_roles:
        raise InvalidInput("I may not give roles here. Give me the permission Manage Roles first.")
    for role_id in listed:
        _check_role(guild, chooser, role_id)


def check_channels(guild: discord.Guild, chooser: discord.Member, channel_ids: Iterable[int]) -> None:
    """Raise InvalidInput unless the bot can show all these channels, and NotAllowed if the chooser sees one not."""
    for channel_id in channel_ids:
        channel = guild.get_channel(channel_id)
        if channel is None:
            raise InvalidInput("That is not a channel of this server. Choose one from the list.")
        require_permissions(channel, SHOWING)
        if not channel.permissions_for(chooser).view_channel:
            raise NotAllowed(
                "You do not see {channel} yourself, so you cannot let others see it.", channel=channel.mention
            )


def _check_role(guild: discord.Guild, chooser: discord.Member, role_id: int) -> None:
    role = guild.get_role(role_id)
    if role is None:
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    if role.is_default():
        raise InvalidInput("Everybody has that role. Choose one that only some people have.")
    if role.managed:
        raise InvalidInput(
            "{role} belongs to an app, to boosters or to subscribers, and only Discord gives it. Choose another one.",
            role=role.mention,
        )
    if role >= guild.me.top_role:
        raise InvalidInput(
            "{role} is not below my own highest role, so I cannot give it. Move my role above it, in the server's "
            "settings under Roles, or choose another one.",
            role=role.mention,
        )
    require_giving(guild, chooser, role)
