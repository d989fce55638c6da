"""The table guild_onboarding_questions."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most, positive


class OnboardingQuestion(Base):
    """One question that a guild asks those who join, at its place in the order of asking."""

    __tablename__ = "guild_onboarding_questions"
    __table_args__ = (
        UniqueConstraint("guild_id", "step_order"),
        positive("step_order"),
        at_most("question", 2000),
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
