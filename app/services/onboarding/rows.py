"""What rows of the tables of onboarding say, in the words of the feature."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.onboarding.events import ONBOARDING_CHANNEL
from app.core.onboarding.questions import (
    CHOOSING,
    Question,
    condition_to_json,
    options_to_json,
    read_condition,
    read_kind,
    read_options,
)
from app.core.onboarding.rules import Rule
from app.models import GuildRule, OnboardingQuestion


def question_of(row: OnboardingQuestion) -> Question:
    """Read a question, whoever wrote it."""
    options = read_options(row.options)
    kind = read_kind(row.question_type, options)
    return Question(
        id=row.id,
        place=row.step_order,
        text=row.question,
        kind=kind,
        options=options if kind in CHOOSING else (),
        required=row.required,
        enabled=row.enabled,
        hint=row.hint or "",
        asked_if=read_condition(row.asked_if),
    )


async def announce(session: AsyncSession, at: datetime) -> None:
    """Tell every process, with the commit, that a row has to be looked at at that moment."""
    await session.execute(select(func.pg_notify(ONBOARDING_CHANNEL, str(at.timestamp()))))


def columns_of(question: Question) -> dict[str, Any]:
    """Write what a question is, without its place, as the table holds it."""
    return {
        "question": question.text,
        "question_type": question.kind.value,
        "options": options_to_json(question.options) or None,
        "required": question.required,
        "enabled": question.enabled,
        "hint": question.hint or None,
        "asked_if": condition_to_json(question.asked_if),
    }


def rules_of(rows: Iterable[GuildRule]) -> tuple[Rule, ...]:
    """Read rules, whoever wrote them. Their places count from 1, in the order of the rows."""
    return tuple(
        Rule(
            id=row.id,
            place=place,
            title=row.title,
            text=row.description,
            thumbnail_url=row.thumbnail_url or "",
            image_url=row.image_url or "",
            enabled=row.enabled,
        )
        for place, row in enumerate(rows, start=1)
    )
