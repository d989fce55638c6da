"""Pinned messages, under their address of today and under the one from before 2025."""

from datetime import UTC, datetime
from typing import Any

from standin import errors, permissions
from standin.model import FIRST_SYSTEM_TYPES, Channel, Message
from standin.rest.routing import Call, Routes

routes = Routes()

PATH = "/channels/{channel_id}/messages/pins"
OLD_PATH = "/channels/{channel_id}/pins"
MAX_PINS = 250
MAX_LISTED = 50


@routes.add("PUT", f"{PATH}/{{message_id}}")
@routes.add("PUT", f"{OLD_PATH}/{{message_id}}")
def pin(call: Call) -> None:
    channel, message = _pinning(call)
    if message.type in FIRST_SYSTEM_TYPES:
        raise errors.system_message()
    if message.pinned_at is None and len(_pinned(channel)) >= MAX_PINS:
        raise errors.too_many_pins()
    call.world.messages.pin(message, call.bot)


@routes.add("DELETE", f"{PATH}/{{message_id}}")
@routes.add("DELETE", f"{OLD_PATH}/{{message_id}}")
def unpin(call: Call) -> None:
    _, message = _pinning(call)
    call.world.messages.unpin(message)


@routes.add("GET", PATH)
def list_pins(call: Call) -> dict[str, Any]:
    limit = call.number("limit", MAX_LISTED, 1, MAX_LISTED)
    before = (
        datetime.fromisoformat(call.query["before"]) if "before" in call.query else datetime.max.replace(tzinfo=UTC)
    )
    found = [(at, message) for at, message in _listed(call) if at < before]
    items = [{"pinned_at": at.isoformat(), "message": call.described(message)} for at, message in found[:limit]]
    return {"items": items, "has_more": len(found) > limit}


@routes.add("GET", OLD_PATH)
def list_pins_as_before(call: Call) -> list[dict[str, Any]]:
    return [call.described(message) for _, message in _listed(call)[:MAX_LISTED]]


def _pinning(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    if not channel.is_dm:
        # Since February 2026 the permission to manage messages is not enough.
        call.require(channel, permissions.PIN_MESSAGES)
    if channel.thread and channel.thread.archived:
        raise errors.archived_thread()
    return channel, call.message(channel)


def _listed(call: Call) -> list[tuple[datetime, Message]]:
    """The newest pin first; none to whom may not read what was written before."""
    channel = call.channel()
    if not call.world.can(call.bot, channel, permissions.READ_MESSAGE_HISTORY):
        return []
    return _pinned(channel)


def _pinned(channel: Channel) -> list[tuple[datetime, Message]]:
    pinned = [(message.pinned_at, message) for message in channel.by_id.values() if message.pinned_at is not None]
    return sorted(pinned, key=lambda each: each[0], reverse=True)
