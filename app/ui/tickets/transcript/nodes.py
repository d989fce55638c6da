"""What a text in Discord's Markdown is made of."""

from typing import NamedTuple


class Styled(NamedTuple):
    """Something `bold`, `italic`, `underline`, `struck` or `spoiler`."""

    style: str
    inside: "list[Node]"


class Code(NamedTuple):
    """Code within a line."""

    text: str


class CodeBlock(NamedTuple):
    """Code in lines of its own."""

    language: str
    text: str


class Link(NamedTuple):
    """An address; `inside` are the words of a masked one."""

    url: str
    inside: "list[Node] | None"


class Mention(NamedTuple):
    """A `person`, `role` or `channel`; or `all`, with the word as `name`."""

    of: str
    id: int
    name: str = ""


class Emoji(NamedTuple):
    """An emoji of a server, which only has a name here."""

    name: str


class Moment(NamedTuple):
    """A time that every reader sees in their own zone; `style` is Discord's letter."""

    seconds: int
    style: str


class Command(NamedTuple):
    """A command to click on, or one of Discord's own places (`guide`)."""

    name: str


class Block(NamedTuple):
    """Lines of their own: `heading1` to `heading3`, `small` or `quote`."""

    kind: str
    inside: "list[Node]"


class Item(NamedTuple):
    """One entry of a list, from depth 1 on. `number` is None in one with dots."""

    depth: int
    number: int | None
    inside: "list[Node]"


Node = str | Styled | Code | CodeBlock | Link | Mention | Emoji | Moment | Command | Block | Item
