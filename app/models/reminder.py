"""The table reminders."""

from datetime import datetime
from datetime import time as wall_clock

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Legacy, Snowflake, at_most


class Reminder(Base):
    """A message that a channel shall get: once, for the event at `event_time`, or every week on `days`.

    `time` is when to send and `call_time` when the event is, both as clocks in `timezone` show it. `days` holds
    weekdays as text, '0' for Monday to '6' for Sunday; NULL and empty both mean that it does not recur.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint("days <@ '{0,1,2,3,4,5,6}'::text[]", name="days"),
        CheckConstraint("char_length(timezone) BETWEEN 1 AND 64", name="timezone_length"),
        at_most("name", 200),
        at_most("message", 4000),
        at_most("location", 500),
        Index(None, "guild_id", "created_by"),
        Index(None, "event_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    name: Mapped[str]
    channel_id: Mapped[Snowflake]
    time: Mapped[wall_clock | None]
    call_time: Mapped[wall_clock | None]
    days: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    message: Mapped[str | None]
    created_by: Mapped[Snowflake | None]
    origin_channel_id: Mapped[Snowflake | None]
    origin_message_id: Mapped[Snowflake | None]
    event_time: Mapped[datetime | None]
    location: Mapped[str | None]
    last_sent_at: Mapped[datetime | None]
    timezone: Mapped[str] = mapped_column(server_default=sql("'UTC'::text"))
    legacy: Mapped[Legacy]
