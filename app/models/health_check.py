"""The table health_check_history."""

from datetime import datetime

from sqlalchemy import REAL, CheckConstraint, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.health_kinds import HealthGrain, HealthKind, HealthState
from app.models.base import Base, CreatedAt, Legacy, TextEnum, one_of


class HealthCheck(Base):
    """How one process of the bot was at one moment, or what happened to it. Belongs to no guild.

    `service` names the process by the shards that it serves, so it stays the same over restarts. Samples are thinned
    with age: minutes become hours and hours days, with the mean in each column and the most in `highest`.
    """

    __tablename__ = "health_check_history"
    __table_args__ = (
        Index("ix_health_check_history_checked_at", sql("checked_at DESC")),
        Index("ix_health_check_history_service_checked_at", "service", sql("checked_at DESC")),
        Index(
            "ix_health_check_history_grain",
            "grain",
            "service",
            "checked_at",
            postgresql_where=sql("kind = 'sample'"),
        ),
        Index("ix_health_check_history_happened", "service", "checked_at", postgresql_where=sql("kind <> 'sample'")),
        one_of("kind", HealthKind),
        one_of("grain", HealthGrain),
        one_of("state", HealthState),
        CheckConstraint("samples >= 1", name="samples_positive"),
        CheckConstraint(
            "jsonb_typeof(queues) = 'object' AND jsonb_typeof(shards) = 'object' AND jsonb_typeof(highest) = 'object'",
            name="documents",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    version: Mapped[str]
    """The release."""
    uptime_seconds: Mapped[int]
    db_status: Mapped[str]
    guild_count: Mapped[int | None]
    active_commands_24h: Mapped[int | None]
    """Of the predecessor; nothing writes it any more."""
    gpt_status: Mapped[str | None]
    """Of the predecessor; nothing writes it any more."""
    database_pool_size: Mapped[int | None]
    """How many connections there can be."""
    checked_at: Mapped[CreatedAt]
    legacy: Mapped[Legacy]

    kind: Mapped[HealthKind] = mapped_column(TextEnum(HealthKind), server_default=sql("'sample'::text"))
    grain: Mapped[HealthGrain] = mapped_column(TextEnum(HealthGrain), server_default=sql("'minute'::text"))
    samples: Mapped[int] = mapped_column(server_default=sql("1"))
    """How many minutes it is the mean of."""
    state: Mapped[HealthState | None] = mapped_column(TextEnum(HealthState))
    reasons: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Why it is not ok, as words of app.core.health."""
    since: Mapped[datetime | None]
    revision: Mapped[str | None]
    """Of the schema."""

    database_ms: Mapped[float | None] = mapped_column(REAL)
    """How long the database took to answer; NULL while it did not."""
    pool_in_use: Mapped[float | None] = mapped_column(REAL)
    pool_waiting: Mapped[float | None] = mapped_column(REAL)
    """How many waited for a connection."""
    loop_lag_ms: Mapped[float | None] = mapped_column(REAL)
    """By how much the event loop was late."""
    gateway_ms: Mapped[float | None] = mapped_column(REAL)
    """How long Discord took to answer heartbeats, of the slowest shard."""
    reconnects: Mapped[float | None] = mapped_column(REAL)
    """Of shards, since the sample before."""
    rate_limited: Mapped[float | None] = mapped_column(REAL)
    """Answers 429 of Discord, since the sample before."""
    invalid_requests: Mapped[float | None] = mapped_column(REAL)
    """Answers 401, 403 and 429 that count against the bot, in the ten minutes before."""
    reminder_late_seconds: Mapped[float | None] = mapped_column(REAL)
    """By how much the oldest reminder that is due is late."""
    memory_mb: Mapped[float | None] = mapped_column(REAL)
    cpu_percent: Mapped[float | None] = mapped_column(REAL)
    """Of one processor, since the sample before."""
    queues: Mapped[dict[str, float]] = mapped_column(JSONB, server_default=sql("'{}'::jsonb"))
    """How much waits in each queue, by its name."""
    shards: Mapped[dict[str, float | None]] = mapped_column(JSONB, server_default=sql("'{}'::jsonb"))
    """How long Discord took to answer each shard, in milliseconds; null for one without a connection."""
    highest: Mapped[dict[str, float]] = mapped_column(JSONB, server_default=sql("'{}'::jsonb"))
    """Of a thinned sample, the most that each figure was, by the name of its column."""
