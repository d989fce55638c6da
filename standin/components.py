"""Message and modal components: how to walk through them, and buttons and menus as a person sees them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SELECT_TYPES = frozenset({3, 5, 6, 7, 8})
CHECKBOX_GROUP = 22


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All components, also those inside rows, sections, containers and labels, in reading order."""
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        for slot in ("component", "accessory"):
            if part.get(slot):
                yield from walk([part[slot]])


@dataclass(slots=True, frozen=True)
class Button:
    """A button as it is drawn. Link buttons have a `url` and no `custom_id`."""

    label: str
    custom_id: str | None
    style: int
    disabled: bool
    url: str | None = None
    emoji: str | None = None


@dataclass(slots=True, frozen=True)
class Select:
    """A select menu as it is drawn; `options` is empty for the menus of users, roles and channels."""

    custom_id: str
    type: int
    placeholder: str
    options: tuple[dict[str, Any], ...]
    min_values: int
    max_values: int
    disabled: bool
    required: bool = True


def bounds(part: dict[str, Any]) -> dict[str, int]:
    """How many values may be chosen: one, or of checkboxes all, unless it says otherwise."""
    most = len(part["options"]) if part["type"] == CHECKBOX_GROUP else 1
    defaults = {"min_values": 1, "max_values": most}
    return {key: default if part.get(key) is None else part[key] for key, default in defaults.items()}


def button(part: dict[str, Any]) -> Button:
    emoji = part.get("emoji") or {}
    return Button(
        label=part.get("label") or "",
        custom_id=part.get("custom_id"),
        style=part["style"],
        disabled=bool(part.get("disabled")),
        url=part.get("url"),
        emoji=emoji.get("name"),
    )


def select(part: dict[str, Any]) -> Select:
    return Select(
        custom_id=part["custom_id"],
        type=part["type"],
        placeholder=part.get("placeholder") or "",
        options=tuple(part.get("options") or ()),
        **bounds(part),
        disabled=bool(part.get("disabled")),
        required=part.get("required") is not False,
    )
