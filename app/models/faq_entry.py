"""The table faq_entries."""

from sqlalchemy import Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most


class FaqEntry(Base):
    """One question with its answer, in one guild.

    `guild_id` 0 is an entry from before entries belonged to guilds, in a database that knew no guild to give it to.
    """

    __tablename__ = "faq_entries"
    __table_args__ = (
        at_most("title", 256),
        at_most("summary", 4000),
        Index(None, "guild_id"),
        Index(None, "keywords", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'::text[]"))
    created_at: Mapped[CreatedAt]
    guild_id: Mapped[Snowflake]
    legacy: Mapped[Legacy]
