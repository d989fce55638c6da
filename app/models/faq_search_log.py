"""The table faq_search_logs."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, one_of


class SearchSource(enum.StrEnum):
    """What a search came from."""

    SEARCH = "search"
    """Somebody typed it into `/faq search`."""
    MESSAGE = "message"
    """Somebody chose "Answer from FAQ" of a message."""
    TICKET = "ticket"
    """Somebody is about to open a ticket and was shown answers before."""
    AUTOMATIC = "automatic"
    """The bot found an answer to a message by itself."""


WITH_WORDS = "query IS NOT NULL OR user_id IS NOT NULL OR message_id IS NOT NULL"
"""What a search has that is kept for a while only."""

COUNTED = ["source", "results_count", "opened_id", "is_helpful", "ticket_at", "query_key"]
"""What statistics count by."""


class FaqSearchLog(Base):
    """One search in the FAQ of one guild, how much it found, and what came of it.

    `guild_id` 0 is a search from before the log said where. `user_id` and `query` may be NULL: a guild can have
    them left out or removed. `query_key` is the query as it is compared, and goes with it.
    """

    __tablename__ = "faq_search_logs"
    __table_args__ = (
        Index("ix_faq_search_logs_guild_id_searched_at", "guild_id", sql("searched_at DESC")),
        one_of("source", SearchSource),
        CheckConstraint("num_nonnulls(channel_id, message_id) IN (0, 2)", name="message"),
        # What staff see of it is grouped by what was asked, from this alone.
        Index(
            "ix_faq_search_logs_unanswered",
            "guild_id",
            "query_key",
            "searched_at",
            postgresql_where=sql("opened_id IS NULL AND handled_at IS NULL AND query_key IS NOT NULL"),
        ),
        Index(
            "ix_faq_search_logs_unneeded",
            "guild_id",
            "query_key",
            postgresql_where=sql(
                "opened_id IS NULL AND handled_at IS NOT NULL AND answered_id IS NULL AND query_key IS NOT NULL"
            ),
        ),
        # Statistics count from these alone, without the rows.
        Index("ix_faq_search_logs_figures", "guild_id", "searched_at", postgresql_include=COUNTED),
        # Searches that found something after one in vain.
        Index(
            "ix_faq_search_logs_pairs",
            "guild_id",
            "after_id",
            postgresql_where=sql("after_id IS NOT NULL AND opened_id IS NOT NULL"),
        ),
        Index("ix_faq_search_logs_words", "guild_id", "searched_at", postgresql_where=sql(WITH_WORDS)),
        Index("ix_faq_search_logs_told", "guild_id", "told_at", postgresql_where=sql("told_at IS NOT NULL")),
        Index("ix_faq_search_logs_handled", "guild_id", "handled_at", postgresql_where=sql("handled_at IS NOT NULL")),
        Index("ix_faq_search_logs_user", "guild_id", "user_id", "searched_at"),
        Index(
            "ix_faq_search_logs_to_tell",
            "answered_id",
            postgresql_where=sql("to_tell AND answered_id IS NOT NULL AND told_at IS NULL"),
        ),
        # One message is answered once, by whichever process hears of it.
        Index(
            "uq_faq_search_logs_message",
            "channel_id",
            "message_id",
            unique=True,
            postgresql_where=sql("source = 'automatic'"),
        ),
        # Whoever answers a message, it gets the same answer once.
        Index(
            "uq_faq_search_logs_answer",
            "channel_id",
            "message_id",
            "opened_id",
            unique=True,
            postgresql_where=sql("source IN ('message', 'automatic') AND opened_id IS NOT NULL"),
        ),
        CheckConstraint("jsonb_typeof(votes) = 'object' AND jsonb_typeof(draft) = 'object'", name="documents"),
        Index("ix_faq_search_logs_draft", "searched_at", postgresql_where=sql("draft IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Snowflake | None]
    query: Mapped[str | None]
    results_count: Mapped[int | None]
    searched_at: Mapped[CreatedAt]
    guild_id: Mapped[Snowflake]
    legacy: Mapped[Legacy]

    source: Mapped[SearchSource] = mapped_column(TextEnum(SearchSource), server_default=sql("'search'::text"))
    language: Mapped[str | None]
    query_key: Mapped[str | None]
    after_id: Mapped[int | None]
    """The search before it of the same person, a moment ago and in vain."""
    opened_id: Mapped[int | None]
    """The entry that was opened last."""
    opened_at: Mapped[datetime | None]
    is_helpful: Mapped[bool | None]
    ticket_at: Mapped[datetime | None]
    """When the same person opened a ticket after it."""
    channel_id: Mapped[Snowflake | None]
    message_id: Mapped[Snowflake | None]
    """The message that it is about, if it came from one."""
    to_tell: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether the person wants to hear of an answer."""
    told_at: Mapped[datetime | None]
    answered_id: Mapped[int | None]
    """The entry that staff wrote, or chose, as the answer to what was not found."""
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[Snowflake | None]
    """Who of the staff answered it, or said that it needs no answer."""
    votes: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default=sql("'{}'::jsonb"), deferred=True)
    """Whether its answers helped those who saw them: by the entry, and a short hash of who said so."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    """The ticket that is about to be opened, until the person decides or a day is over."""
    dismissed_at: Mapped[datetime | None]
    """When whoever asked, or staff, took the suggestion away."""
