"""Whether somebody may have the bot give a role: nobody gets more rights by what they choose."""

import discord

from app.core.errors import NotAllowed


def require_giving(guild: discord.Guild, chooser: discord.Member, role: discord.Role) -> None:
    """Refuse a role that `chooser` could not give to others themselves. Raises NotAllowed."""
    if chooser.id == guild.owner_id:
        return
    if role >= chooser.top_role:
        raise NotAllowed(
            "{role} is not below your own highest role, so you cannot have it given to others. Somebody above it can.",
            role=role.mention,
        )
    if not chooser.guild_permissions.administrator and not role.permissions.is_subset(chooser.guild_permissions):
        raise NotAllowed(
            "{role} has permissions that you do not have, so you cannot have it given to others. Somebody who has "
            "them can.",
            role=role.mention,
        )
