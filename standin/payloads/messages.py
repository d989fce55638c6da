"""Messages and interactions as JSON."""

from typing import Any

from standin import permissions
from standin.interactions import Interaction
from standin.model import Attachment, Message
from standin.payloads.people import member, user
from standin.payloads.places import channel
from standin.registry import Registry

FORWARD = 1
"""A type of references."""
_IN_SNAPSHOTS = ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags")
_IN_SNAPSHOTS += ("mentions", "mention_roles", "sticker_items", "components")


def attachment(one: Attachment) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": str(one.id),
        "filename": one.name,
        "size": one.size,
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
        "flags": 0,
        **one.about,
    }
    if one.ephemeral:
        described["ephemeral"] = True
    if one.description is not None:
        described["description"] = one.description
    return described


def is_for_bot(world: Registry, one: Message) -> bool:
    """Whether the bot may read the message without the intent for messages' content."""
    return one.channel.is_dm or one.author is world.bot or world.bot in one.mentioned


def is_readable(world: Registry, one: Message) -> bool:
    return world.application.reads_content or is_for_bot(world, one)


def message(world: Registry, one: Message, *, with_content: bool = True) -> dict[str, Any]:
    """A message, or without content, for an application that may not read messages.

    What it wrote itself, what mentions it and what is written to it alone it may always read.
    """
    shown = with_content or is_for_bot(world, one)
    described: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "content": one.text if shown else "",
        "timestamp": one.created_at.isoformat(),
        "edited_timestamp": one.edited_at.isoformat() if one.edited_at else None,
        "tts": False,
        "mention_everyone": one.mentions_everyone,
        "mentions": [user(who) for who in one.mentioned],
        "mention_roles": [str(role_id) for role_id in one.mentioned_role_ids],
        "attachments": [attachment(each) for each in one.attachments] if shown else [],
        "embeds": one.visible_embeds if shown else [],
        "components": one.components if shown else [],
        "pinned": one.pinned_at is not None,
        "type": one.type,
        "flags": one.flags,
    }
    if one.by_application:
        described["application_id"] = described["webhook_id"] = str(world.application.id)
    if one.interaction:
        described |= one.interaction
    if one.stickers:
        described["sticker_items"] = one.stickers
    if one.poll and shown:
        described["poll"] = one.poll
    if one.refers_to:
        described["message_reference"] = _reference(one.refers_to, FORWARD if one.snapshot else 0)
    if one.snapshot:
        # Whether its text is shown is a matter of the message that holds it.
        copied = message(world, one.snapshot, with_content=shown)
        described["message_snapshots"] = [{"message": {key: copied[key] for key in _IN_SNAPSHOTS if key in copied}}]
    if one.reply_to:
        described["message_reference"] = _reference(one.reply_to)
        # Only one step back, as Discord does.
        original = None if one.reply_to.deleted else message(world, one.reply_to, with_content=with_content)
        if original:
            original.pop("referenced_message", None)
        described["referenced_message"] = original
    return described


def created(world: Registry, one: Message, *, with_content: bool = True) -> dict[str, Any]:
    """A message as it is told of once, when it was posted: with its nonce, which no later look at it shows."""
    nonce = {} if one.nonce is None else {"nonce": one.nonce}
    return message(world, one, with_content=with_content) | nonce


def interaction(world: Registry, one: Interaction, data: dict[str, Any]) -> dict[str, Any]:
    """What INTERACTION_CREATE says."""
    here, place = one.channel, one.channel.guild
    described: dict[str, Any] = {
        "id": str(one.id),
        "application_id": str(world.application.id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": data,
        "channel_id": str(here.id),
        "channel": channel(here),
        "locale": one.user.locale,
        "app_permissions": str(world.permissions(world.bot, here)),
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(place.id) if place else "0"},
        "context": 0 if place else 1,
        "attachment_size_limit": world.upload_limit_of(here),
    }
    if place:
        who = place.members[one.user.id]
        described |= {
            "guild_id": str(place.id),
            "guild": {"id": str(place.id), "locale": place.locale, "features": place.features},
            "guild_locale": place.locale,
            "member": member(who) | {"permissions": str(permissions.in_channel(place, who, here))},
        }
    else:
        described["user"] = user(one.user)
    if one.source:
        described["message"] = message(world, one.source)
    return described


def _reference(one: Message, kind: int = 0) -> dict[str, Any]:
    described: dict[str, Any] = {"type": kind, "message_id": str(one.id), "channel_id": str(one.channel.id)}
    if one.channel.guild:
        described["guild_id"] = str(one.channel.guild.id)
    return described
