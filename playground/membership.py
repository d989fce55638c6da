"""How people come and go: they join a server, pass its screening and leave it; new people; a server's language."""

import re

from playground.refusals import BadRequest
from standin import Guild, Member, StandIn, User, permissions
from standin.locales import LOCALES

MAX_NAME = 32
"""Of an account (Discord)."""


def add_person(discord: StandIn, name: str) -> User:
    """Make an account that is in no server yet. The username follows from the name."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise BadRequest(f"A name has 1 to {MAX_NAME} characters.")
    base = re.sub(r"[^a-z0-9_.]+", "_", name.lower()).strip("_.") or "somebody"
    taken = {user.name for user in discord.world.users.values()}
    username, number = base, 1
    while username in taken:
        number += 1
        username = f"{base[: MAX_NAME - 4]}{number}"
    return discord.world.add_user(username, name)


def join(discord: StandIn, me: User, guild_id: int, *, pending: bool) -> None:
    """Join a server; `pending` as where Discord asks to agree to the rules in its own screening first."""
    guild = _guild(discord, guild_id)
    if me.id in guild.members:
        raise BadRequest(f"You are in {guild.name} already.")
    discord.world.add_member(guild, me, pending=pending)


def pass_screening(discord: StandIn, me: User, guild_id: int) -> None:
    """Agree to Discord's own screening."""
    member = _member(discord, me, guild_id)
    if not member.pending:
        raise BadRequest("There is nothing to agree to.")
    discord.world.edit_member(member, pending=False)


def leave(discord: StandIn, me: User, guild_id: int) -> None:
    """Leave a server. Owners cannot (Discord)."""
    member = _member(discord, me, guild_id)
    guild = discord.world.guilds[member.guild_id]
    if guild.owner_id == me.id:
        raise BadRequest("The owner of a server cannot leave it.")
    discord.world.remove_member(guild, me)


def may_manage(guild: Guild, me: User) -> bool:
    """Whether somebody has Manage Server."""
    member = guild.members.get(me.id)
    return member is not None and bool(permissions.in_guild(guild, member) & permissions.MANAGE_GUILD)


def set_locale(discord: StandIn, me: User, guild_id: int, locale: str) -> None:
    """Choose the language of a server, as Discord does in Server Settings, for those with Manage Server."""
    guild = _guild(discord, guild_id)
    if not may_manage(guild, me):
        raise BadRequest("The language of a server is for those who may manage it.")
    discord.world.edit_guild(guild, locale=known_locale(locale))


def known_locale(locale: str) -> str:
    """Return a language of Discord's, by its code."""
    if locale not in LOCALES:
        raise BadRequest("Discord does not have that language.")
    return locale


def _guild(discord: StandIn, guild_id: int) -> Guild:
    guild = discord.world.guilds.get(guild_id)
    if guild is None:
        raise BadRequest("There is no such server.")
    return guild


def _member(discord: StandIn, me: User, guild_id: int) -> Member:
    member = _guild(discord, guild_id).members.get(me.id)
    if member is None:
        raise BadRequest("You are not in that server.")
    return member
