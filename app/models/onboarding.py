"""The table onboarding."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, one_of


class OnboardingState(enum.StrEnum):
    """Where a member stands between joining and taking part."""

    WAITING = "waiting"
    """Discord itself has not let them in yet: its rules screening, or its own onboarding."""
    ASKED = "asked"
    """They can begin, and have not."""
    STARTED = "started"
    COMPLETED = "completed"
    LEFT = "left"


UNFINISHED = "state IN ('waiting', 'asked', 'started')"
"""Who may be stuck."""


class Onboarding(Base):
    """One member's way into one guild, from joining until they take part.

    A row without `joined_at` is one of the predecessor, or of somebody whose joining nobody saw. A join is known by
    guild, member and that moment: Discord may announce the same one again, which only counts up `announced`.

    `responses` has the answers, by the ids of questions; rows of the predecessor have them by free keys. `step` is
    where the member is, or gave up: the id of the first question of a page, `rules`, or `summary`.

    `acceptances` has every version of the rules that was accepted, with its moment, the hash of its text, and the
    language that it was shown in; `rules_version` is the last. `asked_version` is a newer one that has to be accepted
    until `accept_by`.

    `grants` are intentions: roles to be given or taken, and channels to be shown, and what became of each.

    `next_at` is when a process has to look at the row next; NULL for one to which nothing happens by itself.
    """

    __tablename__ = "onboarding"
    __table_args__ = (
        one_of("state", OnboardingState),
        CheckConstraint("char_length(step) <= 20", name="step_length"),
        CheckConstraint("announced >= 0 AND grant_tries >= 0", name="counts"),
        CheckConstraint("num_nonnulls(rules_version, rules_accepted_at) IN (0, 2)", name="rules_accepted"),
        CheckConstraint("num_nonnulls(asked_version, accept_by) IN (0, 2)", name="accept_by"),
        CheckConstraint(
            "jsonb_typeof(acceptances) = 'array' AND jsonb_typeof(grants) = 'array' "
            "AND jsonb_typeof(to_tell) = 'array'",
            name="documents",
        ),
        Index(None, "next_at", postgresql_where=sql("next_at IS NOT NULL")),
        # The funnel counts from this alone, without the rows.
        Index(
            "ix_onboarding_guild_id_joined_at",
            "guild_id",
            "joined_at",
            postgresql_include=["state", "step", "asked_at", "started_at", "completed_at"],
        ),
        Index("ix_onboarding_unfinished", "guild_id", "joined_at", postgresql_where=sql(UNFINISHED)),
        Index(None, "guild_id", "rules_version"),
        # Whoever lacks something is asked about whenever a role changes.
        Index("ix_onboarding_refused", "guild_id", postgresql_where=sql("grant_tries > 0")),
        Index(None, "guild_id", "asked_version", postgresql_where=sql("asked_version IS NOT NULL")),
        Index(None, "guild_id", "direct_at", postgresql_where=sql("direct_at IS NOT NULL")),
    )

    guild_id: Mapped[Snowflake] = mapped_column(primary_key=True)
    user_id: Mapped[Snowflake] = mapped_column(primary_key=True)
    responses: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    answered_at: Mapped[CreatedAt] = mapped_column("timestamp")
    legacy: Mapped[Legacy]

    # A row of which nothing else is known is one of the predecessor, which wrote answers when all were given.
    state: Mapped[OnboardingState] = mapped_column(TextEnum(OnboardingState), server_default=sql("'completed'::text"))
    step: Mapped[str | None]
    joined_at: Mapped[datetime | None]
    announced: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    asked_at: Mapped[datetime | None]
    """Since when they could see how to begin. Who could not is neither warned nor kicked."""
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    rules_version: Mapped[int | None]
    rules_accepted_at: Mapped[datetime | None]
    asked_version: Mapped[int | None]
    accept_by: Mapped[datetime | None]
    acceptances: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    grants: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    grant_tries: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    prompt_channel_id: Mapped[Snowflake | None]
    prompt_message_id: Mapped[Snowflake | None]
    """The message that asks this member to begin, where there is one of their own."""
    next_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    to_tell: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    """What is still to be said about a member who is done: see `app.core.onboarding.grants.Tell`."""
    completed_by: Mapped[Snowflake | None]
    """Who of the staff let them in without answers; NULL for whoever was done by themselves."""
    direct_at: Mapped[datetime | None]
    """When the bot last wrote to them directly about onboarding: a server may only do so to some an hour."""
