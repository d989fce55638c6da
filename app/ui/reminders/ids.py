"""What the buttons, selects and forms of reminders are about.

In a direct message they name their server. Under the details of a reminder they carry the list that the details were
opened from, to which a button leads back.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from app.core.records import record
from app.core.scheduling.zone_search import zones
from app.services.reminders.staff import MAX_SHIFT, STATES
from app.ui.kit.ids import ButtonId, FormId, Number, OneOf, RowId, SelectId, Snowflake
from app.ui.reminders.list_filter import ListFilter

MAX_SNOOZE_MINUTES = 366 * 24 * 60
Seconds = Annotated[int, Number(1, int(MAX_SHIFT.total_seconds()))]


@record
class InDirect:
    """A direct message, about a reminder of this server."""

    guild_id: Snowflake


Place = ListFilter | InDirect | None
"""Where details are: opened from a list, in a direct message, or by a command in a server."""


@record(kw_only=True)
class Delivered:
    """What is under a delivered reminder."""

    reminder_id: RowId
    guild_id: Snowflake | None = None


@record(kw_only=True)
class Placed:
    """What may be under the details of a reminder, which the answer then replaces, or elsewhere."""

    place: Place = None
    is_details: bool = False

    @property
    def guild_id(self) -> int | None:
        """The server, where a direct message has to name it."""
        return self.place.guild_id if isinstance(self.place, InDirect) else None

    @property
    def back(self) -> ListFilter | None:
        """The list to which a button leads back."""
        return self.place if isinstance(self.place, ListFilter) else None


@record(kw_only=True)
class OfReminder(Placed):
    """What is about one reminder, and may be under its details."""

    reminder_id: RowId


@record(kw_only=True)
class Shift:
    """How far reminders are moved, and whether only those of a channel."""

    seconds: Seconds
    earlier: bool
    channel_id: Snowflake | None

    @classmethod
    def of(cls, by: timedelta, *, channel_id: int | None, **rest: Any) -> Self:
        """Make an id of how far, negative for earlier."""
        return cls(seconds=int(abs(by).total_seconds()), earlier=by < timedelta(), channel_id=channel_id, **rest)

    @property
    def by(self) -> timedelta:
        """How far, negative for earlier."""
        return timedelta(seconds=-self.seconds if self.earlier else self.seconds)


# Under a delivered reminder


class SnoozeId(Delivered, ButtonId, route="reminder:v1:snooze"):
    """Send it again in so many minutes."""

    minutes: Annotated[int, Number(1, MAX_SNOOZE_MINUTES)]


class TomorrowId(Delivered, ButtonId, route="reminder:v1:tomorrow"):
    """Send it again tomorrow morning."""


class AskSnoozeId(Delivered, ButtonId, route="reminder:v1:ask_snooze"):
    """Ask until when to snooze."""


class SnoozeFormId(Delivered, FormId, route="reminder:v1:snooze_form"):
    """The form that asks until when to snooze."""


class UnsnoozeId(Delivered, ButtonId, route="reminder:v1:unsnooze"):
    """Take back that it was snoozed until a moment; `reminder_id` is the snooze. The rest is as it was before."""

    until: datetime
    before: datetime | None
    again_at: datetime | None


class DoneId(Delivered, ButtonId, route="reminder:v1:done"):
    """It is done."""


class MoreId(Delivered, ButtonId, route="reminder:v1:more"):
    """Show what else can be done with it."""


class SkipId(Delivered, ButtonId, route="reminder:v1:skip"):
    """Skip the time that was the next one when this was shown."""

    at: datetime


class JoinId(Delivered, ButtonId, route="reminder:v1:join"):
    """Join, or leave."""

    joins: bool


# Under the details of a reminder, and elsewhere


class EditId(OfReminder, ButtonId, route="reminder:v1:edit"):
    """Open the form that changes it."""


class EditFormId(OfReminder, FormId, route="reminder:v1:edit_form"):
    """The form that changes it."""


class ExtrasFormId(OfReminder, FormId, route="reminder:v1:extras_form"):
    """The form that changes its warning, end and repetitions."""


class PauseId(OfReminder, ButtonId, route="reminder:v1:pause"):
    """Pause it."""


class ResumeId(OfReminder, ButtonId, route="reminder:v1:resume"):
    """Resume it."""


class SkipHereId(OfReminder, ButtonId, route="reminder:v1:skip_it"):
    """Skip the time that was the next one when this was shown, and show it in the details."""

    at: datetime


class UnskipId(OfReminder, ButtonId, route="reminder:v1:unskip"):
    """Take back that a time was skipped."""

    at: datetime


class PutBackId(ButtonId, route="reminder:v1:put_back"):
    """Take back that a day was left out."""

    reminder_id: RowId
    day: date


class Extra(StrEnum):
    """What the details of a reminder offer beside their buttons."""

    EXTRAS = "extras"
    SKIP = "skip"
    HERE = "here"


class MoreOfId(OfReminder, SelectId, route="reminder:v1:more_of", value=Extra):
    """Do one of the things that there is no button for; `next_at` is the time that it skips."""

    next_at: datetime | None


class RetryId(OfReminder, ButtonId, route="reminder:v1:retry"):
    """Try again to deliver it."""


class DeleteId(OfReminder, ButtonId, route="reminder:v1:delete"):
    """Delete it."""


class RestoreId(Placed, ButtonId, route="reminder:v1:restore"):
    """Bring back what was deleted at a moment."""

    at: datetime


# Under a confirmation


class ChangeId(ButtonId, route="reminder:v1:change"):
    """Open the form that changes what was just made."""

    reminder_id: RowId


class ChangeFormId(FormId, route="reminder:v1:change_form"):
    """The form that changes what was just made."""

    reminder_id: RowId


class CancelId(ButtonId, route="reminder:v1:cancel"):
    """Delete what was just made."""

    reminder_id: RowId


class ZoneId(SelectId, route="reminder:v1:zone", value=Annotated[str, OneOf(lambda: zones().values(), 64)]):
    """Choose the time zone by which it was meant."""

    reminder_id: RowId


class ShiftId(Shift, ButtonId, route="reminder:v1:shift"):
    """Move many reminders, if they are as they were when this was asked."""

    state: Annotated[int, Number(0, STATES - 1)]


class ShiftBackId(Shift, ButtonId, route="reminder:v1:shift_back"):
    """Take back that many were moved at a moment; one of them then got `next_at`."""

    at: datetime
    reminder_id: RowId
    next_at: datetime


# Under a list


class PageId(ButtonId, route="reminder:v1:page"):
    """Show a page of a list."""

    shown: ListFilter


class OpenId(SelectId, route="reminder:v1:open", value=RowId):
    """Show the details of the one that is chosen."""

    shown: ListFilter


class ProblemsId(ButtonId, route="reminder:v1:problems"):
    """Show what needs attention."""


class SendHereId(ButtonId, route="reminder:v1:send_here"):
    """Send it to this channel instead."""

    reminder_id: RowId


# In the menu of a message


class AboutFormId(FormId, route="reminder:v1:about_form"):
    """The form that makes a reminder about a message."""

    channel_id: Snowflake
    message_id: Snowflake
