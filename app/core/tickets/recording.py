"""How a record grows: messages that come, change and go, and files whose bytes were read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from app.core.tickets.components import Attachment, Container, File, Gallery, Inner, Section, Thumbnail
from app.core.tickets.record import Body, Message, Person, Record, Version

Files = Mapping[int, bytes | str]
"""By the attachment's id: its bytes, or why there are none (one of `Unkept`)."""


def edited(before: Message, after: Message) -> Message:
    """Return a message as it is now, with what it said before.

    What Discord leaves empty because the bot may not read it does not overwrite what is known.
    """
    if _says_nothing(after) and not _says_nothing(before):
        after = replace(after, body=before.body, forwards=before.forwards)
    earlier = before.earlier
    if before.body.content != after.body.content:
        earlier = (*earlier, Version(before.body.content, before.edited_at or before.at))
    kept = {file.id: file.unkept if file.content is None else file.content for file in before.files()}
    kept = {key: held for key, held in kept.items() if held != ""}
    return replace(
        with_files(after, kept),
        earlier=earlier,
        reply_text=after.reply_text or before.reply_text,
        reply_author_id=after.reply_author_id or before.reply_author_id,
        is_staff_only=before.is_staff_only,
        deleted_at=before.deleted_at,
        deleted_by=before.deleted_by,
    )


def deleted(message: Message, at: datetime, by: int | None = None) -> Message:
    """Return a message that is gone. It keeps what it said; the first word on when it went holds."""
    if message.deleted_at is not None:
        return replace(message, deleted_by=message.deleted_by or by)
    return replace(message, deleted_at=at, deleted_by=by)


def merged(
    stored: Record, fetched: Iterable[Message], *, people: Iterable[Person] = (), complete_at: datetime | None = None
) -> Record:
    """Return a record with the messages that Discord has now.

    `complete_at` says that these are all there were at a moment: what is not among them was deleted before it.
    """
    new = {message.id: message for message in fetched}
    messages = {
        key: edited(before, new[key]) if key in new else _missing(before, complete_at)
        for key, before in stored.messages.items()
    }
    known = dict(stored.people)
    for person in people:
        known[person.id] = _same_person(known.get(person.id), person)
    return replace(stored, messages={**new, **messages}, people=known)


def filled(record: Record, files: Files) -> Record:
    """Return a record with bytes of files, of its messages and of the intake form."""
    return replace(
        record,
        messages={key: with_files(message, files) for key, message in record.messages.items()},
        facts=replace(
            record.facts,
            answers=tuple(
                replace(answer, files=tuple(_with_content(file, files) for file in answer.files))
                for answer in record.facts.answers
            ),
        ),
    )


def with_files(message: Message, files: Files) -> Message:
    """Return a message with bytes of its files, or with why there are none."""
    if not any(file.id in files for file in message.files()):
        return message
    forwards = tuple(replace(each, body=_filled(each.body, files)) for each in message.forwards)
    return replace(message, body=_filled(message.body, files), forwards=forwards)


def _says_nothing(message: Message) -> bool:
    return message.body == Body() and all(forward.body == Body() for forward in message.forwards)


def _missing(message: Message, at: datetime | None) -> Message:
    return deleted(message, at) if at is not None and message.deleted_at is None and message.at <= at else message


def _same_person(before: Person | None, after: Person) -> Person:
    if before is None:
        return after
    return replace(
        after,
        name=after.name or before.name,
        display_name=after.display_name or before.display_name,
        is_bot=after.is_bot or before.is_bot,
        is_staff=after.is_staff or before.is_staff,
        colour=after.colour if after.colour is not None else before.colour,
        role_ids=after.role_ids or before.role_ids,
    )


def _filled(body: Body, files: Files) -> Body:
    return replace(
        body,
        attachments=tuple(_with_content(each, files) for each in body.attachments),
        components=tuple(
            replace(each, items=tuple(_inner(one, files) for one in each.items))
            if isinstance(each, Container)
            else _inner(each, files)
            for each in body.components
        ),
    )


def _inner(component: Inner, files: Files) -> Inner:
    if isinstance(component, Gallery):
        return replace(component, items=tuple(_with_content(each, files) for each in component.items))
    if isinstance(component, File):
        return replace(component, media=_with_content(component.media, files))
    if isinstance(component, Section) and isinstance(component.accessory, Thumbnail):
        return replace(component, accessory=Thumbnail(_with_content(component.accessory.media, files)))
    return component


def _with_content(file: Attachment, files: Files) -> Attachment:
    held = files.get(file.id)
    if held is None or not file.id:
        return file
    if isinstance(held, str):
        return replace(file, unkept=str(held))
    return replace(file, content=held, unkept="", size=file.size or len(held))
