"""Messages in channels, written with the bot's own permissions."""

from datetime import timedelta
from typing import Any

from standin import contents, errors, payloads, permissions
from standin.model import FIRST_SYSTEM_TYPES, PINNED, Channel, ChannelType, Message
from standin.payloads import FORWARD
from standin.rest import drafts
from standin.rest.routing import Call, Routes, snowflake
from standin.rest.threads import require_room

routes = Routes()

PATH = "/channels/{channel_id}/messages"


@routes.add("POST", PATH)
def create_message(call: Call) -> dict[str, Any]:
    channel, body = call.channel(permissions.SEND_MESSAGES), call.body
    _require_open(call, channel)
    if body.get("embeds"):
        call.require(channel, permissions.EMBED_LINKS)
    if call.files:
        call.require(channel, permissions.ATTACH_FILES)
    reference = body.get("message_reference") or {}
    forwards = reference.get("type") == FORWARD
    reply_to = None if forwards or not reference else _replied_to(call, channel, reference)
    fields = _forwarding(call, reference) if forwards else drafts.new(call, body, channel)
    if body.get("poll"):
        call.require(channel, permissions.SEND_POLLS)
        fields["poll"] = contents.poll(body["poll"], call.world.now())
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        before = call.world.messages.with_nonce(call.bot, nonce)
        if before is not None:
            return payloads.created(call.world, before)
    message = call.world.messages.post(channel, call.bot, reply_to=reply_to, nonce=nonce, **fields)
    if nonce is not None:
        call.world.messages.remember_nonce(message)
    return payloads.created(call.world, message)


@routes.add("GET", PATH)
def list_messages(call: Call) -> list[dict[str, Any]]:
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    if not call.world.can(call.bot, channel, permissions.READ_MESSAGE_HISTORY):
        return []
    messages = channel.messages
    if "before" in call.query:
        before = snowflake(call.query["before"], "before")
        messages = [message for message in messages if message.id < before]
    elif "after" in call.query:
        after = snowflake(call.query["after"], "after")
        # The oldest ones after it, still newest first.
        messages = [message for message in messages if message.id > after][:limit]
    elif "around" in call.query:
        around = snowflake(call.query["around"], "around")
        older = [message for message in messages if message.id <= around][-(limit // 2 + 1) :]
        messages = older + [message for message in messages if message.id > around][: limit // 2]
    return [call.described(message) for message in reversed(messages[-limit:])]


@routes.add("GET", f"{PATH}/{{message_id}}")
def get_message(call: Call) -> dict[str, Any]:
    channel = call.channel()
    if not call.world.can(call.bot, channel, permissions.READ_MESSAGE_HISTORY):
        raise errors.missing_access()
    return call.described(call.message(channel))


@routes.add("PATCH", f"{PATH}/{{message_id}}")
def edit_message(call: Call) -> dict[str, Any]:
    message = call.message(call.channel())
    if message.type in FIRST_SYSTEM_TYPES | {PINNED}:
        raise errors.system_message()
    if message.author is not call.bot:
        raise errors.not_your_message()
    _require_editable(call, message.channel)
    return call.described(call.world.messages.edit(message, **drafts.changed(call, call.body, message)))


@routes.add("DELETE", f"{PATH}/{{message_id}}")
def delete_message(call: Call) -> None:
    channel = call.channel()
    message = call.message(channel)
    if message.type in FIRST_SYSTEM_TYPES:
        raise errors.system_message()
    if message.author is not call.bot:
        if channel.is_dm:
            raise errors.not_in_dm()
        call.require(channel, permissions.MANAGE_MESSAGES)
    call.world.messages.delete(message)


@routes.add("POST", f"{PATH}/bulk-delete")
def delete_messages(call: Call) -> None:
    channel = call.channel(permissions.MANAGE_MESSAGES)
    wanted = [snowflake(each, "messages") for each in call.body["messages"]]
    oldest = call.world.now() - timedelta(days=contents.MAX_REACH_DAYS)
    found = [channel.by_id[each] for each in wanted if each in channel.by_id]
    if any(message.created_at < oldest for message in found):
        raise errors.too_old()
    call.world.messages.delete_many([message for message in found if message.visible_to is None])


@routes.add("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> None:
    call.world.typing(call.channel(permissions.SEND_MESSAGES), call.bot)


def _require_open(call: Call, channel: Channel) -> None:
    """Refuse a new message where there can be none."""
    if channel.type is ChannelType.FORUM:
        raise errors.no_messages_in_forum()
    if channel.type is ChannelType.CATEGORY:
        raise errors.not_text_channel()
    if channel.is_dm:
        [user] = [each for each in channel.recipients if each is not call.bot]
        if not any(user.id in guild.members and call.world.has_bot(guild) for guild in call.world.guilds.values()):
            raise errors.no_mutual_guild()
        if not user.accepts_dms:
            raise errors.cannot_message_user()
    state = channel.thread
    if state is None:
        return
    if state.locked and not call.world.can(call.bot, channel, permissions.MANAGE_THREADS):
        raise errors.closed_thread() if state.archived else errors.locked_thread()
    if state.archived and state.locked:
        raise errors.archived_thread()
    if state.archived:
        require_room(channel)


def _require_editable(call: Call, channel: Channel) -> None:
    state = channel.thread
    if state is None:
        return
    if state.archived:
        raise errors.archived_thread()
    if state.locked and not call.world.can(call.bot, channel, permissions.MANAGE_THREADS):
        raise errors.locked_thread()


def _forwarding(call: Call, reference: dict[str, Any]) -> dict[str, Any]:
    source = call.world.channels.get(snowflake(reference.get("channel_id") or 0, "channel_id"))
    if source is None:
        raise errors.invalid(("message_reference", "channel_id"), "BASE_TYPE_REQUIRED", "This field is required")
    call.require(source, permissions.VIEW_CHANNEL)
    message = source.by_id.get(snowflake(reference["message_id"], "message_id"))
    if message is None or message.visible_to is not None:
        raise errors.unknown_message()
    if not payloads.is_readable(call.world, message):
        raise errors.unreadable_forward()
    if message.type not in contents.FORWARDABLE or message.poll:
        raise errors.wrong_message_type()
    return contents.forwarding(message)


def _replied_to(call: Call, channel: Channel, reference: dict[str, Any]) -> Message | None:
    call.require(channel, permissions.READ_MESSAGE_HISTORY)
    message = channel.by_id.get(snowflake(reference["message_id"], "message_id"))
    if message is not None and message.visible_to is None:
        return message
    if reference.get("fail_if_not_exists") is False:
        return None
    raise errors.invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
