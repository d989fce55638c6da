"""What kind of interaction it is, and by which name it is counted."""

from collections.abc import Iterator
from typing import Any

import discord

from app.core.interactions import InteractionKind
from app.ui.kit.ids import SEPARATOR

COMMANDS = {1: InteractionKind.SLASH, 2: InteractionKind.USER_MENU, 3: InteractionKind.MESSAGE_MENU}
"""By Discord's number of the kind of command."""
SUBCOMMANDS = frozenset({1, 2})
"""Discord's numbers of a subcommand and of a group of them, among the options of a command."""


def kind_of(interaction: discord.Interaction) -> InteractionKind | None:
    """Say what somebody did; None for what no person does."""
    data = _data(interaction)
    match interaction.type:
        case discord.InteractionType.application_command:
            return COMMANDS.get(data.get("type", 1))
        case discord.InteractionType.auto_complete:
            return InteractionKind.AUTOCOMPLETE
        case discord.InteractionType.modal_submit:
            return InteractionKind.FORM
        case discord.InteractionType.component:
            is_button = data.get("component_type") == discord.ComponentType.button.value
            return InteractionKind.BUTTON if is_button else InteractionKind.SELECT
    return None


def name_of(interaction: discord.Interaction) -> str:
    """Return the full name of a command, or the route of a component or form; as it arrived, known or not."""
    data = _data(interaction)
    if "custom_id" in data:
        return name_of_route(str(data["custom_id"]))
    return " ".join(_names(data))


def name_of_route(route: str) -> str:
    """Return a route, or an id that begins with one, without its version: an older version does the same."""
    feature, _, rest = route.partition(SEPARATOR)
    return f"{feature}{SEPARATOR}{rest.partition(SEPARATOR)[2].partition(SEPARATOR)[0]}"


def _names(data: Any) -> Iterator[str]:
    yield str(data.get("name", ""))
    for option in data.get("options") or ():
        if option.get("type") in SUBCOMMANDS:
            yield from _names(option)


def _data(interaction: discord.Interaction) -> Any:
    # py-cord narrows `data` down to the subcommand as it goes.
    return interaction._raw_data.get("data") or {}  # noqa: SLF001 -- kept nowhere else
