"""The invitation that grants the bot more permissions in a server in which it is."""

from collections.abc import Iterable
from typing import Any

import discord

from app.core.messages import t

INVITATION = (
    "https://discord.com/oauth2/authorize?client_id={application}&permissions={permissions}&scope=bot+"
    "applications.commands&guild_id={guild}&disable_guild_select=true"
)


def invitation(application_id: int, guild_id: int, has: discord.Permissions, missing: Iterable[str]) -> str:
    """Return the link that gives the bot's own role what it lacks, by py-cord's names, beside what it has.

    Discord gives the role what is asked for and no more, so what it has is asked for again.
    https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
    """
    wanted = discord.Permissions(has.value)
    wanted.update(**dict.fromkeys(missing, True))
    return INVITATION.format(application=application_id, guild=guild_id, permissions=wanted.value)


def grant_button(application_id: int, guild: discord.Guild, missing: Iterable[str], *, row: int | None = None) -> Any:
    """Make the button that opens it."""
    has = guild.self_role.permissions if guild.self_role is not None else guild.me.guild_permissions
    address = invitation(application_id, guild.id, has, missing)
    return discord.ui.Button(label=t("Grant the permissions"), url=address, emoji="🔑", row=row)
