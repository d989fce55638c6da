"""The world as one person sees it, as plain JSON for the page.

Permissions are checked first: a channel that the person cannot see is not on their page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from playground import membership
from standin import Channel, ChannelType, Guild, Member, Message, Role, StandIn, User
from standin.commands import SLASH_COMMAND
from standin.model import COMPONENTS_V2, PINNED, RECIPIENT_ADDED, RECIPIENT_REMOVED, RENAMED
from standin.permissions import SEND_MESSAGES, USE_APPLICATION_COMMANDS, VIEW_CHANNEL

REPLY_EXCERPT = 200


def people(discord: StandIn, notes: Mapping[int, str]) -> list[dict[str, Any]]:
    """Everybody that one can be or meet, each with a short description; `notes` add to it, by id."""
    described = []
    for user in discord.world.users.values():
        words = _standing(discord, user)
        # Who owns the application and is nowhere else is not here for anything.
        if words or user is not discord.world.application.owner:
            words = words or ["in no server"]
            words += [notes[user.id]] if user.id in notes else []
            described.append(person(user) | {"note": ", ".join(dict.fromkeys(words))})
    return described


def person(user: User) -> dict[str, Any]:
    return {"id": str(user.id), "name": user.display_name, "username": user.name, "bot": user.bot}


def world(discord: StandIn, me: User, notes: Mapping[int, str]) -> dict[str, Any]:
    """The servers and direct messages of one person, the servers they could join, and everybody there is."""
    everywhere = discord.world.guilds.values()
    dm = discord.world.open_dm(me)
    return {
        "me": person(me) | {"locale": me.locale},
        "people": people(discord, notes),
        "guilds": [_guild(discord, guild, me) for guild in everywhere if me.id in guild.members],
        "elsewhere": [{"id": str(one.id), "name": one.name} for one in everywhere if me.id not in one.members],
        "dms": [_channel(discord, dm, me) | {"name": discord.world.bot.display_name}],
    }


def message(discord: StandIn, one: Message, me: User) -> dict[str, Any]:
    """A message as the person sees it; they must be allowed to."""
    guild = one.channel.guild
    member = guild.members.get(one.author.id) if guild else None
    return {
        "id": str(one.id),
        "channel": str(one.channel.id),
        "type": one.type,
        "author": {
            "id": str(one.author.id),
            "name": member.name if member else one.author.display_name,
            "bot": one.author.bot,
            "color": _color_of(guild, member),
        },
        "text": _text(one),
        "at": one.created_at.isoformat(),
        "edited": one.edited_at.isoformat() if one.edited_at else None,
        "loading": one.is_loading,
        "private": one.private,
        "pings_me": me in one.pinged and one.author is not me,
        "v2": bool(one.flags & COMPONENTS_V2),
        "embeds": one.visible_embeds,
        "components": one.components,
        "attachments": [
            {
                "id": str(file.id),
                "name": file.name,
                "size": file.size,
                "content_type": file.content_type,
                "description": file.description,
            }
            for file in one.attachments
        ],
        "reply": _reply(one.reply_to),
        "interaction": _interaction(discord, one),
    }


def _text(one: Message) -> str:
    """Its text, or in words what this page cannot draw: notes of the system, copies, polls and stickers."""
    named = ", ".join(user.mention for user in one.mentioned)
    notes = {
        PINNED: "",
        RECIPIENT_ADDED: f"*added {named}*",
        RECIPIENT_REMOVED: f"*removed {named}*",
        RENAMED: f"*named this **{one.text}***",
    }
    parts = [notes.get(one.type, one.text)]
    if one.snapshot:
        parts += ["*forwarded:*", *(f"> {line}" for line in _text(one.snapshot).splitlines())]
    if one.poll:
        answers = (answer["poll_media"].get("text", "") for answer in one.poll["answers"])
        parts += [f"**{one.poll['question']['text']}**", *(f"- {answer}" for answer in answers)]
    parts += [f"*sticker: {sticker['name']}*" for sticker in one.stickers]
    return "\n".join(part for part in parts if part)


def translated(part: dict[str, Any]) -> dict[str, Any]:
    """A command, option or choice, its `name` and `description` as the person reads them; `key` is the bot's name."""
    shown = {**part, "key": part["name"]}
    for field in ("name", "description"):
        if f"{field}_localized" in part:
            shown[field] = part[f"{field}_localized"]
    return shown | {
        each: [translated(inner) for inner in part[each]] for each in ("options", "choices") if each in part
    }


def can_see(discord: StandIn, channel: Channel, me: User) -> bool:
    return discord.world.can(me, channel, VIEW_CHANNEL)


def _standing(discord: StandIn, user: User) -> list[str]:
    """What somebody owns, and the highest role they hold, in every server they are in."""
    words = []
    for guild in discord.world.guilds.values():
        member = guild.members.get(user.id)
        if guild.owner_id == user.id:
            words.append(f"owns {guild.name}")
        elif member:
            roles = sorted((guild.roles[role_id] for role_id in member.role_ids), key=lambda role: role.position)
            words.append(roles[-1].name if roles else "no role")
    return words


def _guild(discord: StandIn, guild: Guild, me: User) -> dict[str, Any]:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner": str(guild.owner_id),
        "locale": guild.locale,
        "manages": membership.may_manage(guild, me),
        "pending": guild.members[me.id].pending,
        "channels": [_channel(discord, channel, me) for channel in _visible(discord, guild, me)],
        "roles": [_role(role) for role in sorted(guild.roles.values(), key=lambda role: -role.position)],
        "members": [_member(discord, guild, member) for member in guild.members.values()],
    }


def _visible(discord: StandIn, guild: Guild, me: User) -> Iterator[Channel]:
    ordered = sorted(guild.channels.values(), key=lambda channel: (channel.position, channel.id))
    seen = [
        channel for channel in ordered if channel.type is not ChannelType.CATEGORY and can_see(discord, channel, me)
    ]
    parents = {channel.parent_id for channel in seen}
    for channel in ordered:
        if channel in seen or (channel.type is ChannelType.CATEGORY and channel.id in parents):
            yield channel
    for thread in guild.threads.values():
        if thread.thread is not None and not thread.thread.archived and can_see(discord, thread, me):
            yield thread


def _channel(discord: StandIn, channel: Channel, me: User) -> dict[str, Any]:
    guild = channel.guild
    parent = guild.channels.get(channel.parent_id or 0) if guild else None
    everyone = channel.overwrites.get(guild.id) if guild else None
    mine = discord.world.permissions(me, channel)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "type": int(channel.type),
        "parent": str(channel.parent_id) if channel.parent_id else None,
        "category": parent.name if parent else None,
        "topic": channel.topic,
        "can_write": bool(mine & SEND_MESSAGES),
        "can_command": bool(mine & USE_APPLICATION_COMMANDS),
        "hidden_from_everyone": bool(everyone and everyone.deny & VIEW_CHANNEL),
    }


def _role(role: Role) -> dict[str, Any]:
    return {"id": str(role.id), "name": role.name.removeprefix("@"), "color": _hex(role.color)}


def _member(discord: StandIn, guild: Guild, member: Member) -> dict[str, Any]:
    roles = sorted((guild.roles[role_id] for role_id in member.role_ids), key=lambda role: -role.position)
    return person(member.user) | {
        "name": member.name,
        "color": _color_of(guild, member),
        "roles": [_role(role) for role in roles],
        "group": next((role.name for role in roles if role.hoist), None),
        "pending": member.pending,
        "online": discord.gateway.is_ready if member.user is discord.world.bot else True,
    }


def _color_of(guild: Guild | None, member: Member | None) -> str | None:
    if guild is None or member is None:
        return None
    coloured = [guild.roles[role_id] for role_id in member.role_ids if guild.roles[role_id].color]
    return _hex(max(coloured, key=lambda role: role.position).color) if coloured else None


def _hex(color: int) -> str | None:
    return f"#{color:06x}" if color else None


def _reply(answered: Message | None) -> dict[str, Any] | None:
    if answered is None:
        return None
    if answered.deleted:
        return {"id": str(answered.id), "deleted": True}
    guild = answered.channel.guild
    member = guild.members.get(answered.author.id) if guild else None
    return {
        "id": str(answered.id),
        "deleted": False,
        "author": member.name if member else answered.author.display_name,
        "text": answered.full_text[:REPLY_EXCERPT],
    }


def _interaction(discord: StandIn, one: Message) -> dict[str, Any] | None:
    """Who used which command to get this answer; None for answers to buttons."""
    told = (one.interaction or {}).get("interaction")
    if told is None:
        return None
    user = discord.world.users[int(told["user"]["id"])]
    guild = one.channel.guild
    member = guild.members.get(user.id) if guild else None
    name, first = told["name"], told["name"].split()[0]
    is_slash = any(
        command["type"] == SLASH_COMMAND and command["name"] == first for command in discord.world.commands.all(guild)
    )
    return {"user": member.name if member else user.display_name, "name": f"/{name}" if is_slash else name}
