"""Discord's messages, as its API writes them in JSON, to what a record holds.

From the JSON and not from a library's objects, so that what a library does not know is not lost.
https://docs.discord.com/developers/resources/message
"""

from collections.abc import Iterable, Iterator

from app.core.tickets import component_reading as parts
from app.core.tickets.components import Reaction
from app.core.tickets.raw_values import (
    Raw,
    id_at,
    ids_at,
    is_true,
    moment_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)
from app.core.tickets.record import BEGINNING, Body, Forward, Message, Person

VOICE = 1 << 13
"""Flag of a message: a voice message."""
FORWARD = 1
"""Type of a reference: what is forwarded stands in `message_snapshots`."""
THREAD_STARTER = 21
"""Type of the first message of a thread, which is only a reference."""
REPLIES = {6, 19}
"""Types that point to another message: it was pinned, it was answered."""
MAX_REPLY = 300
"""Characters of an answered message that are kept in case that it is not in the record."""


def read_message(raw: Raw) -> Message | None:
    """Return a message; None if it has no id, so that it is none."""
    if not (message_id := id_at(raw, "id")):
        return None
    reference, referenced = object_at(raw, "message_reference"), object_at(raw, "referenced_message")
    kind = number_at(raw, "type")
    is_reply = kind in REPLIES
    source = referenced if kind == THREAD_STARTER and referenced else raw
    author = object_at(source, "author")
    answered = id_at(object_at(referenced, "author"), "id")
    asked, command_by = _command(raw)
    return Message(
        id=message_id,
        author_id=id_at(author, "id"),
        author_name=text_at(author, "username") if source.get("webhook_id") and not asked else "",
        at=moment_at(raw, "timestamp") or BEGINNING,
        type=kind,
        body=_body(source),
        reply_to=(id_at(reference, "message_id") or None) if is_reply else None,
        reply_author_id=(answered or None) if is_reply else None,
        reply_text=text_at(referenced, "content")[:MAX_REPLY] if is_reply else "",
        forwards=tuple(_forwards(raw)),
        edited_at=moment_at(raw, "edited_timestamp"),
        is_pinned=is_true(raw, "pinned"),
        is_voice=bool(number_at(raw, "flags") & VOICE),
        mentioned=tuple(id_at(user, "id") for user in objects_at(raw, "mentions")),
        command=asked,
        command_by=command_by,
        thread=text_at(object_at(raw, "thread"), "name"),
        reactions=tuple(
            Reaction(parts.emoji(object_at(one, "emoji")), number_at(one, "count"))
            for one in objects_at(raw, "reactions")
        ),
    )


def read_messages(raws: Iterable[Raw]) -> dict[int, Message]:
    """Return messages by id, the oldest first, in whatever order Discord gave them."""
    found = [message for raw in raws if (message := read_message(raw)) is not None]
    return {message.id: message for message in sorted(found, key=lambda message: message.id)}


def people_in(raw: Raw) -> Iterator[Person]:
    """Yield everybody that a message tells something about: who wrote, who is mentioned, who was answered.

    Their names in the guild are only in what the gateway sends (`member`).
    """
    referenced = object_at(raw, "referenced_message")
    asked = (object_at(raw, "interaction_metadata"), object_at(raw, "interaction"))
    author = {**object_at(raw, "author"), "member": raw.get("member"), "is_webhook": bool(raw.get("webhook_id"))}
    users: list[Raw] = [
        *(object_at(one, "user") for one in asked),
        *objects_at(referenced, "mentions"),
        object_at(referenced, "author"),
        *objects_at(raw, "mentions"),
        *(user for snapshot in _snapshots(raw) for user in objects_at(snapshot, "mentions")),
        author,
    ]
    for user in users:
        if person := _person(user):
            yield person


def people_of(raws: Iterable[Raw]) -> dict[int, Person]:
    """Return the same of many messages by id; who is told of twice is as the last one says."""
    return {person.id: person for raw in raws for person in people_in(raw)}


def links(raw: Raw) -> dict[int, str]:
    """Return the addresses at which the uploaded files of a message can be read now, by the attachment's id."""
    sources: list[Raw] = [raw, *_snapshots(raw), *([object_at(raw, "referenced_message")] if _is_starter(raw) else [])]
    found = {id_at(one, "id"): text_at(one, "url") for each in sources for one in objects_at(each, "attachments")}
    for source in sources:
        for media in parts.media_of(objects_at(source, "components")):
            found.setdefault(id_at(media, "attachment_id"), text_at(media, "url"))
    return {key: url for key, url in found.items() if key and url}


def _is_starter(raw: Raw) -> bool:
    return number_at(raw, "type") == THREAD_STARTER


def _body(raw: Raw) -> Body:
    return Body(
        content=text_at(raw, "content"),
        attachments=tuple(parts.attachment(each) for each in objects_at(raw, "attachments")),
        embeds=tuple(parts.embed(each) for each in objects_at(raw, "embeds")),
        stickers=tuple(parts.sticker(each) for each in objects_at(raw, "sticker_items") or objects_at(raw, "stickers")),
        components=parts.components(objects_at(raw, "components")),
        poll=parts.poll(object_at(raw, "poll")) if raw.get("poll") else None,
    )


def _snapshots(raw: Raw) -> list[Raw]:
    return [object_at(each, "message") for each in objects_at(raw, "message_snapshots")]


def _forwards(raw: Raw) -> Iterator[Forward]:
    snapshots = _snapshots(raw)
    for snapshot in snapshots:
        yield Forward(moment_at(snapshot, "timestamp"), _body(snapshot))
    # Without the right to read it, Discord tells only that something was forwarded.
    if not snapshots and number_at(object_at(raw, "message_reference"), "type") == FORWARD:
        yield Forward()


def _command(raw: Raw) -> tuple[str, int | None]:
    asked = object_at(raw, "interaction")
    return text_at(asked, "name"), id_at(object_at(asked, "user"), "id") or None


def _person(user: Raw) -> Person | None:
    if not (user_id := id_at(user, "id")):
        return None
    member = object_at(user, "member")
    return Person(
        id=user_id,
        name=text_at(user, "username"),
        display_name=text_at(member, "nick") or text_at(user, "global_name"),
        is_bot=user.get("bot") is True or user.get("is_webhook") is True,
        role_ids=ids_at(member, "roles"),
    )
