"""Channels of a guild, their permission overwrites, and direct messages."""

from typing import Any

from standin import errors, payloads, permissions
from standin.errors import Declined, Problem
from standin.model import Channel, ChannelType, Guild, Overwrite
from standin.rest import renames
from standin.rest.routing import Answer, Call, Routes, snowflake
from standin.rest.threads import edit_thread

routes = Routes()

MAX_CHANNELS_PER_GUILD = 500
MAX_CHANNELS_PER_CATEGORY = 50


@routes.add("GET", "/channels/{channel_id}")
def get_channel(call: Call) -> dict[str, Any]:
    return payloads.channel(call.channel())


@routes.add("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> dict[str, Any]:
    channel, body = call.channel(), call.body
    if channel.is_thread:
        return edit_thread(call, channel)
    if channel.guild is None:
        raise errors.not_in_dm()
    call.require(channel, permissions.MANAGE_CHANNELS)
    fields: dict[str, Any] = {
        name: body[name]
        for name in ("name", "topic", "position", "nsfw")
        if name in body and (body[name] is not None or name == "topic")
    }
    if body.get("rate_limit_per_user") is not None:
        fields["slowmode"] = body["rate_limit_per_user"]
    if "parent_id" in body:
        parent = _category(call, channel.guild, body["parent_id"], channel)
        fields["parent_id"] = parent.id if parent else None
    if body.get("permission_overwrites") is not None:
        call.require(channel, permissions.MANAGE_ROLES)
        fields["overwrites"] = {each.id: each for each in _overwrites(call, channel.guild, channel, body)}
    if "name" in fields:
        fields["name"] = _written(channel.guild, channel.type, fields["name"])
    renames.count(call, channel, fields)
    call.world.edit_channel(channel, **fields)
    return payloads.channel(channel)


@routes.add("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> dict[str, Any]:
    channel = call.channel()
    described = payloads.channel(channel)
    if channel.guild is None:
        # Closing a direct message only hides it.
        return described
    call.require(channel, permissions.MANAGE_THREADS if channel.is_thread else permissions.MANAGE_CHANNELS)
    guild = channel.guild
    if channel.id in {guild.rules_channel_id, guild.updates_channel_id, *guild.required_channel_ids}:
        raise errors.required_channel()
    call.world.delete_channel(channel)
    return described


@routes.add("GET", "/guilds/{guild_id}/channels")
def list_channels(call: Call) -> list[dict[str, Any]]:
    return [payloads.channel(channel) for channel in call.guild().channels.values()]


@routes.add("POST", "/guilds/{guild_id}/channels")
def create_channel(call: Call) -> Answer:
    guild, body = call.guild(), call.body
    call.require_in_guild(guild, permissions.MANAGE_CHANNELS)
    if len(guild.channels) >= MAX_CHANNELS_PER_GUILD:
        raise errors.too_many_channels()
    kind = ChannelType(body.get("type") or 0)
    parent = _category(call, guild, body.get("parent_id"))
    # Setting overwrites with the channel needs no permission to manage roles, but gives away only what the bot has.
    overwrites = None if body.get("permission_overwrites") is None else _overwrites(call, guild, None, body)
    fields = {key: body[key] for key in ("topic", "nsfw", "position") if body.get(key) is not None}
    fields["slowmode"] = body.get("rate_limit_per_user") or 0
    name = _written(guild, kind, body["name"])
    channel = call.world.create_channel(guild, name, kind, parent=parent, overwrites=overwrites, **fields)
    return Answer(201, payloads.channel(channel))


@routes.add("PUT", "/channels/{channel_id}/permissions/{overwrite_id}")
def set_overwrite(call: Call) -> None:
    channel = call.channel(permissions.MANAGE_ROLES)
    guild = channel.guild
    if guild is None or channel.is_thread:
        raise errors.wrong_channel_type()
    overwrite = _overwrite(call, guild, channel, {"id": call.id("overwrite_id"), **call.body})
    call.world.edit_channel(channel, overwrites={**channel.overwrites, overwrite.id: overwrite})


@routes.add("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}")
def clear_overwrite(call: Call) -> None:
    channel = call.channel(permissions.MANAGE_ROLES)
    if call.id("overwrite_id") not in channel.overwrites:
        raise errors.unknown_overwrite()
    call.world.clear_overwrite(channel, call.id("overwrite_id"))


@routes.add("POST", "/users/@me/channels")
def open_dm(call: Call) -> dict[str, Any]:
    user = call.world.users.get(snowflake(call.body.get("recipient_id") or 0, "recipient_id"))
    if user is None:
        raise errors.unknown_user()
    if user.bot:
        raise errors.cannot_message_user()
    return payloads.channel(call.world.open_dm(user))


def _category(call: Call, guild: Guild, parent_id: Any, moved: Channel | None = None) -> Channel | None:
    if parent_id is None:
        return None
    parent = guild.channels.get(snowflake(parent_id, "parent_id"))
    if parent is None or parent.type is not ChannelType.CATEGORY:
        raise Declined(Problem(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist"))
    call.require(parent, permissions.MANAGE_CHANNELS)
    inside = sum(each.parent_id == parent.id for each in guild.channels.values() if each is not moved)
    if inside >= MAX_CHANNELS_PER_CATEGORY:
        full = f"Maximum number of channels in category reached ({MAX_CHANNELS_PER_CATEGORY})"
        raise Declined(Problem(("parent_id",), "CHANNEL_PARENT_MAX_CHANNELS", full))
    return parent


def _overwrites(call: Call, guild: Guild, channel: Channel | None, body: dict[str, Any]) -> list[Overwrite]:
    return [_overwrite(call, guild, channel, entry) for entry in body["permission_overwrites"]]


def _overwrite(call: Call, guild: Guild, channel: Channel | None, entry: dict[str, Any]) -> Overwrite:
    target = snowflake(entry["id"], "id")
    kind = int(target not in guild.roles) if entry.get("type") is None else entry["type"]
    if kind == 0 and target not in guild.roles:
        raise errors.unknown_role()
    overwrite = Overwrite(target, kind, int(entry.get("allow") or 0), int(entry.get("deny") or 0))
    own = guild.members[call.bot.id]
    mine = permissions.in_channel(guild, own, channel) if channel else permissions.in_guild(guild, own)
    before = channel.overwrites.get(target) if channel else None
    touched = overwrite.allow ^ (before.allow if before else 0) | overwrite.deny ^ (before.deny if before else 0)
    # Nobody hands out, or takes away, what they do not have; and only administrators give the right to manage roles.
    if touched & ~mine or (touched & permissions.MANAGE_ROLES and not mine & permissions.ADMINISTRATOR):
        raise errors.missing_permissions()
    return overwrite


def _written(guild: Guild, kind: ChannelType, name: str) -> str:
    """Text channels are written in lower case without spaces. Raises Declined for words that are not allowed."""
    if any(word in name.lower() for word in guild.refused_names):
        message = "Contains words not allowed for servers in Server Discovery."
        raise Declined(Problem(("name",), "INVALID_COMMUNITY_PROPERTY_NAME", message))
    if kind in (ChannelType.VOICE, ChannelType.CATEGORY):
        return name
    return "-".join(name.lower().split())
