"""The summary of the answers, before they are confirmed."""

from collections.abc import Mapping, Sequence

import discord

from app.core.messages import t
from app.core.onboarding.answers import Answer
from app.core.onboarding.progress import Progress
from app.core.onboarding.questions import Question
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding.ids import BackId, ChangeId, ConfirmId, RestartId
from app.ui.onboarding.whose import Whose

MAX_ASKED = 100
"""Characters of a question where it stands over its answer."""


def page(progress: Progress, whose: Whose, note: str = "") -> Reply:
    """Show what was answered, with menus to change it and the button that ends it."""
    embed = discord.Embed(
        title=t("Your answers"),
        description=listed(progress.asked, progress.answers),
        colour=colour_of(whose.snapshot),
    )
    embed.set_footer(text=t("Step {number} of {count}", number=progress.number, count=progress.count))
    items: list[Item] = [
        button(t("Confirm"), ConfirmId(**whose.ids), style=discord.ButtonStyle.success, row=0),
        button(t("Back"), BackId(**whose.ids, question_id=None), row=0),
        button(t("Begin again"), RestartId(**whose.ids), row=0),
        *change_menus(progress.asked, whose, mine=False),
    ]
    said = t("Is everything right? Then confirm, and you are done.")
    return Reply(f"{note}\n{said}".strip(), embed=embed, items=items)


def change_menus(questions: Sequence[Question], whose: Whose, *, mine: bool) -> list[Item]:
    """Return menus from which a question can be chosen whose answer is to be another one."""
    menus: list[Item] = []
    for part, start in enumerate(range(0, len(questions), MAX_OPTIONS)):
        options = [
            discord.SelectOption(label=shortened(one.text, MAX_OPTION), value=ChangeId.pack_value(one.id))
            for one in questions[start : start + MAX_OPTIONS]
        ]
        to = ChangeId(**whose.ids, mine=mine, part=part)
        menus.append(select(t("Change an answer…"), to, options, row=part + 1))
    return menus


def listed(questions: Sequence[Question], answers: Mapping[int, Answer]) -> str:
    """List questions with their answers, each as long as there is room for all."""
    pairs = [(one.text, answers[one.id].in_words if one.id in answers else "") for one in questions]
    return in_pairs(pairs)


def in_pairs(pairs: Sequence[tuple[str, str]], most: int = MAX_EMBED_DESCRIPTION) -> str:
    """List what was asked and what was answered, in at most so many characters."""
    longest = max((most // max(len(pairs), 1) - MAX_ASKED - 20) // 2, 20)
    lines = [
        f"**{plain(question, MAX_ASKED)}**\n{plain(answer, longest) if answer else t('left out')}"
        for question, answer in pairs
    ]
    whole = "\n".join(lines)
    while len(whole) > most and len(lines) > 1:
        lines.pop()
        whole = "\n".join([*lines, "…"])
    return whole
