"""The table faq_entries."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most


class FaqEntry(Base):
    """One question with its answer, in one guild. `title` is the question, `summary` the answer.

    `guild_id` 0 is an entry from before entries belonged to guilds, in a database that knew no guild to give it to.

    `title_key` is the title as it is compared, so that a guild has it once; NULL for a row that was never indexed, and
    for all but the first of those that had the same one before. It is compared byte by byte, so that its index finds
    what a title begins with, whatever the database's own order.

    `search` has what an entry is found by: each word in several forms, with a mark of its guild in front, so that the
    words of other guilds are no part of what is read. `search_version` says by which rules it was made (see
    `app.services.faq.indexing`); 0 is a row that never was.

    `history` has the versions before this one, oldest first, each as a document of what was replaced, when and by whom.
    """

    __tablename__ = "faq_entries"
    __table_args__ = (
        at_most("title", 256),
        at_most("summary", 4000),
        Index(None, "guild_id"),
        Index(None, "keywords", postgresql_using="gin"),
        CheckConstraint("char_length(category) <= 50 AND char_length(language) <= 10", name="words"),
        CheckConstraint("char_length(image_url) <= 500", name="image_url_length"),
        CheckConstraint("num_nonnulls(owner_user_id, owner_role_id) <= 1", name="owner"),
        CheckConstraint("jsonb_typeof(history) = 'array'", name="history"),
        CheckConstraint(
            "version >= 1 AND opened_count >= 0 AND helpful_count >= 0 AND unhelpful_count >= 0", name="counts"
        ),
        Index(
            "uq_faq_entries_title_key", "guild_id", "title_key", unique=True, postgresql_where=sql("deleted_at IS NULL")
        ),
        Index(
            "ix_faq_entries_category",
            "guild_id",
            "category",
            "title_key",
            "id",
            postgresql_where=sql("deleted_at IS NULL"),
        ),
        Index("ix_faq_entries_disabled", "guild_id", postgresql_where=sql("NOT enabled AND deleted_at IS NULL")),
        Index(
            "ix_faq_entries_verify_by",
            "verify_by",
            postgresql_where=sql("verify_by IS NOT NULL AND verify_told_at IS NULL AND deleted_at IS NULL"),
        ),
        Index("ix_faq_entries_deleted_at", "deleted_at", postgresql_where=sql("deleted_at IS NOT NULL")),
        # What is written waits in no list, which every search would have to read as well.
        Index(None, "search", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_faq_entries_search_version", "search_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'::text[]"))
    created_at: Mapped[CreatedAt]
    guild_id: Mapped[Snowflake]
    legacy: Mapped[Legacy]

    title_key: Mapped[str | None] = mapped_column(Text(collation="C"))
    category: Mapped[str | None]
    language: Mapped[str | None]
    """Discord's code of the language that it is written in; NULL for the guild's."""
    image_url: Mapped[str | None]
    owner_user_id: Mapped[Snowflake | None]
    owner_role_id: Mapped[Snowflake | None]
    """Who sees to it that it stays true: a person or a role."""
    verify_by: Mapped[datetime | None]
    verify_told_at: Mapped[datetime | None]
    """When the owner was told that it is to be looked at again; NULL until then."""
    enabled: Mapped[bool] = mapped_column(server_default=sql("true"))
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    history: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"), deferred=True)
    created_by: Mapped[Snowflake | None]
    updated_at: Mapped[CreatedAt]
    updated_by: Mapped[Snowflake | None]
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[Snowflake | None]
    opened_count: Mapped[int] = mapped_column(server_default=sql("0"))
    helpful_count: Mapped[int] = mapped_column(server_default=sql("0"))
    unhelpful_count: Mapped[int] = mapped_column(server_default=sql("0"))
    search: Mapped[Any] = mapped_column(TSVECTOR, nullable=True, deferred=True)
    search_version: Mapped[int] = mapped_column(server_default=sql("0"))
    title_size: Mapped[int] = mapped_column(server_default=sql("0"))
    """How many words of its title say something, so that one word of many is no sure answer."""
