"""The table guild_onboarding_questions."""

from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most, positive


class OnboardingQuestion(Base):
    """One question that a guild asks those who join, at its place in the order of asking.

    `options` are objects with `value`, `label`, `description`, `emoji`, `role_ids` and `channel_ids`; in rows of the
    predecessor they may be texts, and `followup` holds what it asked after an answer.
    """

    __tablename__ = "guild_onboarding_questions"
    __table_args__ = (
        UniqueConstraint("guild_id", "step_order"),
        positive("step_order"),
        at_most("question", 2000),
        CheckConstraint("char_length(hint) <= 100", name="hint_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    step_order: Mapped[int]
    question: Mapped[str]
    question_type: Mapped[str] = mapped_column(server_default=sql("'select'::text"))
    options: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    followup: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    required: Mapped[bool] = mapped_column(server_default=sql("true"))
    enabled: Mapped[bool] = mapped_column(server_default=sql("true"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    legacy: Mapped[Legacy]

    hint: Mapped[str | None]
    """What stands in the empty field, or under the question."""
    asked_if: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """On which answer this is asked: `question`, the id of an earlier one, and `values`, of which one has to be chosen.

    NULL for what everybody is asked.
    """
