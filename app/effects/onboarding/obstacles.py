"""What stands in the way of giving a role or showing a channel, from what the bot knows: no request is made for it."""

import discord

from app.core.messages import Message
from app.core.onboarding.grants import Grant, What
from app.ui.kit.failures import TIMED_OUT
from app.ui.onboarding import trouble


def obstacle(guild: discord.Guild, grant: Grant) -> Message | None:
    """Say why Discord would refuse this; None if nothing is known that speaks against it."""
    me = guild.me
    if me is None:
        return None
    if me.timed_out:
        return TIMED_OUT
    if grant.what is What.CHANNEL:
        channel = guild.get_channel(grant.id)
        if channel is None:
            return trouble.GONE_CHANNEL
        return None if channel.permissions_for(me).manage_roles else trouble.NO_MANAGE_ROLES
    role = guild.get_role(grant.id)
    if role is None:
        return trouble.GONE_ROLE
    if role.is_default():
        return trouble.EVERYBODY
    if role.managed:
        return trouble.MANAGED
    if not me.guild_permissions.manage_roles:
        return trouble.NO_MANAGE_ROLES
    if guild.owner_id != me.id and role >= me.top_role:
        return trouble.ABOVE
    return None


def sees(channel: discord.abc.GuildChannel, role_ids: set[int], user_id: int) -> bool:
    """Tell whether somebody with these roles sees a channel, by Discord's order of overwrites."""
    guild = channel.guild
    held = [role for role in guild.roles if role.id in role_ids or role.is_default()]
    base = 0
    for role in held:
        base |= role.permissions.value
    if discord.Permissions(base).administrator or guild.owner_id == user_id:
        return True
    view = discord.Permissions(view_channel=True).value
    may = bool(base & view)
    targets = {target.id: pair.pair() for target, pair in channel.overwrites.items()}
    if guild.id in targets:
        allow, deny = targets[guild.id]
        may = (may and not deny.value & view) or bool(allow.value & view)
    of_roles = [targets[role.id] for role in held if role.id in targets and role.id != guild.id]
    if any(deny.value & view for _, deny in of_roles):
        may = False
    if any(allow.value & view for allow, _ in of_roles):
        may = True
    if user_id in targets:
        allow, deny = targets[user_id]
        may = (may and not deny.value & view) or bool(allow.value & view)
    return may
