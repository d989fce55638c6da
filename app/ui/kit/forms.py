"""Reading a form that came back."""

from typing import Any

import discord


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
