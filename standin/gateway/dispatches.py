"""Which gateway event reports a change to the bot, and which intent it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standin import payloads, permissions
from standin.changes import Change, ChangeKind
from standin.gateway import codes
from standin.model import Guild, Message
from standin.registry import Registry


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An event for all sessions of the guild's shard (or shard 0) that have one of the intents; 0 needs none."""

    event: str
    guild: Guild | None
    intents: int
    data: dict[str, Any]
    without_content: dict[str, Any] | None = None
    """What a session gets that may not read messages; None if there is no difference."""


Maker = Callable[[Registry, Change], list[Dispatch]]
Describe = Callable[..., dict[str, Any]]


def dispatches(world: Registry, change: Change) -> list[Dispatch]:
    """The events for a change: none if it does not concern the bot."""
    guild = change.guild
    if guild is not None and not world.has_bot(guild) and change.kind is not ChangeKind.GUILD_LEFT:
        return []
    make = _MAKERS.get(change.kind)
    return make(world, change) if make else []


def guild_create(world: Registry, guild: Guild, intents: int = 0) -> dict[str, Any]:
    # Without presences Discord leaves out all members but the bot, whatever the other intents are.
    needed = codes.GUILD_MEMBERS | codes.GUILD_PRESENCES
    return payloads.whole_guild(world, guild, with_members=intents & needed == needed)


def _in_guild(event: str, change: Change, data: dict[str, Any], intents: int = codes.GUILDS) -> list[Dispatch]:
    assert change.guild is not None
    return [Dispatch(event, change.guild, intents, {**data, "guild_id": str(change.guild.id)})]


def _event(event: str, data: Callable[[Any], dict[str, Any]], intents: int = codes.GUILDS) -> Maker:
    return lambda _, change: _in_guild(event, change, data(change), intents)


def _guild_event(event: str, data: Callable[[Registry, Any], dict[str, Any]]) -> Maker:
    return lambda world, change: [Dispatch(event, change.guild, codes.GUILDS, data(world, change.guild))]


def _thread_deleted(change: Any) -> dict[str, Any]:
    thread = change.channel
    return {"id": str(thread.id), "parent_id": str(thread.parent_id), "type": int(thread.type)}


def _is_heard(world: Registry, message: Message) -> bool:
    return message.visible_to is None and world.can(world.bot, message.channel, permissions.VIEW_CHANNEL)


def _message_event(event: str, describe: Describe = payloads.message) -> Maker:
    def make(world: Registry, change: Change) -> list[Dispatch]:
        message, guild = change.message, change.guild
        if message is None or not _is_heard(world, message):
            return []
        intent = codes.GUILD_MESSAGES if guild else codes.DIRECT_MESSAGES
        whole = describe(world, message) | _origin(message)
        bare = describe(world, message, with_content=False) | _origin(message)
        return [Dispatch(event, guild, intent, whole, bare)]

    return make


def _origin(message: Message) -> dict[str, Any]:
    guild = message.channel.guild
    if guild is None:
        return {}
    origin: dict[str, Any] = {"guild_id": str(guild.id)}
    member = guild.members.get(message.author.id)
    if member:
        origin["member"] = {key: value for key, value in payloads.member(member).items() if key != "user"}
    return origin


def _message_deleted(world: Registry, change: Change) -> list[Dispatch]:
    message, guild = change.message, change.guild
    if message is None or change.data.get("in_bulk") or not _is_heard(world, message):
        return []
    data = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if guild is None:
        return [Dispatch("MESSAGE_DELETE", None, codes.DIRECT_MESSAGES, data)]
    return _in_guild("MESSAGE_DELETE", change, data, codes.GUILD_MESSAGES)


def _messages_deleted(world: Registry, change: Change) -> list[Dispatch]:
    assert change.channel is not None
    if not world.can(world.bot, change.channel, permissions.VIEW_CHANNEL):
        return []
    data = {"ids": [str(each) for each in change.data["ids"]], "channel_id": str(change.channel.id)}
    return _in_guild("MESSAGE_DELETE_BULK", change, data, codes.GUILD_MESSAGES)


def _pins(world: Registry, change: Change) -> list[Dispatch]:
    channel = change.channel
    assert channel is not None
    if not world.can(world.bot, channel, permissions.VIEW_CHANNEL):
        return []
    last = max((each.pinned_at for each in channel.by_id.values() if each.pinned_at), default=None)
    data = {"channel_id": str(channel.id), "last_pin_timestamp": last.isoformat() if last else None}
    if change.guild is None:
        return [Dispatch("CHANNEL_PINS_UPDATE", None, codes.DIRECT_MESSAGES, data)]
    return _in_guild("CHANNEL_PINS_UPDATE", change, data)


def _typing(world: Registry, change: Change) -> list[Dispatch]:
    assert change.user is not None
    assert change.channel is not None
    if change.user is world.bot:
        return []
    data: dict[str, Any] = {
        "channel_id": str(change.channel.id),
        "user_id": str(change.user.id),
        "timestamp": int(datetime.now(UTC).timestamp()),
    }
    if change.guild is None:
        return [Dispatch("TYPING_START", None, codes.DIRECT_MESSAGE_TYPING, data)]
    data["member"] = payloads.member(change.guild.members[change.user.id])
    return _in_guild("TYPING_START", change, data, codes.GUILD_MESSAGE_TYPING)


def _interaction(_: Registry, change: Change) -> list[Dispatch]:
    return [Dispatch("INTERACTION_CREATE", change.guild, 0, change.data["payload"])]


def _command_rules(world: Registry, change: Change) -> list[Dispatch]:
    assert change.guild is not None
    data = payloads.command_rules(world, change.guild, change.data["id"], change.data["rules"])
    return [Dispatch("APPLICATION_COMMAND_PERMISSIONS_UPDATE", change.guild, 0, data)]


def _channel_event(event: str) -> Maker:
    def make(world: Registry, change: Change) -> list[Dispatch]:
        assert change.channel is not None
        if change.guild is None:
            return []
        if change.channel.is_thread and event != "THREAD_DELETE" and not world.permissions(world.bot, change.channel):
            return []
        return _in_guild(event, change, payloads.channel(change.channel))

    return make


def _thread_created(world: Registry, change: Change) -> list[Dispatch]:
    made = _channel_event("THREAD_CREATE")(world, change)
    for dispatch in made:
        dispatch.data["newly_created"] = True
    return made


def _thread_members(world: Registry, change: Change) -> list[Dispatch]:
    thread, guild = change.channel, change.guild
    assert thread is not None
    assert guild is not None
    concerned = [*change.data["added"], *change.data["removed"]]
    if not world.permissions(world.bot, thread) and world.bot not in concerned:
        return []
    data = {
        "id": str(thread.id),
        "member_count": len(thread.thread_members),
        "added_members": [
            {
                **payloads.thread_member(thread, who.id),
                "member": payloads.member(guild.members[who.id]),
                "presence": None,
            }
            for who in change.data["added"]
        ],
        "removed_member_ids": [str(who.id) for who in change.data["removed"]],
    }
    # The bot is always told about itself, and about others only with the members intent.
    made = _in_guild(
        "THREAD_MEMBERS_UPDATE", change, data, codes.GUILDS if world.bot in concerned else codes.GUILD_MEMBERS
    )
    if world.bot in change.data["added"]:
        return [*_in_guild("THREAD_CREATE", change, payloads.channel(thread)), *made]
    return made


def _member_event(event: str) -> Maker:
    def make(world: Registry, change: Change) -> list[Dispatch]:
        assert change.member is not None
        # A change of the bot's own roles reaches it without the members intent.
        is_own = change.user is world.bot
        return _in_guild(event, change, payloads.member(change.member), 0 if is_own else codes.GUILD_MEMBERS)

    return make


_MAKERS: dict[ChangeKind, Maker] = {
    ChangeKind.COMMAND_RULES_CHANGED: _command_rules,
    ChangeKind.MESSAGE_CREATED: _message_event("MESSAGE_CREATE", payloads.created),
    ChangeKind.MESSAGE_EDITED: _message_event("MESSAGE_UPDATE"),
    ChangeKind.MESSAGE_DELETED: _message_deleted,
    ChangeKind.MESSAGES_DELETED: _messages_deleted,
    ChangeKind.PINS_CHANGED: _pins,
    ChangeKind.TYPING: _typing,
    ChangeKind.INTERACTION_STARTED: _interaction,
    ChangeKind.CHANNEL_CREATED: _channel_event("CHANNEL_CREATE"),
    ChangeKind.CHANNEL_UPDATED: _channel_event("CHANNEL_UPDATE"),
    ChangeKind.CHANNEL_DELETED: _channel_event("CHANNEL_DELETE"),
    ChangeKind.THREAD_CREATED: _thread_created,
    ChangeKind.THREAD_UPDATED: _channel_event("THREAD_UPDATE"),
    ChangeKind.THREAD_DELETED: _event("THREAD_DELETE", _thread_deleted),
    ChangeKind.THREAD_MEMBERS_CHANGED: _thread_members,
    ChangeKind.ROLE_CREATED: _event("GUILD_ROLE_CREATE", lambda change: {"role": payloads.role(change.role)}),
    ChangeKind.ROLE_UPDATED: _event("GUILD_ROLE_UPDATE", lambda change: {"role": payloads.role(change.role)}),
    ChangeKind.ROLE_DELETED: _event("GUILD_ROLE_DELETE", lambda change: {"role_id": str(change.role.id)}),
    ChangeKind.MEMBER_JOINED: _member_event("GUILD_MEMBER_ADD"),
    ChangeKind.MEMBER_UPDATED: _member_event("GUILD_MEMBER_UPDATE"),
    ChangeKind.MEMBER_LEFT: _event(
        "GUILD_MEMBER_REMOVE", lambda change: {"user": payloads.user(change.user)}, codes.GUILD_MEMBERS
    ),
    ChangeKind.GUILD_UPDATED: _guild_event("GUILD_UPDATE", lambda _, guild: payloads.guild(guild)),
    ChangeKind.GUILD_JOINED: _guild_event("GUILD_CREATE", guild_create),
    ChangeKind.GUILD_LEFT: _guild_event("GUILD_DELETE", lambda _, guild: {"id": str(guild.id)}),
    ChangeKind.GUILD_UNAVAILABLE: _guild_event(
        "GUILD_DELETE", lambda _, guild: {"id": str(guild.id), "unavailable": True}
    ),
    ChangeKind.GUILD_AVAILABLE: _guild_event("GUILD_CREATE", guild_create),
}
