"""Which question, and which of its options, somebody means who types."""

from collections.abc import Sequence
from typing import Any

import discord

from app.core import formats
from app.core.errors import InvalidInput
from app.core.onboarding.errors import QuestionNotFound
from app.core.onboarding.questions import CHOOSING, Option, Question
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.limits import MAX_CHOICE
from app.ui.onboarding.question_words import option_suggestions, suggestions

PREFIX = "id:"
MAX_LISTED = 500


async def _questions(ctx: discord.AutocompleteContext) -> list[Question]:
    bot: Any = ctx.bot
    actor = actor_of(ctx.interaction)
    if not actor.is_manager:
        return []
    async with bot.uow.reading() as work:
        return await work.onboarding.questions.all(actor.guild_id)


@suggesting
async def suggest_questions(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest questions by their text."""
    return _matching(ctx, suggestions(await _questions(ctx)))


@suggesting
async def suggest_choosing(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the questions that have options."""
    return _matching(ctx, suggestions(one for one in await _questions(ctx) if one.kind in CHOOSING))


@suggesting
async def suggest_options(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the options of the question that was chosen before."""
    named = str(ctx.options.get("earlier") or ctx.options.get("question") or "")
    questions = await _questions(ctx)
    return _matching(ctx, option_suggestions(find_question(questions, named))) if named and questions else []


def find_question(questions: Sequence[Question], typed: str) -> Question:
    """Return the question that was chosen, or whose place or text was typed. Raises QuestionNotFound."""
    wanted = typed.strip()
    by_place = [one for one in questions if str(one.place) == wanted.removesuffix(".")]
    found = meant(wanted, lambda: suggestions(questions))
    chosen = [one for one in questions if f"{PREFIX}{one.id}" == found]
    named = [one for one in questions if one.text.casefold() == wanted.casefold()]
    for one in (*chosen, *by_place, *named):
        return one
    raise QuestionNotFound


def find_option(question: Question, typed: str) -> Option:
    """Return the option that was chosen, or whose label was typed. Raises InvalidInput."""
    if not question.options:
        raise InvalidInput("“{question}” has no options to choose from.", question=question.short)
    found = question.option(meant(typed, lambda: option_suggestions(question)))
    if found is None:
        labels = formats.listed(one.label for one in question.options)
        raise InvalidInput(
            "“{question}” has no such option. It has: {options}.",
            question=question.short,
            options=labels if len(labels) < MAX_LISTED else f"{labels[:MAX_LISTED]}…",
        )
    return found


def question_option(command: Any) -> Any:
    """Declare the option that names a question."""
    declare = discord.option(
        "question", str, description="Which question", autocomplete=suggest_questions, max_length=MAX_CHOICE
    )
    return declare(command)


def answer_option(name: str, description: str, *, required: bool = True) -> Any:
    """Declare an option that names one of a question's."""
    return discord.option(
        name,
        str,
        description=description,
        autocomplete=suggest_options,
        max_length=MAX_CHOICE,
        required=required,
    )


def _matching(ctx: discord.AutocompleteContext, found: Sequence[Suggestion]) -> list[discord.OptionChoice]:
    wanted = str(ctx.value or "").casefold()
    return offered(one for one in found if wanted in one.name.casefold())
