"""Autocomplete: what is suggested, and what was meant by what then arrives.

A client sends the value of the suggestion that was chosen; some send its label, and people type or paste labels. Both
are understood, wherever there are suggestions: `Suggestion` makes the label, and `meant` reads it.

py-cord has no error handler for autocomplete, so it cannot fail silently here.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any

import discord

from app.core.errors import Unavailable, UserError
from app.core.messages import SOURCE_LANGUAGE, current_language, languages, speaking
from app.core.records import record
from app.ui.kit.errors import note_error
from app.ui.kit.limits import MAX_CHOICE, MAX_CHOICES
from app.ui.kit.text import shortened

log = logging.getLogger(__name__)

Command = Callable[..., Awaitable[None]]
Suggest = Callable[[discord.AutocompleteContext], Awaitable[list[discord.OptionChoice]]]

SEPARATOR = " · "


@record
class Suggestion:
    """A value that may be chosen, what it is called, and what else is said about it: `name · note`."""

    name: str
    value: str
    note: str = ""
    separator: str = SEPARATOR
    """What is between name and note. Whatever begins with the name and this is the label of this value."""

    @property
    def label(self) -> str:
        """Return what people see."""
        return f"{self.name}{self.separator}{self.note}" if self.note else self.name

    def is_meant(self, typed: str) -> bool:
        """Tell whether this was typed, by its value, its name or its label, whatever its case."""
        folded, name, value = typed.casefold(), self.name.casefold(), self.value.casefold()
        # In another language, a label has another name for the same value.
        is_noted = self.note == self.value and folded.endswith(f"{self.separator}{value}")
        is_label = folded in {self.label.casefold(), shortened(self.label, MAX_CHOICE).casefold()}
        return is_noted or is_label or folded in {value, name} or folded.startswith(f"{name}{self.separator}")


def meant(typed: str, suggested: Callable[[], Iterable[Suggestion]]) -> str:
    """Return the value that was meant; what is none of these is returned as it was typed.

    Labels are read in the language of the task first, and then in any that there is: people paste what others see.
    """
    wanted = typed.strip()
    for language in dict.fromkeys((current_language(), SOURCE_LANGUAGE, *languages())):
        with speaking(language):
            found = [one for one in suggested() if one.is_meant(wanted)]
        exact = [one for one in found if wanted.casefold() in {one.value.casefold(), one.name.casefold()}]
        if found:
            # A name may begin with another one.
            return max(exact or found, key=lambda one: len(one.name)).value
    return typed


def choice(label: str, value: str) -> discord.OptionChoice:
    """Make one suggestion; its label is cut to what Discord takes."""
    return discord.OptionChoice(shortened(label, MAX_CHOICE), value)


def offered(suggestions: Iterable[Suggestion]) -> list[discord.OptionChoice]:
    """Return what Discord shows. A value that does not fit is not offered, and never cut: what was typed stands."""
    fitting = [one for one in suggestions if 1 <= len(one.value) <= MAX_CHOICE]
    return [choice(one.label, one.value) for one in fitting[:MAX_CHOICES]]


def understood(option: str, read: Callable[[str], str]) -> Callable[[Command], Command]:
    """Give a command what was meant with a text of its options: `read` makes it of what arrived."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        async def reading(self: object, ctx: discord.ApplicationContext, **given: Any) -> None:
            if given.get(option) is not None:
                given[option] = read(given[option])
            await command(self, ctx, **given)

        return reading

    return decorate


def suggesting(suggest: Suggest) -> Suggest:
    """Wrap an autocomplete callback: whatever goes wrong is logged, and the person sees no suggestions.

    A refusal is no fault: what was typed so far into another option fits nothing yet, so nothing is suggested.
    """

    @wraps(suggest)
    async def safe(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
        try:
            return await suggest(ctx)
        except Exception as error:
            if isinstance(error, UserError) and not isinstance(error, Unavailable):
                return []
            note_error(error)
            log.exception("autocomplete failed", extra={"callback": suggest.__name__})
            return []

    return safe
