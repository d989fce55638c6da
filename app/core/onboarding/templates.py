"""Texts that a server writes for those who join, with places for what differs by member."""

import re
from collections.abc import Mapping

from app.core.errors import InvalidInput
from app.core.formats import AnyOf
from app.core.messages import Message, msg
from app.core.settings.kinds import TextForm

PLACEHOLDERS: Mapping[str, Message] = {
    "member": msg("mentions the member"),
    "name": msg("the member's name"),
    "server": msg("the server's name"),
    "count": msg("how many members the server has"),
    "rules": msg("a link to the rules"),
}
_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


class UnknownPlaceholder(InvalidInput):
    """A text has a place for something that there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "There is no `{placeholder}`. Use {known}.",
            placeholder="{" + name + "}",
            known=AnyOf(["`{" + one + "}`" for one in PLACEHOLDERS]),
        )


def check(text: str) -> str:
    """Return a text as it is stored. Raises UnknownPlaceholder."""
    for found in _PLACE.finditer(text):
        if found[1] not in PLACEHOLDERS:
            raise UnknownPlaceholder(found[1])
    return text.strip()


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill in the places. What is filled in is not looked through again; unknown places stay as they are."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


TEMPLATE = TextForm(
    normalise=check,
    takes=msg("a text, in which `{{member}}`, `{{name}}`, `{{server}}`, `{{count}}` and `{{rules}}` are filled in"),
)
