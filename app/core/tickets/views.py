"""Two views of one record: what staff may read of a ticket, and what its member may."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from app.core.tickets.record import Body, Facts, Message, Record, Version


def staff_view(record: Record) -> Record:
    """Return all of it."""
    return record


def member_view(record: Record) -> Record:
    """Return what the member may read: the ticket as it stood in Discord when it was closed.

    No notes, nothing written or changed after the closing, nothing that is for staff alone. What others have deleted or
    edited away is gone for the member, as it was in Discord; of their own messages they see that too.
    """
    closed_at = record.facts.closed_at
    seen = {
        message.id: _as_seen(message, record)
        for message in record.messages.values()
        if not message.is_staff_only and (closed_at is None or message.at <= closed_at)
    }
    messages = {key: _without_hidden_answer(message, seen, record) for key, message in seen.items()}
    people = _named_in(messages.values(), record.facts)
    return replace(
        record,
        facts=replace(
            record.facts,
            staff_ids=tuple(each for each in record.facts.staff_ids if each in people),
            priority="",
            labels=(),
        ),
        people={key: person for key, person in record.people.items() if key in people or not person.is_staff},
        messages=messages,
        notes=(),
    )


def _as_seen(message: Message, record: Record) -> Message:
    author = record.people.get(message.author_id)
    is_bot = author is not None and author.is_bot
    is_own = message.author_id == record.facts.opener_id
    if record.facts.closed_at is not None and not is_bot:
        message = _as_of(message, record.facts.closed_at, is_own=is_own)
    if is_own:
        return message
    if message.deleted_at is not None:
        return replace(message, body=Body(), forwards=(), earlier=(), reply_text="", thread="", reactions=())
    return replace(message, earlier=())


def _as_of(message: Message, moment: datetime, *, is_own: bool) -> Message:
    """Take back what happened to a message of a person after a moment."""
    if message.deleted_at is not None and message.deleted_at > moment:
        message = replace(message, deleted_at=None, deleted_by=None)
    if message.edited_at is None or message.edited_at <= moment:
        return message
    until = [version for version in message.earlier if version.at <= moment]
    if not until and is_own:
        return message
    # Nobody knows what it said at that moment, and what it says now was written later.
    then = until[-1] if until else Version()
    return replace(
        message,
        # What Discord shows of the addresses in a text changes with the text.
        body=replace(message.body, content=then.content, embeds=()),
        earlier=tuple(until[:-1]),
        edited_at=then.at if then.at > message.at else None,
    )


def _without_hidden_answer(message: Message, seen: dict[int, Message], record: Record) -> Message:
    """Leave out what a message answers where that is hidden, or has been taken away."""
    answered = message.reply_to
    if answered is None or not message.reply_text:
        return message
    hidden = answered in record.messages and (answered not in seen or seen[answered].deleted_at is not None)
    return replace(message, reply_text="", reply_author_id=None) if hidden else message


def _named_in(messages: Iterable[Message], facts: Facts) -> set[int | None]:
    found: set[int | None] = {facts.opener_id, facts.opened_by, facts.closed_by}
    for message in messages:
        found |= {message.author_id, message.reply_author_id, message.command_by, *message.mentioned}
    return found
