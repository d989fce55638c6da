"""The table support_tickets."""

import enum
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, at_most, one_of


class TicketStatus(enum.StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    ESCALATED = "escalated"
    CLOSED = "closed"
    ARCHIVED = "archived"

    @property
    def is_final(self) -> bool:
        """Whether nobody is expected to do anything more."""
        return self in {TicketStatus.CLOSED, TicketStatus.ARCHIVED}


class SupportTicket(Base):
    """One request for help by one member, from its opening to its end.

    Several tickets may name the same `channel_id`: the predecessor reused channels.
    """

    __tablename__ = "support_tickets"
    __table_args__ = (
        one_of("status", TicketStatus),
        at_most("description", 4000),
        Index(None, "guild_id", "user_id"),
        Index(None, "guild_id", "status"),
        Index(None, "channel_id"),
        # For the sweep that looks for tickets that have been left alone, in all guilds at once.
        Index(
            "ix_support_tickets_updated_at_unfinished",
            "updated_at",
            postgresql_where=sql("status NOT IN ('closed', 'archived')"),
        ),
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
