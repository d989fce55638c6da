"""The ids of what is under an answer of `/help`: each says what is shown, so that it works after a restart."""

from dataclasses import replace
from string import ascii_letters, ascii_lowercase, digits
from typing import Annotated

from app.core.records import record
from app.ui.kit.ids import ButtonId, Optional, Page, SelectId, Text

MENUS = "-"
"""The topic of what stands in the menus of messages and people, which is the name of no command."""
SLASH, MENU = "/", "="
"""What the name of a command begins with in a value: Discord has menus and slash commands of the same name."""
MAX_TOPIC = 32
MAX_QUERY = 30
"""Characters of what is searched for."""
Topic = Text(MAX_TOPIC, ascii_lowercase + digits + "_-")


def topic_value(topic: str) -> str:
    """Write a topic for a value of a select."""
    return MENU if topic == MENUS else f"{SLASH}{topic}"


def topic_of(value: str) -> str:
    """Read what `topic_value` wrote."""
    return MENUS if value == MENU else value[1:]


@record
class Shown:
    """Which page of which list."""

    topic: Annotated[str | None, Optional(Topic)] = None
    """The outermost name of commands, None for all of them."""
    others: bool = False
    """Whether it lists what others can use, and not what one can use oneself."""
    page: Page = 0
    query: Annotated[str, Text(MAX_QUERY)] = ""

    def at(self, page: int) -> "Shown":
        """Return another page of the same list."""
        return replace(self, page=page)


class CommandName(Text):
    """The full name of a command, after a sign for its kind: `/reminder create`, `=Remind me about this`."""

    def __init__(self) -> None:
        super().__init__(100, f"{SLASH}{MENU}{ascii_letters}{digits}_- ")

    def allows(self, text: str) -> bool:
        """Tell whether it has the right characters, and one of the signs."""
        return super().allows(text) and text[0] in SLASH + MENU


class ListId(ButtonId, route="help:v1:list"):
    """Show a list."""

    shown: Shown


class TopicId(SelectId, route="help:v1:topic", value=Annotated[str, CommandName()]):
    """Show the commands of a topic, given as `/reminder`, or as the sign alone for what stands in menus."""

    others: bool


class CommandId(SelectId, route="help:v1:command", value=Annotated[str, CommandName()]):
    """Show one command, given by its kind and full name. `shown` is the list to return to."""

    shown: Shown
