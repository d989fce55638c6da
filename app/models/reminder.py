"""The table reminders."""

import enum
from datetime import date, datetime, timedelta
from datetime import time as wall_clock
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    and_,
    case,
    func,
    literal_column,
    type_coerce,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AnyClock, AnyDays, AnyLocal, Base, CreatedAt, Legacy, Snowflake, TextEnum, at_most, one_of


class ReminderState(enum.StrEnum):
    """What becomes of a reminder by itself: only a waiting one is ever sent."""

    WAITING = "waiting"
    PAUSED = "paused"
    ATTENTION = "attention"
    DONE = "done"


class TargetKind(enum.StrEnum):
    """Whom a reminder pings beside those who joined it."""

    MEMBER = "member"
    ROLE = "role"
    EVERYONE = "everyone"


class Reminder(Base):
    """A message that a channel or a person gets at one moment or at many.

    The schedule is one of three. An instant: `starts_at`. Wall-clock: `rrule` (RFC 5545), beginning at `local_start` as
    clocks in `timezone` show it. Elapsed time: every `interval_seconds` from `starts_at` on. `until` and `most_times`
    end it. `next_at` is the first occurrence that was neither delivered nor skipped; NULL when there is none left.

    `wake_at` is when a process has to look at the row next: an occurrence, its warning (`warn_seconds` before), a
    repetition (`again_at`), another try, the end of a pause (`resume_at`), or the end of the lease of a process that is
    sending right now. NULL for a row to which nothing happens any more.

    `time`, `call_time`, `days` and `event_time` are what rows older than revision 003 were made of: `time` is when to
    send and `call_time` when the event is, on `days` ('0' for Monday to '6' for Sunday) or for the event at
    `event_time`. Such a row has no schedule until it is looked at for the first time.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint("days <@ '{0,1,2,3,4,5,6}'::text[]", name="days"),
        CheckConstraint("char_length(timezone) BETWEEN 1 AND 64", name="timezone_length"),
        at_most("name", 200),
        at_most("message", 4000),
        at_most("location", 500),
        one_of("state", ReminderState),
        one_of("target_kind", TargetKind),
        CheckConstraint(
            "wake_at IS NULL OR (deleted_at IS NULL AND (state = 'waiting' OR "
            "(state = 'paused' AND resume_at IS NOT NULL)))",
            name="only_waiting_wakes",
        ),
        CheckConstraint("(resume_at IS NULL AND NOT channel_paused) OR state = 'paused'", name="resume"),
        CheckConstraint("cardinality(except_dates) BETWEEN 1 AND 100", name="except_dates"),
        CheckConstraint("catch_up_seconds >= 60", name="catch_up"),
        CheckConstraint("num_nonnulls(deleted_at, deleted_by) IN (0, 2)", name="deleted"),
        CheckConstraint("num_nonnulls(rrule, interval_seconds) <= 1", name="one_schedule"),
        CheckConstraint(
            "(rrule IS NULL OR local_start IS NOT NULL) AND (interval_seconds IS NULL OR starts_at IS NOT NULL)",
            name="schedule_has_start",
        ),
        CheckConstraint("interval_seconds > 0 AND most_times > 0 AND warn_seconds > 0", name="schedule_positive"),
        CheckConstraint(
            "CASE WHEN target_kind IS NULL THEN target_id IS NULL ELSE target_id IS NOT NULL END", name="target"
        ),
        CheckConstraint("num_nonnulls(repeat_seconds, repeat_most) IN (0, 2)", name="repeat"),
        CheckConstraint("repeat_seconds >= 60 AND repeat_most BETWEEN 1 AND 100", name="repeat_bounds"),
        CheckConstraint("attempts >= 0 AND skipped >= 0 AND repeats >= 0", name="counts"),
        CheckConstraint("jsonb_typeof(subscribers) = 'array'", name="subscribers"),
        CheckConstraint("char_length(phrase) <= 200 AND char_length(rrule) <= 500", name="schedule_length"),
        CheckConstraint("char_length(problem) <= 300", name="problem_length"),
        CheckConstraint("num_nonnulls(resume_local, resume_zone, resume_rules) IN (0, 3)", name="resume_by_clock"),
        CheckConstraint("char_length(resume_zone) BETWEEN 1 AND 64", name="resume_zone_length"),
        Index(None, "guild_id", "created_by"),
        Index(None, "guild_id", "channel_id"),
        Index(None, "event_time"),
        # What every process asks first: who is next. Most rows of an old database are over and not in it.
        Index(None, "wake_at", postgresql_where=sql("wake_at IS NOT NULL")),
        Index("ix_reminders_guild_id_attention", "guild_id", postgresql_where=sql("state = 'attention'")),
        Index(None, "snooze_of", postgresql_where=sql("snooze_of IS NOT NULL")),
        # Lists, autocomplete and quotas of a server: what is over, most of the rows, is not in it.
        Index(
            "ix_reminders_guild_id_unfinished",
            "guild_id",
            "next_at",
            postgresql_where=sql("state <> 'done' AND deleted_at IS NULL"),
        ),
        Index(None, "deleted_at", postgresql_where=sql("deleted_at IS NOT NULL")),
        # What has to be planned anew when the clocks of a zone will change otherwise than was known.
        Index(
            "ix_reminders_planned_by_clock",
            "timezone",
            "zone_rules",
            postgresql_where=sql("local_start IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"),
        ),
        Index(
            "ix_reminders_ended_by_clock",
            "timezone",
            "zone_rules",
            postgresql_where=sql(
                "local_start IS NULL AND local_until IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"
            ),
        ),
        Index(
            "ix_reminders_resumed_by_clock",
            "resume_zone",
            "resume_rules",
            postgresql_where=sql("resume_local IS NOT NULL AND state = 'paused' AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    name: Mapped[str]
    channel_id: Mapped[Snowflake]
    time: Mapped[wall_clock | None] = mapped_column(AnyClock)
    call_time: Mapped[wall_clock | None] = mapped_column(AnyClock)
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

    phrase: Mapped[str | None]
    """When it comes, as it was typed."""
    starts_at: Mapped[datetime | None]
    local_start: Mapped[datetime | None] = mapped_column(AnyLocal)
    rrule: Mapped[str | None]
    interval_seconds: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[datetime | None]
    most_times: Mapped[int | None]
    warn_seconds: Mapped[int | None]

    direct: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether it goes to a person's direct messages; `channel_id` then says where it was made."""
    target_kind: Mapped[TargetKind | None] = mapped_column(TextEnum(TargetKind))
    target_id: Mapped[Snowflake | None]
    subscribers: Mapped[list[int]] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    """Members who joined with "me too" and are pinged as well."""
    repeat_seconds: Mapped[int | None]
    repeat_most: Mapped[int | None]
    escalate_role_id: Mapped[Snowflake | None]
    """Pinged with the last repetition."""

    state: Mapped[ReminderState] = mapped_column(
        TextEnum(ReminderState), server_default=sql(f"'{ReminderState.WAITING}'::text")
    )
    next_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    """How often sending what is due began, in a row; zero once it worked. Counted before the request goes out."""
    through: Mapped[datetime | None]
    """The last of the occurrences that one message stands for: set when sending it begins, so that a process that tries
    it again after a crash neither adds one that the message already sent does not know of, nor loses it."""
    warned_for: Mapped[datetime | None]
    """The occurrence whose early warning was sent."""
    again_at: Mapped[datetime | None]
    """When what was sent last is repeated, because nobody has acknowledged it."""
    repeats: Mapped[int] = mapped_column(server_default=sql("0"))
    skipped: Mapped[int] = mapped_column(server_default=sql("0"))
    """Occurrences too late to be sent, of which the next message has to tell."""
    message_id: Mapped[Snowflake | None]
    message_channel_id: Mapped[Snowflake | None]
    problem: Mapped[str | None]
    """Why it needs attention, as a sentence."""
    problem_at: Mapped[datetime | None]
    snooze_of: Mapped[int | None] = mapped_column(ForeignKey("reminders.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]

    except_dates: Mapped[list[date] | None] = mapped_column(AnyDays)
    """Days in `timezone` on which a series does not come."""
    catch_up_seconds: Mapped[int | None]
    """How late it may still be sent; NULL as late as the server allows."""
    resume_at: Mapped[datetime | None]
    """When a pause ends by itself."""
    deleted_at: Mapped[datetime | None]
    """When it was deleted. It can be brought back for a day, and nothing else finds it."""
    deleted_by: Mapped[Snowflake | None]
    """Who deleted it, and may therefore bring it back."""
    channel_paused: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether it is paused because all of its channel was: resuming the channel leaves alone what its owner paused."""
    acknowledged_for: Mapped[datetime | None]
    """The occurrence that somebody called done before it was written down that it was sent."""
    planned_local: Mapped[datetime | None] = mapped_column(AnyLocal)
    """What clocks in `timezone` show at `next_at`, if it comes by the clock on the wall."""
    zone_rules: Mapped[str | None]
    """The rules of `timezone` by which `next_at` and `until` were made of what clocks show, as a fingerprint."""
    local_until: Mapped[datetime | None] = mapped_column(AnyLocal)
    """What clocks in `timezone` show at `until`, if it was asked for like that."""
    resume_local: Mapped[datetime | None] = mapped_column(AnyLocal)
    """What clocks in `resume_zone` show at `resume_at`, if it was asked for like that."""
    resume_zone: Mapped[str | None]
    """The time zone of whoever paused it."""
    resume_rules: Mapped[str | None]
    """The rules of `resume_zone` by which `resume_at` was made of it, as a fingerprint."""

    @hybrid_property
    def recipient(self) -> int | None:
        """Whose direct messages it goes to; None if it goes to a channel."""
        if not self.direct:
            return None
        return self.target_id if self.target_kind is TargetKind.MEMBER else self.created_by

    @recipient.inplace.expression
    @classmethod
    def _recipient(cls) -> ColumnElement[int | None]:
        return recipient_of(cls)

    @hybrid_property
    def lane(self) -> int:
        """Where it goes: a channel by its id, or a person's direct messages by their id less than zero."""
        return self.channel_id if self.recipient is None else -self.recipient

    @lane.inplace.expression
    @classmethod
    def _lane(cls) -> ColumnElement[int]:
        return lane_of(cls)

    @hybrid_property
    def is_unfinished(self) -> bool:
        """Whether something is left of it."""
        return self.state is not ReminderState.DONE

    @is_unfinished.inplace.expression
    @classmethod
    def _is_unfinished(cls) -> ColumnElement[bool]:
        # Written into the statement and not bound, so that it is known to be the condition of an index, whose size does
        # not grow with what is over.
        return cls.state != literal_column(f"'{ReminderState.DONE}'")

    @hybrid_property
    def is_unplanned(self) -> bool:
        """Whether it is a row of the predecessor that has not got its schedule yet."""
        return self.next_at is None and self.rrule is None and self.starts_at is None

    @is_unplanned.inplace.expression
    @classmethod
    def _is_unplanned(cls) -> ColumnElement[bool]:
        return unplanned(cls)

    def under_way(self, now: datetime) -> datetime | None:
        """The occurrence whose sending began and, as far as is known, did not end yet; None if there is none.

        Its message may have arrived, then, or be about to.
        """
        is_due = self.next_at is not None and self.next_at <= now
        is_tried = self.attempts > 0 and self.through is not None
        return self.next_at if is_due and is_tried and self.problem is None else None

    @property
    def warning(self) -> timedelta | None:
        """How long before each time it warns."""
        return _span(self.warn_seconds)

    @property
    def repeat_every(self) -> timedelta | None:
        """How long it waits for an answer before it is repeated."""
        return _span(self.repeat_seconds)

    @property
    def catch_up(self) -> timedelta | None:
        """How late it may still be sent; None for as late as the server allows."""
        return _span(self.catch_up_seconds)

    @property
    def is_for_others(self) -> bool:
        """Tell whether somebody else than its author is pinged by it."""
        own = self.target_kind is TargetKind.MEMBER and self.target_id == self.created_by
        return (self.target_kind is not None and not own) or any(user != self.created_by for user in self.subscribers)


# What SQL says of a row, for the columns of the class and of its table alike.


def recipient_of(columns: Any) -> ColumnElement[int | None]:
    """Return `Reminder.recipient` in SQL."""
    recipient = case((columns.target_kind == TargetKind.MEMBER, columns.target_id), else_=columns.created_by)
    return case((columns.direct, recipient))


def lane_of(columns: Any) -> ColumnElement[int]:
    """Return `Reminder.lane` in SQL."""
    return type_coerce(func.coalesce(-recipient_of(columns), columns.channel_id), BigInteger)


def unplanned(columns: Any) -> ColumnElement[bool]:
    """Return `Reminder.is_unplanned` in SQL."""
    return and_(columns.next_at.is_(None), columns.rrule.is_(None), columns.starts_at.is_(None))


def _span(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None
