"""Autocomplete that cannot fail silently: py-cord has no error handler for it."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

import discord

from app.ui.kit.limits import MAX_CHOICE

log = logging.getLogger(__name__)

Suggest = Callable[[discord.AutocompleteContext], Awaitable[list[discord.OptionChoice]]]


def suggesting(suggest: Suggest) -> Suggest:
    """Wrap an autocomplete callback: whatever goes wrong is logged, and the person sees no suggestions."""

    @wraps(suggest)
    async def safe(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
        try:
            return await suggest(ctx)
        except Exception:
            log.exception("autocomplete failed", extra={"callback": suggest.__name__})
            return []

    return safe


def choice(label: str, value: str) -> discord.OptionChoice:
    """Make a suggestion, cut to what Discord takes."""
    return discord.OptionChoice(label[:MAX_CHOICE], value[:MAX_CHOICE])
