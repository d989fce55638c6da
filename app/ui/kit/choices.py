"""Choosing in a form: a menu, radio buttons or checkboxes, whichever Discord has room for. All of it pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

import discord

from app.core.records import record
from app.ui.kit.components import menu

MAX_IN_SIGHT = 10
"""Radio buttons or checkboxes of a group (Discord); radio buttons are two at least."""


class Look(StrEnum):
    """How choices are shown."""

    MENU = "menu"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"


@record
class Choice:
    """One of what there is to choose from."""

    value: str
    label: str
    description: str = ""
    emoji: str = ""


def look_of(choices: Sequence[Choice], *, several: bool) -> Look:
    """Return how these are best shown: all in sight where they fit. Only a menu shows an emoji."""
    least = 1 if several else 2
    if not least <= len(choices) <= MAX_IN_SIGHT or any(one.emoji for one in choices):
        return Look.MENU
    return Look.CHECKBOXES if several else Look.RADIO


def choice_field(
    name: str,
    look: Look,
    choices: Sequence[Choice],
    chosen: Collection[str],
    *,
    required: bool = True,
    several: bool = False,
    placeholder: str | None = None,
) -> Any:
    """Make a field in which one is chosen, or with `several` or checkboxes any number; `chosen` are chosen before."""
    least, most = int(required), len(choices)
    match look:
        case Look.RADIO:
            return discord.ui.RadioGroup(
                custom_id=name, options=_options(discord.RadioGroupOption, choices, chosen), required=required
            )
        case Look.CHECKBOXES:
            boxes = _options(discord.CheckboxGroupOption, choices, chosen)
            return discord.ui.CheckboxGroup(
                custom_id=name, options=boxes, min_values=least, max_values=most, required=required
            )
        case Look.MENU:
            options = _options(discord.SelectOption, choices, chosen)
            for option, one in zip(options, choices, strict=True):
                option.emoji = one.emoji or None
            return menu(
                name,
                options=options,
                required=required,
                min_values=least,
                max_values=most if several else 1,
                placeholder=placeholder,
            )


def either(name: str, first: tuple[str, str], second: tuple[str, str], *, is_second: bool) -> Any:
    """Make two radio buttons, each given as a value and a label, of which one is always chosen."""
    choices = [Choice(*first), Choice(*second)]
    return choice_field(name, Look.RADIO, choices, {choices[is_second].value})


def _options(kind: Any, choices: Sequence[Choice], chosen: Collection[str]) -> list[Any]:
    return [
        kind(label=one.label, value=one.value, description=one.description or None, default=one.value in chosen)
        for one in choices
    ]
