"""Buttons, selects and forms, each with an id that says what it is about (app.ui.kit.ids)."""

from collections.abc import Sequence
from typing import Any

import discord

from app.ui.kit.ids import ButtonId, FormId, SelectId

Item = discord.ui.ViewItem[Any]


def button(label: str, to: ButtonId, **look: Any) -> discord.ui.Button[Any]:
    """Make a button."""
    look.setdefault("style", discord.ButtonStyle.secondary)
    return discord.ui.Button(label=label, custom_id=to.pack(), **look)


def select(
    placeholder: str, to: SelectId, options: Sequence[discord.SelectOption], *, row: int | None = None
) -> discord.ui.Select[Any, Any]:
    """Make a select, of which one option can be chosen."""
    return discord.ui.Select(placeholder=placeholder, options=list(options), custom_id=to.pack(), row=row)


def menu(name: str, kind: Any = discord.ComponentType.string_select, *, required: bool = False, **more: Any) -> Any:
    """Make a menu of a form, of one of py-cord's kinds, with a field's name; nothing has to be chosen unless said."""
    return discord.ui.Select(kind, custom_id=name, required=required, **more)


def form(title: str, to: FormId, *fields: discord.ui.Label[Any]) -> discord.ui.DesignerModal:
    """Make a form that is not remembered: what becomes of it is found by its id."""
    return discord.ui.DesignerModal(*fields, title=title, custom_id=to.pack(), store=False)
