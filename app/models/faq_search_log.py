"""The table faq_search_logs."""

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake


class FaqSearchLog(Base):
    """One search in the FAQ of one guild, and how much it found.

    `guild_id` 0 is a search from before the log said where. `user_id` and `query` may be NULL: a guild can have
    them left out or removed.
    """

    __tablename__ = "faq_search_logs"
    __table_args__ = (Index("ix_faq_search_logs_guild_id_searched_at", "guild_id", sql("searched_at DESC")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Snowflake | None]
    query: Mapped[str | None]
    results_count: Mapped[int | None]
    searched_at: Mapped[CreatedAt]
    guild_id: Mapped[Snowflake]
    legacy: Mapped[Legacy]
