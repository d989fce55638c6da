"""The table audit_logs."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.interactions import Outcome
from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, one_of


class Grain(enum.StrEnum):
    """What the sums of a day are about."""

    DAY = "day"
    """One server, and a day by its clock."""
    MONTH = "month"
    """One server, and the days of a month by its clock."""
    BOT_DAY = "bot_day"
    """All servers together, and a day in UTC; `guild_id` is 0."""
    BOT_MONTH = "bot_month"
    """All servers together, and the days of a month in UTC; `guild_id` is 0."""


IS_EVENT = "grain IS NULL AND command_type <> 'schema'"
"""One interaction, and neither sums of many nor a change of the schema."""
IS_WHOLE = "grain IS NOT NULL AND command_name = ''"
"""A sum of everything that was used in its time, and of no single command."""


class AuditLog(Base):
    """One thing the bot was asked to do: by whom, where, how it ended and how long it took; or sums of many.

    `guild_id` 0 is outside any guild (a direct message, a terminal), `user_id` 0 nobody on Discord (a terminal,
    the bot itself, sums).

    Sums (`grain`) stand for the interactions from `created_at` to `until`: a row for each command, kind and
    outcome, and those of no command (`command_name` is empty): of the kind `total` for each outcome, of the kind
    `people` for how many they were, and of the kind `seen` for who was last seen when. They stay when the interactions
    themselves are deleted.
    """

    __tablename__ = "audit_logs"
    __table_args__ = (
        CheckConstraint("duration_ms >= 0", name="duration_ms_positive"),
        CheckConstraint("first_response_ms >= 0 AND count >= 0", name="counts"),
        CheckConstraint("(grain IS NULL) = (until IS NULL) AND until > created_at", name="sums"),
        one_of("outcome", Outcome),
        one_of("grain", Grain),
        # What a server used lately, and what it keeps no longer.
        Index("ix_audit_logs_guild_id_created_at", "guild_id", "created_at", postgresql_where=sql(IS_EVENT)),
        Index(None, "guild_id", "user_id"),
        Index(None, "command_name", "created_at"),
        # What is not summed yet, of all servers.
        Index("ix_audit_logs_events", "created_at", postgresql_where=sql(IS_EVENT)),
        Index(
            "ix_audit_logs_errors",
            "guild_id",
            "fingerprint",
            "created_at",
            # So that the rows themselves need not be read: there are many, far from each other.
            postgresql_include=["id", "command_name", "count"],
            postgresql_where=sql("fingerprint IS NOT NULL"),
        ),
        Index("ix_audit_logs_reference", "reference", postgresql_where=sql("reference IS NOT NULL")),
        Index("ix_audit_logs_schema", "id", postgresql_where=sql("command_type = 'schema'")),
        # Each interaction is in one sum only, whichever process makes it.
        Index(
            "uq_audit_logs_sums",
            "grain",
            "guild_id",
            "created_at",
            "command_name",
            "command_type",
            "outcome",
            unique=True,
            postgresql_where=sql("grain IS NOT NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        # Days as a whole, and until when there are sums.
        Index("ix_audit_logs_whole", "grain", "guild_id", "until", postgresql_where=sql(IS_WHOLE)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    user_id: Mapped[Snowflake]
    command_name: Mapped[str]
    """The full name of a command, or what the id of a button, select or form begins with."""
    command_type: Mapped[str]
    """What kind of interaction; `schema` is a change of the schema, `lost` is none either; sums have some of theirs."""
    success: Mapped[bool] = mapped_column(server_default=sql("true"))
    error_message: Mapped[str | None]
    """What kind of error it was and where it came from, never what a person wrote."""
    created_at: Mapped[CreatedAt]
    details: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    duration_ms: Mapped[int | None]
    legacy: Mapped[Legacy]

    outcome: Mapped[Outcome | None] = mapped_column(TextEnum(Outcome))
    channel_id: Mapped[Snowflake | None]
    first_response_ms: Mapped[int | None]
    """From when the bot heard of it until Discord had the first answer."""
    fingerprint: Mapped[str | None]
    """The same for errors of the same kind from the same place."""
    reference: Mapped[str | None]
    """What the person was told, and the log explains."""
    locale: Mapped[str | None]
    shard: Mapped[int | None]
    release: Mapped[str | None]
    count: Mapped[int] = mapped_column(server_default=sql("1"))
    """How many interactions it stands for: suggestions are sampled, sums are many."""

    grain: Mapped[Grain | None] = mapped_column(TextEnum(Grain))
    until: Mapped[datetime | None]
    """Where the time of a sum ends."""
    answered_count: Mapped[int | None]
    """How many of a sum were answered at all, as far as that was measured."""
    within_second_count: Mapped[int | None]
    """How many of these within a second."""
    steps: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    """The steps of duration (app.core.analytics.durations) that interactions of a sum fall into. Of people, how many
    days before they were last seen; the longest of all is never."""
    step_counts: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """How many fall into each of them. Of who was seen, the number of the day on which they were last."""
    people_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger), deferred=True)
    """Who was seen, each once."""
