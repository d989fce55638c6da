"""The invitation that grants the bot more permissions in a server in which it is."""

from collections.abc import Iterable
from typing import Any

import discord

from app.core.messages import t

SCOPES = ("bot", "applications.commands")


def invitation(client_id: int, guild: discord.Guild, wanted: Iterable[str]) -> str:
    """Return the address at which whoever may manage the server grants the bot these permissions, and what it has.

    Discord gives the bot's role what is asked for and no more, so what it has is asked for again.
    https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
    """
    mine = discord.Permissions(guild.self_role.permissions.value if guild.self_role is not None else 0)
    mine.update(**dict.fromkeys(wanted, True))
    return str(
        discord.utils.oauth_url(client_id, permissions=mine, guild=guild, scopes=SCOPES, disable_guild_select=True)
    )


def grant_button(client_id: int, guild: discord.Guild, wanted: Iterable[str], *, row: int | None = None) -> Any:
    """Make the button that opens it."""
    address = invitation(client_id, guild, wanted)
    return discord.ui.Button(label=t("Grant the permissions"), url=address, emoji="🔑", row=row)
