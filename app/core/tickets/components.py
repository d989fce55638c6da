"""What Discord's messages are built of besides text: files, embeds, polls, stickers, components of both kinds.

https://docs.discord.com/developers/components/reference
"""

from datetime import datetime
from enum import StrEnum

from app.core.records import record
from app.core.tickets.json_shape import tagged


class Unkept(StrEnum):
    """Why the bytes of an attachment are not in the record."""

    TOO_LARGE = "too_large"
    """It alone is larger than what is kept of one file."""
    FULL = "full"
    """What a ticket may keep of all files was used up."""
    GONE = "gone"
    """Discord did not have it any more."""
    FAILED = "failed"
    """Discord did not hand it out."""


@record
class Attachment:
    """A file, or a picture that a component shows. `id` is 0 for one that was never uploaded to Discord."""

    id: int = 0
    name: str = ""
    size: int = 0
    """In bytes."""
    type: str = ""
    """As Discord says, which believed the name."""
    is_spoiler: bool = False
    description: str = ""
    url: str = ""
    """Without the signature, which runs out within a day. `reading.links` has the address that can be read now."""
    seconds: float = 0
    """Of a voice message or a video."""
    content: bytes | None = None
    """Its bytes, if they were kept."""
    unkept: str = ""
    """One of `Unkept`, if they were not; empty if nobody has tried."""


@record
class Field:
    """One field of an embed."""

    name: str = ""
    value: str = ""
    is_inline: bool = False


@record
class Embed:
    """A box below a message: of a bot, or the preview of an address."""

    type: str = "rich"
    title: str = ""
    description: str = ""
    url: str = ""
    colour: int | None = None
    at: datetime | None = None
    author: str = ""
    author_url: str = ""
    provider: str = ""
    footer: str = ""
    fields: tuple[Field, ...] = ()
    image: str = ""
    """Addresses of pictures, which a transcript can only name."""
    thumbnail: str = ""
    video: str = ""


@record
class PollAnswer:
    """One answer of a poll."""

    text: str = ""
    emoji: str = ""
    votes: int = 0


@record
class Poll:
    """A poll, with the votes at the moment it was read."""

    question: str = ""
    answers: tuple[PollAnswer, ...] = ()
    ends_at: datetime | None = None
    takes_several: bool = False
    is_over: bool = False


@record
class Sticker:
    """A sticker. Only its name is kept."""

    name: str = ""


@record
class Reaction:
    """An emoji under a message, and how many chose it."""

    emoji: str = ""
    count: int = 0


@record
class Button:
    """A button, or with an address a link."""

    label: str = ""
    emoji: str = ""
    url: str = ""
    is_disabled: bool = False


@record
class Option:
    """One choice of a select."""

    label: str = ""
    description: str = ""
    emoji: str = ""
    is_default: bool = False


@record
class Select:
    """A select of any type; those of people, roles and channels have no options of their own."""

    placeholder: str = ""
    options: tuple[Option, ...] = ()
    is_disabled: bool = False


@record
class Row:
    """Buttons or a select, side by side."""

    items: tuple["Button | Select", ...] = ()


@record
class Text:
    """Text as a component."""

    content: str = ""


@record
class Thumbnail:
    """A small picture beside text."""

    media: Attachment = Attachment()


@record
class Section:
    """Texts with a button or a picture beside them."""

    texts: tuple[Text, ...] = ()
    accessory: Button | Thumbnail | None = None


@record
class Gallery:
    """Pictures and films, as a grid."""

    items: tuple[Attachment, ...] = ()


@record
class File:
    """An uploaded file as a component."""

    media: Attachment = Attachment()


@record
class Separator:
    """Space, or a line."""

    has_line: bool = True


@record
class Unknown:
    """A component that came later than this release."""

    type: int = 0


@record
class Container:
    """A box around other components."""

    items: tuple["Row | Section | Text | Gallery | File | Separator | Unknown", ...] = ()
    colour: int | None = None
    is_spoiler: bool = False


Inner = Row | Section | Text | Gallery | File | Separator | Unknown
Component = Inner | Container
tagged(Row, Section, Text, Gallery, File, Separator, Unknown, Container, Button, Select, Thumbnail)
