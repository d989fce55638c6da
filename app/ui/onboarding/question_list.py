"""How the questions of a server look to those who set them up. All of it pure."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.onboarding.checking import option_reference
from app.core.onboarding.errors import QuestionNotFound
from app.core.onboarding.limits import MAX_QUESTIONS, PER_PAGE
from app.core.onboarding.path import MAX_NAMED, dependent
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.questions import CHOOSING, Option, Question
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select, turning
from app.ui.kit.ids import ButtonId
from app.ui.kit.limits import MAX_OPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding.question_ids import (
    AddQuestionId,
    AskRemoveQuestionId,
    EditQuestionId,
    GivesId,
    KeepQuestionId,
    QuestionsId,
    RemoveQuestionId,
    ShowQuestionId,
    SwitchQuestionId,
)
from app.ui.onboarding.question_words import KINDS, condition, fitting, gives


def find(questions: Sequence[Question], question_id: int) -> Question:
    """Return the question with that id. Raises QuestionNotFound."""
    found = next((one for one in questions if one.id == question_id), None)
    if found is None:
        raise QuestionNotFound
    return found


def page_of(place: int) -> int:
    """Return the page on which the question at a place is."""
    return (place - 1) // PER_PAGE


def removed(question: Question) -> str:
    """Say that a question is gone."""
    return t("“{question}” is removed.", question=plain(question.short))


def question_list(
    questions: Sequence[Question],
    snapshot: SettingsSnapshot,
    *,
    page: int = 0,
    note: str = "",
    undo: ButtonId | None = None,
) -> Reply:
    """Show a page of the questions, with a menu to look at one of them.

    `note` says what has just happened, and `undo` takes it back.
    """
    pages = max(-(-len(questions) // PER_PAGE), 1)
    page = min(page, pages - 1)
    shown = questions[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines = [_entry(one, questions) for one in shown]
    if not questions:
        lines = [
            t(
                "There are no questions yet. Add one with `/onboarding questions add`, or begin with the usual ones: "
                "`/onboarding questions defaults`."
            )
        ]
    elif not OnboardingPolicy.of(snapshot).asks_questions:
        lines.append(t("⚠️ New members are asked nothing yet: `/settings set onboarding.mode` decides that."))
    embed = discord.Embed(title=t("Questions for new members"), description=fitting(lines), colour=colour_of(snapshot))
    if pages > 1:
        total = tn("{count} question", "{count} questions", len(questions))
        embed.set_footer(text=t("Page {page} of {pages} · {total}", page=page + 1, pages=pages, total=total))
    items: list[Item] = []
    if shown:
        options = [
            discord.SelectOption(
                label=shortened(f"{one.place}. {one.short}", MAX_OPTION), value=ShowQuestionId.pack_value(one.id)
            )
            for one in shown
        ]
        items.append(select(t("Look at one of them…"), ShowQuestionId(), options, row=0))
    is_full = len(questions) >= MAX_QUESTIONS
    items.append(button(t("Add a question"), AddQuestionId(), emoji="➕", disabled=is_full, row=1))
    items += turning(page, pages, lambda number: QuestionsId(page=number))
    if undo is not None:
        items.append(button(t("Undo"), undo, emoji="↩️", row=1))
    return Reply(note or None, embed, items)


def one_question(
    question: Question, questions: Sequence[Question], snapshot: SettingsSnapshot, *, note: str = ""
) -> Reply:
    """Show a question, with what can be done with it."""
    lines = [plain(question.text), "", *_facts(question, questions)]
    if question.hint:
        lines.append(t("Hint: {hint}", hint=plain(question.hint)))
    others = dependent(questions, question.id)
    if others:
        lines.append(t("After some answers: {questions}", questions=_named(others)))
    if question.options:
        lines += ["", *(_option(one) for one in question.options)]
    embed = discord.Embed(
        title=t("Question {place}", place=question.place), description=fitting(lines), colour=colour_of(snapshot)
    )
    items: list[Item] = []
    if question.kind in CHOOSING:
        options = [
            discord.SelectOption(
                label=shortened(one.label, MAX_OPTION), value=GivesId.pack_value(option_reference(question, one))
            )
            for one in question.options
        ]
        items.append(
            select(t("Let an answer give roles or channels…"), GivesId(question_id=question.id), options, row=0)
        )
    switch = SwitchQuestionId(question_id=question.id, on=not question.enabled)
    items += [
        button(t("Edit"), EditQuestionId(question_id=question.id), emoji="✏️", row=1),
        button(t("Switch off") if question.enabled else t("Switch on"), switch, row=1),
        button(t("Remove"), AskRemoveQuestionId(question_id=question.id), style=discord.ButtonStyle.danger, row=1),
        button(t("All questions"), QuestionsId(page=page_of(question.place)), row=1),
    ]
    return Reply(note or None, embed, items)


def ask_removal(question: Question, snapshot: SettingsSnapshot) -> Reply:
    """Ask whether a question is to be removed."""
    said = t(
        "Remove “{question}”? What members answered stays.",
        question=plain(question.short),
    )
    items: list[Item] = [
        button(t("Remove"), RemoveQuestionId(question_id=question.id), style=discord.ButtonStyle.danger),
        button(t("Keep it"), KeepQuestionId(question_id=question.id)),
    ]
    if question.enabled:
        items.insert(1, button(t("Only switch it off"), SwitchQuestionId(question_id=question.id, on=False)))
    return Reply(said, discord.Embed(description=plain(question.text), colour=colour_of(snapshot)), items)


def _entry(question: Question, questions: Sequence[Question]) -> str:
    facts = " · ".join(_facts(question, questions))
    roles = dict.fromkeys(role for one in question.options for role in one.role_ids)
    channels = dict.fromkeys(channel for one in question.options for channel in one.channel_ids)
    given = gives(Option("", "", role_ids=tuple(roles), channel_ids=tuple(channels)))
    return f"**{question.place}.** {plain(question.short)}\n-# {facts}" + (f"\n-# → {given}" if given else "")


def _facts(question: Question, questions: Sequence[Question]) -> list[str]:
    return [
        str(KINDS[question.kind]),
        *([tn("{count} option", "{count} options", len(question.options))] if question.options else []),
        t("required") if question.required else t("optional"),
        *filter(None, [condition(question, questions)]),
        *([] if question.enabled else [t("**switched off**")]),
    ]


def _option(option: Option) -> str:
    said = f"{option.emoji} **{plain(option.label, 60)}**".strip()
    if option.description:
        said += f" · {plain(option.description, 60)}"
    given = gives(option)
    return f"{said} → {given}" if given else said


def _named(questions: Sequence[Question]) -> str:
    return formats.listed(f"“{plain(one.short)}”" for one in questions[:MAX_NAMED])
