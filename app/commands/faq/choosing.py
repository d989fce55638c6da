"""Choosing an entry or a category while typing."""

from collections.abc import Callable
from typing import Any

import discord

from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.faq.limits import MAX_CATEGORY, MAX_TITLE
from app.core.faq.written_in import LANGUAGES
from app.ui.faq.choosing import suggestion_of, titled
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.language import languages_of

_LANGUAGES = [Suggestion(name, code, code) for code, name in LANGUAGES.items()]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


async def _asking(ctx: discord.AutocompleteContext) -> tuple[Any, Actor, str]:
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(present(ctx.interaction.guild_id))
    return bot, actor_of(ctx.interaction, snapshot), str(ctx.value or "")[:MAX_TITLE]


@suggesting
async def suggest_entries(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the entries that somebody may see; to staff also those that are switched off."""
    bot, actor, typed = await _asking(ctx)
    async with bot.uow.reading() as work:
        found = await work.faq.search.suggest(actor.guild_id, typed, languages_of(ctx.interaction))
        hidden = await work.faq.reading.suggest_disabled(actor, typed)
    return offered([*(titled(one.id, one.title) for one in found), *map(suggestion_of, hidden)])


@suggesting
async def suggest_removed(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the entries that can be brought back."""
    bot, actor, typed = await _asking(ctx)
    async with bot.uow.reading() as work:
        found = await work.faq.reading.suggest_removed(actor, typed)
    return offered(map(suggestion_of, found))


@suggesting
async def suggest_categories(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the categories that there are."""
    bot, actor, typed = await _asking(ctx)
    async with bot.uow.reading() as work:
        found = await work.faq.reading.categories(actor, typed)
    return offered(Suggestion(category, category) for category in found)


def entry_option(description: str, *, removed: bool = False) -> Decorator:
    """Give a command the option `entry`, which `work.faq.reading.find` understands."""
    return discord.option(
        "entry",
        str,
        description=description,
        autocomplete=suggest_removed if removed else suggest_entries,
        max_length=MAX_TITLE,
    )


@suggesting
async def suggest_languages(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest languages, by what they call themselves or by Discord's code."""
    typed = str(ctx.value or "").strip().casefold()
    return offered(one for one in _LANGUAGES if typed in one.label.casefold())


def read_language(typed: str) -> str:
    """Return Discord's code of the language that was typed. Raises InvalidInput."""
    found = meant(typed, lambda: _LANGUAGES)
    if found not in LANGUAGES:
        raise InvalidInput("`language` takes one of the languages that are suggested.")
    return found


def category_option(description: str) -> Decorator:
    """Give a command the option `category`, which may be left out."""
    return discord.option(
        "category",
        str,
        description=description,
        autocomplete=suggest_categories,
        required=False,
        max_length=MAX_CATEGORY,
    )
