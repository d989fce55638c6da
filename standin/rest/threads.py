"""Threads: making, changing and joining them."""

from typing import Any

from standin import errors, payloads, permissions
from standin.model import Channel, ChannelType, User
from standin.rest.routing import Answer, Call, Routes

routes = Routes()

MAY_HAVE_THREADS = frozenset({ChannelType.TEXT, ChannelType.ANNOUNCEMENT})


@routes.add("POST", "/channels/{channel_id}/threads")
def create_thread(call: Call) -> Answer:
    channel, body = call.channel(), call.body
    if channel.type not in MAY_HAVE_THREADS:
        raise errors.wrong_channel_type()
    private = body.get("type") in (None, ChannelType.PRIVATE_THREAD)
    call.require(channel, permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS)
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
    call.world.join_thread(thread, _member(call, thread))


@routes.add("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def remove_member(call: Call) -> None:
    thread = _open_thread(call)
    is_own_private = thread.is_private_thread and thread.thread is not None and thread.thread.owner_id == call.bot.id
    if not is_own_private:
        call.require(thread, permissions.MANAGE_THREADS)
    call.world.leave_thread(thread, _member(call, thread))


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


def edit_thread(call: Call, thread: Channel) -> dict[str, Any]:
    """`PATCH /channels/{channel_id}` for a thread: owners can rename and archive it, moderators change the rest."""
    state, body = thread.thread, call.body
    assert state is not None
    manages = call.world.can(call.bot, thread, permissions.MANAGE_THREADS)
    wanted = {key for key, value in body.items() if value is not None}
    owners = {"name", "archived", "auto_archive_duration", "rate_limit_per_user", "invitable"}
    if not manages and (state.owner_id != call.bot.id or not wanted <= owners or state.locked):
        raise errors.missing_permissions()
    if state.archived and body.get("archived") is not False and wanted - {"archived", "locked"}:
        raise errors.archived_thread()
    changeable = ("archived", "locked", "auto_archive_duration", "invitable")
    given = {key: body[key] for key in changeable if body.get(key) is not None}
    call.world.edit_thread(thread, name=body.get("name"), slowmode=body.get("rate_limit_per_user"), **given)
    return payloads.channel(thread)


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
