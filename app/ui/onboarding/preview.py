"""What a manager sees who tries out a member's way: the same pages, each with the word that nothing is stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord

from app.core.messages import t
from app.core.onboarding.answers import Answer
from app.core.onboarding.grants import Grant
from app.core.onboarding.questions import Question
from app.ui.kit.components import button
from app.ui.kit.forms import FilledIn
from app.ui.kit.ids import ComponentId
from app.ui.kit.reply import Reply
from app.ui.onboarding.done import named
from app.ui.onboarding.forms import page_form
from app.ui.onboarding.ids import AcceptId, AnswerId, BackId, ChangeId, ConfirmId, NextId, RestartId
from app.ui.onboarding.preview_ids import Act, PreviewChangeId, PreviewFormId, PreviewId

INSTEAD: Mapping[type[ComponentId], Callable[[Any], ComponentId]] = {
    AcceptId: lambda id_: PreviewId(act=Act.ACCEPT, number=id_.version),
    AnswerId: lambda id_: PreviewId(act=Act.FILL_IN, number=id_.question_id),
    BackId: lambda id_: PreviewId(act=Act.PREVIOUS, number=id_.question_id),
    NextId: lambda id_: PreviewId(act=Act.NEXT, number=id_.question_id),
    RestartId: lambda _: PreviewId(act=Act.BEGIN, number=None),
    ConfirmId: lambda _: PreviewId(act=Act.CONFIRM, number=None),
    ChangeId: lambda id_: PreviewChangeId(part=id_.part),
}
"""What stands under a page of a preview, for what stands under a member's."""
BY_ROUTE = {kind.route: kind for kind in INSTEAD}


def intro(*, is_on: bool) -> Reply:
    """Say what a preview is, with the button that begins it."""
    said = t("You see what a new member sees, step by step, from the button to the end.")
    if not is_on:
        said += "\n" + t("Nothing is asked of new members yet: this shows both the rules and the questions.")
    begin = button(t("Begin"), PreviewId(act=Act.BEGIN, number=None), style=discord.ButtonStyle.primary)
    return _marked(Reply(said, items=[begin]))


def page(reply: Reply) -> Reply:
    """Return a member's page as one of a preview."""
    for item in reply.items:
        _rename(item)
    return _marked(reply)


def form(
    questions: Sequence[Question], answers: Mapping[int, Answer], *, alone: bool, typed: FilledIn | None = None
) -> discord.ui.DesignerModal:
    """Make the form of a page."""
    to = PreviewFormId(alone=alone)
    return page_form(questions, answers, to, typed, title=t("Preview: nothing is stored"))


def over(grants: Iterable[Grant]) -> Reply:
    """Say that a member would be done now, and what would follow."""
    listed = list(grants)
    lines = [t("This is the end: a member is done now.")]
    if given := named([one for one in listed if one.give]):
        lines.append(t("They would get: {what}", what=given))
    if taken := named([one for one in listed if not one.give]):
        lines.append(t("They would lose: {what}", what=taken))
    again = button(t("Begin again"), PreviewId(act=Act.BEGIN, number=None))
    return _marked(Reply("\n".join(lines), items=[again]))


def _marked(reply: Reply) -> Reply:
    mark = t("**Preview**: nothing of this is stored, and nobody else sees it.")
    return replace(reply, content=f"{mark}\n{reply.content or ''}".strip())


def _rename(item: Any) -> None:
    kind = BY_ROUTE[":".join(item.custom_id.split(":")[:3])]
    item.custom_id = INSTEAD[kind](kind.parse(item.custom_id)).pack()
