"""Buttons, selects and forms, each with an id that says what it is about (app.ui.kit.ids)."""

from collections.abc import Callable, Sequence
from typing import Any

import discord

from app.core.messages import t
from app.ui.kit.ids import MAX_PAGE, ButtonId, FormId, SelectId

Item = discord.ui.ViewItem[Any]
ARROWS = ("◀", "▶")
_ROW, _BUTTON = discord.ComponentType.action_row.value, discord.ComponentType.button.value


def button(label: str, to: ButtonId, **look: Any) -> discord.ui.Button[Any]:
    """Make a button."""
    look.setdefault("style", discord.ButtonStyle.secondary)
    return discord.ui.Button(label=label, custom_id=to.pack(), **look)


def written(
    label: str, to: ButtonId | str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> dict[str, Any]:
    """Return a button as Discord wants it; `to` may be an address. py-cord takes ten times as long to make one."""
    # https://discord.com/developers/docs/components/reference#button
    if isinstance(to, str):
        return {"type": _BUTTON, "style": discord.ButtonStyle.link.value, "label": label, "url": to}
    return {"type": _BUTTON, "style": style.value, "label": label, "custom_id": to.pack()}


def written_row(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what `written` made as the components of a message, all in one row."""
    return [{"type": _ROW, "components": list(parts)}]


def turning(
    page: int,
    pages: int,
    to: Callable[[int], ButtonId],
    *,
    row: int = 1,
    labels: tuple[str, str] | None = None,
    last: int = MAX_PAGE,
) -> list[Item]:
    """Return the buttons that turn to the page before one and to the one after; none where there is one page alone.

    Pages count from 0. `last` is the highest number that the id has room for.
    """
    back, on = labels or (t("Back"), t("Next"))
    return [_turn(back, page - 1, pages, to, row, last), _turn(on, page + 1, pages, to, row, last)] if pages > 1 else []


def _turn(label: str, page: int, pages: int, to: Callable[[int], ButtonId], row: int, last: int) -> Item:
    is_there = 0 <= page < pages
    # Discord wants different ids, also of buttons that cannot be pressed.
    return button(label, to(page if is_there else last - (page < 0)), disabled=not is_there, row=row)


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
