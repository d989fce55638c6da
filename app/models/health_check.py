"""The table health_check_history."""

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy


class HealthCheck(Base):
    """How the bot was at one moment. The only table that belongs to no guild."""

    __tablename__ = "health_check_history"
    __table_args__ = (
        Index("ix_health_check_history_checked_at", sql("checked_at DESC")),
        Index("ix_health_check_history_service_checked_at", "service", sql("checked_at DESC")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    version: Mapped[str]
    uptime_seconds: Mapped[int]
    db_status: Mapped[str]
    guild_count: Mapped[int | None]
    active_commands_24h: Mapped[int | None]
    gpt_status: Mapped[str | None]
    database_pool_size: Mapped[int | None]
    checked_at: Mapped[CreatedAt]
    legacy: Mapped[Legacy]
