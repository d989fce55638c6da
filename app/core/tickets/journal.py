"""What Discord tells of the messages in an open ticket, taken down as it happens: what they said before, what went."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from app.core.records import record
from app.core.tickets.limits import MAX_JOURNAL
from app.core.tickets.raw_values import Raw
from app.core.tickets.reading import people_in, read_message
from app.core.tickets.record import Message, Person, Record
from app.core.tickets.recording import deleted, edited, merged


@record
class Told:
    """Something that happened to a message: it is there, as it is now, or it is gone."""

    channel_id: int
    message: Message | None
    people: tuple[Person, ...]
    gone: tuple[int, ...]
    at: datetime


def told(event: str, raw: Raw, at: datetime) -> Told | None:
    """Read one of the gateway's events; None for what says nothing."""
    channel_id = int(raw["channel_id"])
    if event in {"MESSAGE_DELETE", "MESSAGE_DELETE_BULK"}:
        ids = raw.get("ids") or [raw.get("id")]
        return Told(channel_id, None, (), tuple(int(one) for one in ids if one), at)
    # What says only that a preview was added has no author and no text; all is read again when the ticket is closed.
    if "author" not in raw or "content" not in raw or (message := read_message(raw)) is None:
        return None
    return Told(channel_id, message, tuple(people_in(raw)), (), at)


def taken_down(record: Record, happened: Iterable[Told]) -> Record:
    """Return a record with what happened. Beyond MAX_JOURNAL messages the oldest that never changed are left out."""
    messages, people = dict(record.messages), list[Person]()
    for one in happened:
        people += one.people
        for key in one.gone:
            if key in messages:
                messages[key] = deleted(messages[key], one.at)
        if one.message is not None:
            before = messages.get(one.message.id)
            messages[one.message.id] = one.message if before is None else edited(before, one.message)
    for key in _plain_ones(messages)[: max(0, len(messages) - MAX_JOURNAL)]:
        del messages[key]
    return replace(merged(record, (), people=people), messages=messages)


def _plain_ones(messages: dict[int, Message]) -> list[int]:
    return [key for key in sorted(messages) if not messages[key].earlier and messages[key].deleted_at is None]


def joined(
    stored: Record, fetched: Iterable[Message], people: Iterable[Person], *, since: datetime, at: datetime
) -> Record:
    """Return a record with all messages of a channel as they are at a moment.

    Those of before `since` were in another channel, which is gone, so that nothing follows from their being absent.
    """
    before = {key: message for key, message in stored.messages.items() if message.at < since}
    here = replace(stored, messages={key: one for key, one in stored.messages.items() if key not in before})
    found = merged(here, fetched, people=people, complete_at=at)
    return replace(found, messages={**before, **found.messages})
