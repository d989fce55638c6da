"""Reading an interaction: who is asking, and where."""

from typing import TypeVar

import discord

from app.core.actor import Actor
from app.core.errors import InvalidInput, NotAllowed
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot

T = TypeVar("T")


class NotInServer(NotAllowed):
    """The command needs a server."""

    def __init__(self) -> None:
        super().__init__("This works in a server, not in direct messages.")


def actor_of(interaction: discord.Interaction, snapshot: SettingsSnapshot | None = None) -> Actor:
    """Say who is asking. The only code that reads identity from an interaction.

    Permissions are those that Discord resolved for this very interaction; no cache of members is needed. With the
    server's settings at hand, its staff role counts as well. Raises NotInServer for a direct message.
    """
    if interaction.guild_id is None or interaction.user is None:
        raise NotInServer
    return ranked(
        interaction.guild_id, interaction.user.id, interaction.permissions, role_ids(interaction.user), snapshot
    )


def actor_of_member(member: discord.User | discord.Member, guild_id: int, snapshot: SettingsSnapshot) -> Actor:
    """Say who somebody is whom Discord names: who wrote a message, or was chosen. Who has left is nobody's staff."""
    if not isinstance(member, discord.Member):
        return Actor(guild_id, member.id)
    return ranked(guild_id, member.id, member.guild_permissions, role_ids(member), snapshot)


def ranked(
    guild_id: int,
    user_id: int,
    permissions: discord.Permissions,
    roles: frozenset[int],
    snapshot: SettingsSnapshot | None = None,
) -> Actor:
    """Say what somebody with these permissions and roles is in a server: the only place where that is decided."""
    is_manager = permissions.administrator or permissions.manage_guild
    staff_role = snapshot[general.STAFF_ROLE] if snapshot is not None else None
    return Actor(
        guild_id=guild_id,
        user_id=user_id,
        is_manager=is_manager,
        is_staff=is_manager or permissions.manage_messages or staff_role in roles,
        role_ids=roles,
    )


def staff_roles(guild: discord.Guild, snapshot: SettingsSnapshot) -> list[int]:
    """Return the roles that make somebody staff by `ranked`. Who holds them sees a channel only if it lets them in.

    Administrators see every channel, so theirs are left out, and so are the roles of bots.
    """
    chosen = snapshot[general.STAFF_ROLE]
    return [
        role.id
        for role in guild.roles
        if role.id == chosen
        or (
            (role.permissions.manage_messages or role.permissions.manage_guild)
            and not (role.permissions.administrator or role.managed or role.is_default())
        )
    ]


def role_ids(user: discord.User | discord.Member) -> frozenset[int]:
    """Return the ids of the roles Discord sent along with the interaction."""
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()


def chooser_of(interaction: discord.Interaction) -> discord.Member:
    """Return whoever acts in a server, with their roles. Raises NotInServer for a direct message."""
    if not isinstance(interaction.user, discord.Member):
        raise NotInServer
    return interaction.user


def present(value: T | None) -> T:
    """Return what Discord always sends in this place. Raises InvalidInput if it did not, after all."""
    if value is None:
        raise InvalidInput("Discord left out where this came from. Please try again.")
    return value
