"""The table support_tickets."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, Integer, SmallInteger, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, at_most, one_of


class TicketStatus(enum.StrEnum):
    """Where a ticket stands. Whose turn it is to write is no part of it."""

    OPENING = "opening"
    """The row is there, the channel is being made."""
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    """Only in rows of the predecessor, which asked staff to say so."""
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    CLOSING = "closing"
    """It is over; the transcript is not yet safely posted, and the channel is still there."""
    CLOSED = "closed"
    ARCHIVED = "archived"

    @property
    def is_final(self) -> bool:
        """Whether nobody is expected to do anything more."""
        return self in {TicketStatus.CLOSING, TicketStatus.CLOSED, TicketStatus.ARCHIVED}


class Turn(enum.StrEnum):
    """Who owes the next word."""

    STAFF = "staff"
    MEMBER = "member"


UNFINISHED = "status NOT IN ('closing', 'closed', 'archived')"
"""What counts against limits, and is on the board."""

COUNTED = ["id", "number", "type"]
"""What statistics count by."""

SEEN = ["team_role_ids", "escalated_to"]
"""What says who may count a ticket."""

LISTED = ["id", "status", "type", "user_id", "claimed_by", "priority", "turn"]
"""What lists are narrowed down by."""

SAMPLED = 16
"""Of which every ticket, by its number, is in the indexes that samples of very many are taken from."""

IN_SAMPLE = f"number % {SAMPLED} = 0"

IS_OVER = "status IN ('closed', 'archived')"
"""What nobody writes into any more."""

NAMED = 'jsonb_path_query_array(record, \'$."people".keyvalue()."key"\')'
"""Who said something, or was spoken of, by their ids as texts."""

ACTED = (
    'jsonb_path_query_array(events, \'$[*].keyvalue()?((@."key" == "by" || @."key" == "user") || '
    '@."key" == "to")."value"\')'
)
"""Who did something, or to whom it was done, by their ids."""

LABELLED = "labels <> '{}'::text[]"


def _moments(*columns: str) -> str:
    return f"num_nonnulls({', '.join(columns)}) IN (0, {len(columns)})"


class SupportTicket(Base):
    """One request for help by one member, from its opening to its end.

    `number` counts the tickets of a guild. `type` is the key of what the guild configured, and NULL in rows of the
    predecessor; `type_name` is what it was called then. `team_role_ids` may see the ticket and work on it; without any,
    all staff of the guild do. Several rows of the predecessor may name the same `channel_id`, which it reused.

    `next_at` is when a process has to look at the row next: a reminder to the side whose `turn` it is, a warning, the
    end of a snooze, of a close request or of a grace, another try to post the transcript. NULL for a row to which
    nothing happens by itself.

    Targets are fixed when they begin (`first_due_at`, `next_due_at`, `resolution_due_at`), and what was reached is
    stored when it happens: `first_seconds`, `waits` (each later answer) and `resolved_seconds` are seconds of business
    time, `missed` names the targets that were not met. So later changes of targets and hours rewrite no history.

    `record` is what a transcript is made of, `search_text` what is found in it, `events` what happened to the ticket.
    """

    __tablename__ = "support_tickets"
    __table_args__ = (
        one_of("status", TicketStatus),
        one_of("turn", Turn),
        at_most("description", 4000),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("char_length(type) BETWEEN 1 AND 20", name="type_length"),
        CheckConstraint("char_length(type_name) <= 100", name="type_name_length"),
        CheckConstraint("priority BETWEEN 0 AND 3", name="priority"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("char_length(rating_comment) <= 1000", name="rating_comment_length"),
        CheckConstraint("char_length(close_reason) <= 1000", name="close_reason_length"),
        CheckConstraint("cardinality(labels) <= 10", name="labels"),
        CheckConstraint(_moments("turn", "turn_since"), name="turn_since"),
        CheckConstraint(_moments("close_requested_by", "close_runs_out_at"), name="close_request"),
        CheckConstraint("reopened >= 0 AND transcript_tries >= 0", name="counts"),
        CheckConstraint("status <> 'snoozed' OR snoozed_until IS NOT NULL OR turn IS NOT NULL", name="snoozed"),
        CheckConstraint(
            "jsonb_typeof(events) = 'array' AND jsonb_typeof(answers) = 'array' AND jsonb_typeof(record) = 'object'",
            name="documents",
        ),
        Index(None, "guild_id", "number", unique=True),
        Index(None, "guild_id", "user_id"),
        Index(None, "guild_id", "status"),
        Index(None, "channel_id"),
        # The database decides that a member has one of a type: no two clicks can both open one.
        Index("uq_support_tickets_open", "guild_id", "user_id", "type", unique=True, postgresql_where=sql(UNFINISHED)),
        # Lists, the board and limits of a guild. Most rows of an old database are over and not in it.
        Index("ix_support_tickets_unfinished", "guild_id", "number", postgresql_where=sql(UNFINISHED)),
        Index(None, "next_at", postgresql_where=sql("next_at IS NOT NULL")),
        # Statistics count from these alone, without the rows: all of a server, what teams have, and a sample.
        *(
            index
            for moment in ("created_at", "closed_at")
            for index in (
                Index(f"ix_support_tickets_guild_id_{moment}", "guild_id", moment, postgresql_include=COUNTED),
                Index(
                    f"ix_support_tickets_team_{moment}", "guild_id", "team_role_ids", moment, postgresql_include=COUNTED
                ),
                Index(
                    f"ix_support_tickets_sample_{moment}",
                    "guild_id",
                    moment,
                    postgresql_include=[*COUNTED, *SEEN],
                    postgresql_where=sql(IN_SAMPLE),
                ),
            )
        ),
        # Lists: the newest of a team, whether it has five of very many tickets or nearly all.
        Index("ix_support_tickets_team", "guild_id", "team_role_ids", "number", postgresql_include=LISTED),
        Index(
            "ix_support_tickets_escalated",
            "guild_id",
            "escalated_to",
            "number",
            postgresql_include=["id", "type", "team_role_ids", "created_at", "closed_at"],
            postgresql_where=sql("escalated_to IS NOT NULL"),
        ),
        Index("ix_support_tickets_labels", "labels", postgresql_using="gin", postgresql_where=sql(LABELLED)),
        # Where somebody occurs who exports or deletes their data. Of what is still being written, nothing.
        Index(
            "ix_support_tickets_named",
            sql(NAMED),
            postgresql_using="gin",
            postgresql_where=sql(f"{IS_OVER} AND record IS NOT NULL"),
        ),
        Index("ix_support_tickets_acted", sql(ACTED), postgresql_using="gin", postgresql_where=sql(IS_OVER)),
        Index(None, "merged_into", postgresql_where=sql("merged_into IS NOT NULL")),
        Index(None, "search", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    user_id: Mapped[Snowflake]
    username: Mapped[str | None]
    description: Mapped[str]
    status: Mapped[TicketStatus] = mapped_column(TextEnum(TicketStatus), server_default=sql("'open'::text"))
    created_at: Mapped[CreatedAt]
    channel_id: Mapped[Snowflake | None]
    claimed_by: Mapped[Snowflake | None]
    claimed_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    escalated_to: Mapped[Snowflake | None]
    legacy: Mapped[Legacy]

    number: Mapped[int] = mapped_column(Integer)
    type: Mapped[str | None]
    type_name: Mapped[str | None]
    is_thread: Mapped[bool] = mapped_column(server_default=sql("false"))
    opened_by: Mapped[Snowflake | None]
    """Who of the staff opened it for the member."""
    team_role_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=sql("'{}'::bigint[]"))
    added_user_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=sql("'{}'::bigint[]"))
    added_role_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=sql("'{}'::bigint[]"))
    answers: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    """What the opener filled in: a list of objects with `label`, `kind`, and `value`, `values` or `files`."""
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=sql("1"))
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'::text[]"))
    locked: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether only staff may close it."""
    header_message_id: Mapped[Snowflake | None]

    turn: Mapped[Turn | None] = mapped_column(TextEnum(Turn))
    turn_since: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When the side that owes an answer was reminded in this wait."""
    warned_at: Mapped[datetime | None]
    """When the opener was told that it will be closed for their silence."""
    tell_at: Mapped[datetime | None]
    """When the opener is told of the answer that they have, unless they are seen before that."""
    snoozed_until: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    opener_left_at: Mapped[datetime | None]

    first_due_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    first_answered_by: Mapped[Snowflake | None]
    first_seconds: Mapped[int | None]
    next_due_at: Mapped[datetime | None]
    waits: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=sql("'{}'::integer[]"))
    sla_warned_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    resolved_seconds: Mapped[int | None]
    missed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'::text[]"))
    """Which targets were missed: `first`, `next`, `resolution`."""

    close_requested_by: Mapped[Snowflake | None]
    close_runs_out_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[Snowflake | None]
    """Who closed it; NULL while it is open, and when the bot did."""
    close_reason: Mapped[str | None]
    reopened: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("support_tickets.id", ondelete="SET NULL"))
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rating_comment: Mapped[str | None]
    rated_at: Mapped[datetime | None]

    transcript_channel_id: Mapped[Snowflake | None]
    transcript_message_id: Mapped[Snowflake | None]
    transcript_tries: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    search_text: Mapped[str | None] = mapped_column(deferred=True)
    events: Mapped[list[Any]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"), deferred=True)
    """What happened: a list of objects with `at`, `kind`, `by` and more by kind."""
    search: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            # A vector holds a megabyte at most, and rows of the predecessor may have any length.
            "to_tsvector('simple'::regconfig, left(description, 8000) "
            "|| ' ' || left(coalesce(search_text, ''), 200000))",
            persisted=True,
        ),
        deferred=True,
    )
