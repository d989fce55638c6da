"""Threads: making, changing and joining them."""

from datetime import datetime
from typing import Any

from standin import errors, payloads, permissions
from standin.mentions import MAX_THREAD_MEMBERS
from standin.model import Channel, ChannelType, User
from standin.rest import renames
from standin.rest.routing import MAX_ID, Answer, Call, Routes, snowflake

routes = Routes()

MAY_HAVE_THREADS = frozenset({ChannelType.TEXT, ChannelType.ANNOUNCEMENT})
OWNERS_MAY = frozenset({"name", "archived", "auto_archive_duration", "invitable"})


@routes.add("POST", "/channels/{channel_id}/threads")
def create_thread(call: Call) -> Answer:
    channel, body = call.channel(), call.body
    if channel.type not in MAY_HAVE_THREADS:
        raise errors.wrong_channel_type()
    private = body.get("type") in (None, ChannelType.PRIVATE_THREAD)
    if private and channel.type is not ChannelType.TEXT:
        raise errors.wrong_channel_type()
    call.require(channel, permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS)
    require_room(channel)
    _require_clean(call, channel, body["name"])
    settings = _settings(body) | {"private": private, "invitable": body.get("invitable") is not False}
    thread = call.world.create_thread(channel, body["name"], call.bot, **settings)
    return Answer(201, payloads.channel(thread) | {"member": payloads.thread_member(thread, call.bot.id)})


@routes.add("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def create_thread_on_message(call: Call) -> Answer:
    channel, body = call.channel(permissions.CREATE_PUBLIC_THREADS), call.body
    if channel.type not in MAY_HAVE_THREADS:
        raise errors.wrong_channel_type()
    message = call.message(channel)
    if message.id in call.world.channels:
        raise errors.thread_exists()
    require_room(channel)
    _require_clean(call, channel, body["name"])
    thread = call.world.create_thread(channel, body["name"], call.bot, id=message.id, **_settings(body))
    return Answer(201, payloads.channel(thread))


@routes.add("PUT", "/channels/{channel_id}/thread-members/@me")
def join(call: Call) -> None:
    call.world.join_thread(_open_thread(call), call.bot)


@routes.add("DELETE", "/channels/{channel_id}/thread-members/@me")
def leave(call: Call) -> None:
    call.world.leave_thread(_open_thread(call), call.bot)


@routes.add("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_member(call: Call) -> None:
    thread = _open_thread(call)
    call.require(thread, permissions.SEND_MESSAGES)
    assert thread.thread is not None
    if thread.is_private_thread and not thread.thread.invitable and thread.thread.owner_id != call.bot.id:
        call.require(thread, permissions.MANAGE_THREADS)
    user = _member(call, thread)
    if user.id not in thread.thread_members and len(thread.thread_members) >= MAX_THREAD_MEMBERS:
        raise errors.too_many_participants()
    call.world.join_thread(thread, user, by=call.bot)


@routes.add("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def remove_member(call: Call) -> None:
    thread = _open_thread(call)
    is_own_private = thread.is_private_thread and thread.thread is not None and thread.thread.owner_id == call.bot.id
    if not is_own_private:
        call.require(thread, permissions.MANAGE_THREADS)
    call.world.leave_thread(thread, _member(call, thread), by=call.bot)


@routes.add("GET", "/channels/{channel_id}/thread-members")
def list_members(call: Call) -> list[dict[str, Any]]:
    thread = _thread(call)
    call.require_intent(allowed=call.world.application.sees_members)
    return [payloads.thread_member(thread, user_id) for user_id in thread.thread_members]


@routes.add("GET", "/channels/{channel_id}/thread-members/{user_id}")
def get_member(call: Call) -> dict[str, Any]:
    thread = _thread(call)
    if call.id("user_id") not in thread.thread_members:
        raise errors.unknown_member()
    return payloads.thread_member(thread, call.id("user_id"))


@routes.add("GET", "/guilds/{guild_id}/threads/active")
def list_active(call: Call) -> dict[str, Any]:
    threads = [
        thread
        for thread in call.guild().threads.values()
        if thread.thread and not thread.thread.archived and call.world.permissions(call.bot, thread)
    ]
    joined = [thread for thread in threads if call.bot.id in thread.thread_members]
    return {
        "threads": [payloads.channel(thread) for thread in threads],
        "members": [payloads.thread_member(thread, call.bot.id) for thread in joined],
        "has_more": False,
    }


@routes.add("GET", "/channels/{channel_id}/threads/archived/public")
@routes.add("GET", "/channels/{channel_id}/threads/archived/private")
@routes.add("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
def list_archived(call: Call) -> dict[str, Any]:
    only_mine, private = "@me" in call.route, call.route.endswith("private")
    needed = permissions.READ_MESSAGE_HISTORY
    channel = call.channel(needed | permissions.MANAGE_THREADS if private and not only_mine else needed)
    guild, limit = channel.guild, call.number("limit", 50, 2, 100)
    assert guild is not None
    found = [
        thread
        for thread in guild.threads.values()
        if thread.parent_id == channel.id and thread.is_private_thread is private and thread.thread
        if thread.thread.archived and (not only_mine or call.bot.id in thread.thread_members)
    ]
    if only_mine:
        before = snowflake(call.query.get("before", MAX_ID), "before")
        found = sorted((thread for thread in found if thread.id < before), key=lambda each: each.id, reverse=True)
    else:
        until = call.query.get("before")
        found = [each for each in found if until is None or _archived_at(each) < datetime.fromisoformat(until)]
        found.sort(key=_archived_at, reverse=True)
    page = found[:limit]
    return {
        "threads": [payloads.channel(thread) for thread in page],
        "members": [
            payloads.thread_member(thread, call.bot.id) for thread in page if call.bot.id in thread.thread_members
        ],
        "has_more": len(found) > limit,
    }


def edit_thread(call: Call, thread: Channel) -> dict[str, Any]:
    """`PATCH /channels/{channel_id}` for a thread: owners can rename and archive it, moderators change the rest."""
    state, body = thread.thread, call.body
    assert state is not None
    wanted = {key for key, value in body.items() if value is not None}
    opens = body.get("archived") is False
    if not call.world.can(call.bot, thread, permissions.MANAGE_THREADS):
        only_opens = opens and wanted == {"archived"}
        if only_opens and not state.locked:
            call.require(thread, permissions.SEND_MESSAGES)
        elif state.locked or state.owner_id != call.bot.id or not wanted <= OWNERS_MAY:
            raise errors.missing_permissions()
    if state.archived and not opens and wanted - {"archived"}:
        raise errors.archived_thread()
    if state.archived and opens:
        require_room(thread)
    if "name" in wanted:
        _require_clean(call, thread, body["name"])
        renames.count(call, thread, ["name"])
    changeable = ("archived", "locked", "auto_archive_duration", "invitable")
    given = {key: body[key] for key in changeable if body.get(key) is not None}
    call.world.edit_thread(
        thread, name=body.get("name"), slowmode=body.get("rate_limit_per_user"), by=call.bot, **given
    )
    return payloads.channel(thread)


def require_room(place: Channel) -> None:
    """Refuse one more active thread than the guild of this channel may have."""
    guild = place.guild
    assert guild is not None
    active = sum(not each.thread.archived for each in guild.threads.values() if each.thread)
    if active >= guild.max_active_threads:
        raise errors.too_many_threads()


def _require_clean(call: Call, place: Channel, name: str) -> None:
    assert place.guild is not None
    is_exempt = call.world.can(call.bot, place, permissions.MANAGE_GUILD)
    if not is_exempt and any(word in name.lower() for word in place.guild.blocked_words):
        raise errors.blocked_title()


def _archived_at(thread: Channel) -> datetime:
    assert thread.thread is not None
    return thread.thread.archived_at


def _settings(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "auto_archive_duration": body.get("auto_archive_duration") or 1440,
        "slowmode": body.get("rate_limit_per_user") or 0,
    }


def _member(call: Call, thread: Channel) -> User:
    assert thread.guild is not None
    return call.member(thread.guild).user


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if not thread.is_thread:
        raise errors.wrong_channel_type()
    return thread


def _open_thread(call: Call) -> Channel:
    thread = _thread(call)
    if thread.thread and thread.thread.archived:
        raise errors.archived_thread()
    return thread
