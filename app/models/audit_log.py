"""The table audit_logs."""

from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake


class AuditLog(Base):
    """One thing the bot was asked to do: by whom, where, how it ended and how long it took.

    `guild_id` 0 is outside any guild (a direct message, a terminal), `user_id` 0 nobody on Discord (a terminal,
    the bot itself).
    """

    __tablename__ = "audit_logs"
    __table_args__ = (
        CheckConstraint("duration_ms >= 0", name="duration_ms_positive"),
        Index(None, "guild_id", "created_at"),
        Index(None, "guild_id", "user_id"),
        Index(None, "command_name", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    user_id: Mapped[Snowflake]
    command_name: Mapped[str]
    command_type: Mapped[str]
    success: Mapped[bool] = mapped_column(server_default=sql("true"))
    error_message: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    details: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    duration_ms: Mapped[int | None]
    legacy: Mapped[Legacy]
