"""What a member sees on their way, one private message that is edited in place."""

from collections.abc import Sequence

import discord

from app.core.messages import t, tc, tn
from app.core.onboarding.progress import At, Progress
from app.core.onboarding.questions import CHOOSING, Question
from app.core.onboarding.rules import Rule
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.forms import FilledIn
from app.ui.kit.limits import MAX_CONTENT, MAX_EMBED_DESCRIPTION
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding import summary
from app.ui.onboarding.ids import AcceptId, AnswerId, BackId, NextId
from app.ui.onboarding.rules_post import rules_embeds
from app.ui.onboarding.whose import Whose

MAX_GIVEN_BACK = 300
"""Characters of each text that is given back."""


def shown(progress: Progress, whose: Whose, rules: Sequence[Rule] = (), note: str = "") -> Reply:
    """Show where somebody is. `note` says first what has just happened."""
    match progress.at:
        case At.RULES:
            return rules_page(progress, whose, rules, note)
        case At.PAGE:
            return questions_page(progress, whose, note)
        case At.SUMMARY:
            return summary.page(progress, whose, note)
        case At.DONE:
            return Reply(_noted(note, t("You are done here. `/onboarding mine` shows what you answered and accepted.")))


def rules_page(progress: Progress, whose: Whose, rules: Sequence[Rule], note: str = "") -> Reply:
    """Show the rules, with the button that accepts them."""
    assert progress.version is not None, "rules that are to be accepted"
    post = whose.policy.rules_post
    first, *more = rules_embeds(rules or progress.rules, whose.snapshot)
    link = link_to(whose.guild_id, post.channel_id, post.message_id) if post and post.message_id else ""
    (more[-1] if more else first).set_footer(text=_step(progress))
    accept = button(
        t("I accept the rules"), AcceptId(**whose.ids, version=progress.version), style=discord.ButtonStyle.success
    )
    said = t("Read the rules of this server, and accept them.")
    return Reply(_noted(note, f"{said} {link}".strip()), embed=first, items=[accept], more=more)


def questions_page(progress: Progress, whose: Whose, note: str = "") -> Reply:
    """Show what is asked next, with the button that opens the form."""
    lines = [_asked(one, progress) for one in progress.page]
    embed = discord.Embed(
        title=tn("One question", "{count} questions", len(progress.page)),
        description=shortened("\n\n".join(lines), MAX_EMBED_DESCRIPTION),
        colour=colour_of(whose.snapshot),
    )
    embed.set_footer(text=_step(progress))
    first = progress.page[0].id
    label = t("Change the answers") if progress.is_answered else tc("a button", "Answer")
    items: list[Item] = [
        button(label, AnswerId(**whose.ids, question_id=first), style=discord.ButtonStyle.primary),
    ]
    if progress.is_answered:
        items.append(button(t("Continue"), NextId(**whose.ids, question_id=first), style=discord.ButtonStyle.success))
    if not progress.is_first_page:
        items.append(button(t("Back"), BackId(**whose.ids, question_id=first)))
    return Reply(note or None, embed=embed, items=items)


def _asked(question: Question, progress: Progress) -> str:
    parts = [f"**{plain(question.text)}**"]
    if not question.required:
        parts.append(t("can be left out"))
    lines = [" · ".join(parts)]
    if question.hint:
        lines.append(f"-# {plain(question.hint)}")
    answer = progress.answers.get(question.id)
    if answer is not None and answer.values:
        lines.append(f"→ {plain(answer.in_words)}")
    elif question.kind in CHOOSING:
        lines.append(plain(" · ".join(one.label for one in question.options)))
    return "\n".join(lines)


def _step(progress: Progress) -> str:
    return t("Step {number} of {count}", number=progress.number, count=progress.count)


def _noted(note: str, said: str) -> str:
    return f"{note}\n{said}".strip()


def given_back(why: str, typed: FilledIn) -> str:
    """Say why a form was not taken, with what was typed, so that nobody has to write it a second time."""
    texts = typed.everything()
    if not texts:
        return why
    listed = "\n".join(f"> {plain(text, MAX_GIVEN_BACK)}" for text in texts)
    return shortened(f"{why}\n{t('This is what you had typed:')}\n{listed}", MAX_CONTENT - 300)
