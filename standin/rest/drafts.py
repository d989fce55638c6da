"""Messages from request bodies: limits, files and defaults."""

import json
from typing import Any

from standin import errors, permissions
from standin.errors import InvalidBody
from standin.limits import legacy_field, message_problems
from standin.model import COMPONENTS_V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, Attachment, Channel, Message
from standin.rest import echoes
from standin.rest.routing import Call, snowflake

SENDABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


def new(call: Call, body: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The fields of a new message. Raises InvalidBody."""
    flags = (body.get("flags") or 0) & SENDABLE_FLAGS
    errors.check(message_problems(body, flags))
    attachments = _attachments(call, body, channel, existing=[])
    _moderate(call, body, channel)
    text = (body.get("content") or "").strip()
    embeds, components = body.get("embeds") or [], body.get("components") or []
    if not (text or embeds or attachments or body.get("poll") or (components and flags & COMPONENTS_V2)):
        raise errors.empty_message()
    return {
        "text": text,
        "flags": flags,
        "embeds": echoes.embeds(embeds, attachments),
        "components": echoes.components(components, attachments),
        "attachments": attachments,
        "allowed_mentions": body.get("allowed_mentions"),
    }


def changed(call: Call, body: dict[str, Any], message: Message) -> dict[str, Any]:
    """The fields that an edit changes; null empties a field, absence keeps it. Raises InvalidBody."""
    flags = message.flags
    if body.get("flags") is not None:
        # An edit can turn a message into one of components alone, but not back.
        flags = flags & ~SUPPRESS_EMBEDS | body["flags"] & (SUPPRESS_EMBEDS | COMPONENTS_V2)
    errors.check(message_problems(body, flags))
    _moderate(call, body, message.channel)
    attachments = message.attachments
    if "attachments" in body or call.files:
        attachments = _attachments(call, body, message.channel, existing=message.attachments)
    fields: dict[str, Any] = {"flags": flags, "attachments": attachments}
    if "content" in body:
        fields["text"] = (body["content"] or "").strip()
    if "embeds" in body:
        fields["embeds"] = echoes.embeds(body["embeds"] or [], attachments)
    if "components" in body:
        fields["components"] = echoes.components(body["components"] or [], attachments)
    after = {"text": message.text, "embeds": message.embeds, "components": message.components} | fields
    if flags & COMPONENTS_V2 and (after["text"] or after["embeds"]):
        raise InvalidBody(legacy_field("content"))
    has_components = after["components"] and flags & COMPONENTS_V2
    if not (after["text"] or after["embeds"] or attachments or has_components):
        raise errors.empty_message()
    fields["allowed_mentions"] = body.get("allowed_mentions")
    return fields


def numbered_modal(modal: dict[str, Any]) -> dict[str, Any]:
    """A modal as Discord's client gets it: each component with a number of its own."""
    return {**modal, "components": echoes.components(modal["components"], [])}


def _moderate(call: Call, body: dict[str, Any], channel: Channel) -> None:
    """Refuse what AutoMod or the filter for harmful links blocks. It spares who may manage the server."""
    guild = channel.guild
    if guild is None or not guild.blocked_words | guild.harmful_links:
        return
    written = json.dumps([body.get(part) for part in ("content", "embeds", "components")], ensure_ascii=False).lower()
    if any(link in written for link in guild.harmful_links):
        raise errors.harmful_link()
    is_exempt = call.world.can(call.bot, channel, permissions.MANAGE_GUILD)
    if not is_exempt and any(word in written for word in guild.blocked_words):
        raise errors.blocked_message()


def _attachments(call: Call, body: dict[str, Any], channel: Channel, existing: list[Attachment]) -> list[Attachment]:
    """What is kept and what is new. Without a list every uploaded file is added."""
    for file in call.files:
        if len(file.content) > call.world.upload_limit_of(channel):
            raise errors.entity_too_large()
    store = call.world.files
    described = body.get("attachments")
    files = {file.index: file for file in call.files}
    if described is None:
        return [*existing, *(store.add(channel, f.name, f.content, f.content_type) for f in call.files)]
    kept = {attachment.id: attachment for attachment in existing}
    attachments: list[Attachment] = []
    for index, entry in enumerate(described):
        entry_id = snowflake(entry["id"], "id")
        if entry_id in kept:
            attachments.append(kept[entry_id])
        elif entry_id in files:
            file = files.pop(entry_id)
            name = entry.get("filename") or file.name
            attachments.append(store.add(channel, name, file.content, file.content_type, entry.get("description")))
        else:
            raise errors.invalid(("attachments", index), "ATTACHMENT_NOT_FOUND", "The attachment was not uploaded")
    attachments += [store.add(channel, file.name, file.content, file.content_type) for file in files.values()]
    return attachments
