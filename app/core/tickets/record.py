"""What a transcript is made of: everything that was said in a ticket, as plain JSON.

Its JSON has people and messages by id, so that a row can be given one more message without reading the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Any, cast

from app.core.records import record
from app.core.tickets.components import (
    Attachment,
    Component,
    Container,
    Embed,
    File,
    Gallery,
    Poll,
    Reaction,
    Section,
    Sticker,
    Thumbnail,
)
from app.core.tickets.json_shape import Unreadable, packed, unpacked

VERSION = 1
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@record
class Person:
    """Somebody who wrote, or was spoken of."""

    id: int
    name: str = ""
    display_name: str = ""
    is_bot: bool = False
    is_staff: bool = False
    colour: int | None = None
    """That of the role which colours the name, as 0xRRGGBB."""
    role_ids: tuple[int, ...] = ()
    """Those that they had when they wrote last, as far as it was told."""

    @property
    def shown_name(self) -> str:
        """How Discord shows this person."""
        return self.display_name or self.name


@record
class Named:
    """A role or a channel that was spoken of."""

    name: str = ""
    colour: int | None = None


@record
class Body:
    """What a message says and shows; that of a forwarded one too."""

    content: str = ""
    attachments: tuple[Attachment, ...] = ()
    embeds: tuple[Embed, ...] = ()
    stickers: tuple[Sticker, ...] = ()
    components: tuple[Component, ...] = ()
    poll: Poll | None = None

    def files(self) -> Iterator[Attachment]:
        """Yield every file, those that only a component shows too."""
        yield from self.attachments
        for component in self.components:
            for inner in component.items if isinstance(component, Container) else (component,):
                if isinstance(inner, Gallery):
                    yield from inner.items
                elif isinstance(inner, File):
                    yield inner.media
                elif isinstance(inner, Section) and isinstance(inner.accessory, Thumbnail):
                    yield inner.accessory.media


@record
class Version:
    """What a message said before it was edited."""

    content: str = ""
    at: datetime = BEGINNING
    """From when on it said so."""


@record
class Forward:
    """A message from somewhere else, as it was when it was forwarded."""

    at: datetime | None = None
    body: Body = Body()


@record
class Message:
    """One message, or what Discord itself wrote (`type` is Discord's number of the kind)."""

    id: int
    author_id: int = 0
    at: datetime = BEGINNING
    type: int = 0
    body: Body = Body()
    author_name: str = ""
    """Of a webhook, which may write under another name each time."""
    reply_to: int | None = None
    reply_author_id: int | None = None
    reply_text: str = ""
    """What was answered, for the case that it is not in the record. Empty if Discord did not say."""
    forwards: tuple[Forward, ...] = ()
    edited_at: datetime | None = None
    earlier: tuple[Version, ...] = ()
    """Before it was edited, the oldest first."""
    deleted_at: datetime | None = None
    deleted_by: int | None = None
    is_pinned: bool = False
    is_voice: bool = False
    is_staff_only: bool = False
    mentioned: tuple[int, ...] = ()
    """Whom Discord's own messages are about: who was added, who was removed."""
    command: str = ""
    """The command that this answers."""
    command_by: int | None = None
    thread: str = ""
    """The thread that begins here."""
    reactions: tuple[Reaction, ...] = ()

    def files(self) -> Iterator[Attachment]:
        """Yield every file, those of forwarded messages too."""
        yield from self.body.files()
        for forward in self.forwards:
            yield from forward.body.files()


@record
class Note:
    """What staff wrote about a ticket for themselves."""

    at: datetime = BEGINNING
    author_id: int = 0
    text: str = ""


@record
class Answer:
    """An answer of the intake form, as the column `answers` has it."""

    label: str = ""
    kind: str = "short"
    value: str = ""
    values: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()


@record
class Facts:
    """What is known of a ticket besides what was written in it."""

    number: int = 0
    guild_id: int = 0
    guild_name: str = ""
    channel_id: int = 0
    channel_name: str = ""
    type_name: str = ""
    subject: str = ""
    opener_id: int = 0
    opened_by: int | None = None
    """The member of staff who opened it for the member."""
    opened_at: datetime = BEGINNING
    closed_at: datetime | None = None
    closed_by: int | None = None
    close_reason: str = ""
    staff_ids: tuple[int, ...] = ()
    """Who of the staff worked on it."""
    answers: tuple[Answer, ...] = ()
    priority: str = ""
    labels: tuple[str, ...] = ()


@record
class Record:
    """Everything that a transcript can show."""

    facts: Facts = Facts()
    people: Mapping[int, Person] = field(default_factory=dict[int, Person])
    roles: Mapping[int, Named] = field(default_factory=dict[int, Named])
    channels: Mapping[int, Named] = field(default_factory=dict[int, Named])
    messages: Mapping[int, Message] = field(default_factory=dict[int, Message])
    notes: tuple[Note, ...] = ()
    lacks_content: bool = False
    """Discord hid what members wrote, because the bot may not read it."""
    version: int = VERSION

    def in_order(self) -> list[Message]:
        """Return the messages, the oldest first. Discord's ids grow with time."""
        return [self.messages[key] for key in sorted(self.messages)]

    def files(self) -> Iterator[Attachment]:
        """Yield every file of the messages and of the intake form."""
        for answer in self.facts.answers:
            yield from answer.files
        for message in self.messages.values():
            yield from message.files()

    def to_json(self) -> dict[str, Any]:
        """Return it as a column of JSON holds it."""
        return {**packed(self), "version": self.version}

    @classmethod
    def from_json(cls, value: object) -> "Record":
        """Read what `to_json` wrote, in this release or another. What cannot be read is left out; nothing is raised."""
        return _read(cls, value) or cls()


def message_to_json(message: Message) -> dict[str, Any]:
    """Return one message as it stands in the record's JSON, under `messages` and its id."""
    return packed(message)


def message_from_json(value: object) -> Message | None:
    """Read one message; None if it cannot be read."""
    return _read(Message, value)


def person_to_json(person: Person) -> dict[str, Any]:
    """Return one person as they stand in the record's JSON, under `people` and their id."""
    return packed(person)


def answers_from_json(value: object, known: Mapping[int, Attachment] | None = None) -> tuple[Answer, ...]:
    """Read the column `answers`, which names files by their ids; `known` says what is known of these."""
    facts = _read(Facts, {"answers": value})
    listed = cast("list[object]", value) if isinstance(value, list) else []
    named = [cast("dict[str, object]", each).get("files") for each in listed if isinstance(each, dict)]
    return tuple(
        replace(answer, files=answer.files or tuple(_known_files(ids, known or {})))
        for answer, ids in zip(facts.answers if facts is not None else (), named, strict=True)
    )


def _known_files(ids: object, known: Mapping[int, Attachment]) -> Iterator[Attachment]:
    for each in cast("list[object]", ids) if isinstance(ids, list) else []:
        if type(each) is int:
            yield known.get(each) or Attachment(each)


def _read(kind: type[Any], value: object) -> Any:
    try:
        return unpacked(kind, value)
    except Unreadable:
        return None
