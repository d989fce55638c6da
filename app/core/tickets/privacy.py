"""A ticket's documents for one person: what they may have of them, and what is left when they are taken out."""

from collections.abc import Mapping
from typing import Any, cast

from app.core.privacy.documents import NOBODY, without
from app.core.privacy.exporting import YOU
from app.core.tickets.events import EventKind
from app.core.tickets.record import Message, Record
from app.core.tickets.searchable import searchable_text
from app.core.tickets.views import member_view

STAFF, SOMEBODY, BOT = "staff", "somebody else", "the bot"
NOT_FOR_MEMBERS = frozenset({EventKind.NOTE, EventKind.LABELS, EventKind.PRIORITY})
"""What staff note for themselves; of it a member learns that and when, as they may be named in it."""
OF_THE_MEMBER = frozenset({EventKind.RATED, EventKind.LEFT, EventKind.CAME_BACK})
"""What only the member of a ticket can do, so that nobody is named in it."""
OF_THE_BOT = frozenset({
    EventKind.TRANSCRIPT, EventKind.REMINDED, EventKind.WARNED, EventKind.MISSED, EventKind.CHANNEL_GONE,
    EventKind.TAKEN_BACK,
})  # fmt: skip
"""What only the bot does."""
TOLD = ("text", "reason", "stars", "type", "into", "from")
OWN = ("labels", "priority")
"""What else is told of an event; the second to whoever did it."""
ALWAYS = ("at", "kind", "by")
SAID = ("id", "at", "type")
"""What is left of a message that somebody wrote who was erased."""


def said_in(record: object, user_id: int, *, is_theirs: bool) -> list[dict[str, Any]]:
    """Return what was said in a ticket: for its member all that they could read, for others what they wrote."""
    kept = member_view(Record.from_json(record))
    return [_said(message, kept, user_id) for message in kept.in_order() if is_theirs or message.author_id == user_id]


def _said(message: Message, record: Record, user_id: int) -> dict[str, Any]:
    author = record.people.get(message.author_id)
    by = SOMEBODY
    if message.author_id == user_id:
        by = YOU
    elif author is not None and author.is_bot:
        by = BOT
    elif author is not None and author.is_staff:
        by = STAFF
    files = [file.name for file in message.files() if file.name]
    texts = [message.body.content, *(forward.body.content for forward in message.forwards)]
    said: dict[str, Any] = {"at": message.at.isoformat(), "by": by, "text": "\n".join(text for text in texts if text)}
    if message.author_id == user_id and message.earlier:
        said["earlier"] = [version.content for version in message.earlier]
    return said | ({"files": files} if files else {})


def happened_in(events: object, user_id: int, *, is_theirs: bool) -> list[dict[str, Any]]:
    """Return what happened to a ticket, without who of the staff it was and without what they noted for themselves."""
    told: list[dict[str, Any]] = []
    for event in _objects(events):
        is_own = event.get("by") == user_id
        if not is_theirs and not is_own and user_id not in {event.get("user"), event.get("to")}:
            continue
        one = {
            "at": event.get("at"),
            "kind": event.get("kind"),
            "by": _whose(event, is_own=is_own, is_theirs=is_theirs),
        }
        if is_own or event.get("kind") not in NOT_FOR_MEMBERS:
            more = (*TOLD, *OWN) if is_own else TOLD
            one |= {name: event[name] for name in more if name in event}
        if one["by"] != YOU and user_id in {event.get("user"), event.get("to")}:
            one["to"] = YOU
        told.append(one)
    return told


def _whose(event: Mapping[str, Any], *, is_own: bool, is_theirs: bool) -> str:
    if is_own or (is_theirs and event.get("kind") in OF_THE_MEMBER):
        return YOU
    # Of other things nobody is named who was erased.
    return BOT if event.get("kind") in OF_THE_BOT else STAFF


def bare_events(events: object, user_id: int) -> list[dict[str, Any]]:
    """Return what happened to a ticket whose member was erased: what and when, and who of the staff did it."""
    kept = [{name: event[name] for name in ALWAYS if name in event} for event in _objects(events)]
    return [_without_name(event, user_id) for event in kept]


def events_without(events: object, user_id: int) -> list[dict[str, Any]]:
    """Return what happened to somebody else's ticket, without this person."""
    return [_without_name(event, user_id) for event in _objects(events)]


def _without_name(event: Mapping[str, Any], user_id: int) -> dict[str, Any]:
    return without(event, user_id)


def record_without(record: object, user_id: int) -> dict[str, Any] | None:
    """Return the record of somebody else's ticket without this person.

    What they wrote as a member goes. What they wrote as staff stays, as it is the answer that others got, without who
    wrote it.
    """
    if not isinstance(record, dict):
        return None
    kept = cast("dict[str, Any]", record)
    people = cast("dict[str, dict[str, Any]]", kept.get("people") or {})
    as_staff = bool(people.get(str(user_id), {}).get("is_staff"))
    said = cast("dict[str, Any]", kept.get("messages") or {})
    messages = {key: _message(one, user_id, as_staff) for key, one in said.items()}
    notes = [one for one in _objects(kept.get("notes")) if one.get("author_id") != user_id or as_staff]
    return without({**kept, "messages": messages, **({"notes": notes} if notes else {})}, user_id)


def text_of(record: Mapping[str, Any] | None) -> str | None:
    """Return what can be found in a record, anew."""
    return searchable_text(Record.from_json(record)) or None if record else None


def _message(message: Any, user_id: int, as_staff: bool) -> Any:
    if not isinstance(message, dict):
        return message
    one = cast("dict[str, Any]", message)
    if one.get("author_id") == user_id and not as_staff:
        return {**{name: one[name] for name in SAID if name in one}, "author_id": NOBODY}
    if one.get("reply_author_id") == user_id and not as_staff:
        return {name: value for name, value in one.items() if name != "reply_text"}
    return one


def _objects(found: object) -> list[dict[str, Any]]:
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return [cast("dict[str, Any]", one) for one in listed if isinstance(one, dict)]
