"""Forms: opened as the first response, and read when they come back, in whichever process that is."""

from typing import Any

import discord


def form(title: str, route_id: str, *fields: discord.ui.InputText) -> discord.ui.Modal:
    """Make a form that is not remembered: what becomes of it is found by its id (app.ui.kit.routes)."""
    return discord.ui.Modal(*fields, title=title, custom_id=route_id, store=False)


def answers_of(interaction: discord.Interaction) -> dict[str, str]:
    """Return what was filled in, by the names of the fields."""
    found: dict[str, str] = {}
    waiting: list[Any] = list((interaction.data or {}).get("components", []))
    while waiting:
        part = waiting.pop()
        waiting += part.get("components", [])
        if "component" in part:
            waiting.append(part["component"])
        if "value" in part and "custom_id" in part:
            found[str(part["custom_id"])] = str(part["value"] or "")
    return found
