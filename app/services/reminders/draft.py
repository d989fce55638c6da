"""What somebody wants a reminder to be, and the rules that it has to keep."""

import re
import unicodedata
from datetime import datetime, timedelta

from app.core import durations
from app.core.actor import Actor
from app.core.errors import InvalidInput, NotAllowed
from app.core.formats import Number
from app.core.records import record
from app.core.reminders.errors import RemindersOff
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import INSTANT, Schedule
from app.core.storable import is_storable
from app.models.reminder import Reminder, TargetKind

MAX_TEXT = 2000
MAX_NAME = 100
EVERYONE = ("@everyone", "@here")
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols, by their category, that are invisible: fillers of Hangul, and the Braille cell without dots."""
UNSEEN = ("Z", "M", "Cc", "Cf")
"""Unicode's categories of spaces, of marks that need a letter, and of control and format characters."""
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of writing, also of what follows them. https://unicode.org/reports/tr9/"""
DEFAULT_TRIES = 3
MIN_CATCH_UP, MAX_CATCH_UP = timedelta(minutes=1), timedelta(days=30)


@record(kw_only=True)
class Asked:
    """Whom a reminder pings and how it insists.

    `may_ping` is whether Discord lets the author ping the target, `may_ping_everyone` the same for @everyone.
    `catch_up` is how late it may still come; None for as late as the server allows.
    """

    target_kind: TargetKind | None = None
    target_id: int | None = None
    may_ping: bool = True
    may_ping_everyone: bool = False
    warn: timedelta | None = None
    repeat_every: timedelta | None = None
    repeat_most: int | None = None
    escalate_role_id: int | None = None
    catch_up: timedelta | None = None


@record(kw_only=True)
class Draft(Asked):
    """What a new reminder will be; `phrase` is what `schedule` was typed as."""

    text: str
    phrase: str
    schedule: Schedule
    channel_id: int
    direct: bool = False
    origin_channel_id: int | None = None
    origin_message_id: int | None = None


@record(kw_only=True)
class Changes(Asked):
    """What to change about a reminder. None leaves a thing as it is; a length of zero takes it away."""

    text: str | None = None
    phrase: str | None = None
    schedule: Schedule | None = None
    channel_id: int | None = None
    direct: bool | None = None
    drops_role: bool = False
    """Whether no role is pinged with the last repetition any more."""

    @property
    def pings(self) -> bool:
        """Tell whether it changes who is pinged, or where."""
        return self.target_kind is not None or self.escalate_role_id is not None or self.direct is not None


def check_pings(
    actor: Actor,
    policy: ReminderPolicy,
    asked: Asked,
    *,
    kind: TargetKind | None,
    target_id: int | None,
    direct: bool,
) -> None:
    """Check who may be pinged: `kind` and `target_id`, as they will be.

    Raises RemindersOff, NotAllowed for a ping that the person or the server's policy does not allow, and InvalidInput
    for a direct message to many or with a role to ping.
    """
    if not policy.enabled:
        raise RemindersOff
    if kind is TargetKind.EVERYONE and not (asked.may_ping_everyone and policy.everyone):
        if policy.lets_ping_others(actor):
            raise NotAllowed("You cannot mention everyone in a reminder here. Mention a role or a member instead.")
        raise NotAllowed("You cannot mention everyone in a reminder here, only make reminders for yourself.")
    theirs = kind is None or (kind is TargetKind.MEMBER and target_id == actor.user_id)
    if (not theirs or asked.escalate_role_id is not None) and not policy.lets_ping_others(actor):
        raise NotAllowed("In this server you can only make reminders for yourself.")
    if not asked.may_ping:
        raise NotAllowed("Discord does not let you mention that role; choose one that you may mention.")
    if direct and kind not in {None, TargetKind.MEMBER}:
        raise InvalidInput("A direct message goes to one member; choose a member, or a channel.")
    if direct and asked.escalate_role_id is not None:
        raise InvalidInput("A role cannot be pinged in a direct message; leave out `escalate`, or choose a channel.")


def check_post(actor: Actor, policy: ReminderPolicy, text: str) -> None:
    """Check that this person may have the bot say this in a channel. Raises NotAllowed, InvalidInput."""
    if not policy.lets_post(actor):
        raise NotAllowed(
            "In this server, only staff can make reminders that are posted in a channel. "
            "Choose `direct:True` to get yours as a direct message."
        )
    if policy.blocks(text):
        raise InvalidInput(
            "This server does not allow one of these words in its channels. Use other words, or choose `direct:True`."
        )


def check_schedule(policy: ReminderPolicy, schedule: Schedule, warn: timedelta | None, now: datetime) -> datetime:
    """Check a schedule against a server's policy; return when it happens first.

    Raises InvalidInput if it lies in the past or takes longer than 100 years, repeats where that is not allowed or too
    often, or if the early warning does not fit.
    """
    first = schedule.next_after(now)
    if first is None:
        raise InvalidInput("All of that is in the past. Choose a time in the future.")
    schedule.check_length(now)
    if schedule.recurs and not policy.series:
        raise InvalidInput("In this server reminders come only once; choose one moment, such as `tomorrow 9am`.")
    if schedule.faster_than(policy.shortest):
        raise InvalidInput(
            "In this server, the shortest interval of a repeating reminder is {time}.",
            time=durations.Spoken(policy.shortest),
        )
    check_warning(schedule, first, warn, now)
    return first


def check_warning(schedule: Schedule, first: datetime | None, warn: timedelta | None, now: datetime) -> None:
    """Check that an early warning lies after now, and after the time before in a series. Raises InvalidInput."""
    if warn is None:
        return
    if warn < timedelta(minutes=1) or (first is not None and first - warn <= now):
        raise InvalidInput("The early warning would be in the past. Choose a shorter one.")
    if schedule.faster_than(warn):
        raise InvalidInput("The early warning has to be shorter than the time between two reminders.")


def check_insisting(schedule: Schedule, every: timedelta, tries: int, *, escalates: bool) -> None:
    """Check that a series does not come again before it is repeated, or before the role of the last repetition.

    Each of its times ends what is left of the repetitions before. Raises InvalidInput.
    """
    if not schedule.recurs:
        return
    if schedule.faster_than(every + INSTANT):
        raise InvalidInput("`insist` has to be shorter than the time between two reminders.")
    if escalates and schedule.faster_than(every * tries + INSTANT):
        raise InvalidInput(
            "The next reminder would come before the last try, which pings the role. "
            "Choose a shorter `insist`, or fewer `tries`."
        )


def checked_catch_up(span: timedelta | None) -> int | None:
    """Return in seconds how late it may come. Raises InvalidInput for less than a minute or more than a month."""
    if span is not None and not MIN_CATCH_UP <= span <= MAX_CATCH_UP:
        raise InvalidInput("Choose a limit from one minute to 30 days, for example `2h`.")
    return seconds(span)


def checked_text(text: str, *, everyone: bool) -> str:
    """Return the text without surrounding spaces.

    Raises InvalidInput if it is too long, has nothing visible, or has @everyone without permission.
    """
    text = text.strip()
    if len(text) > MAX_TEXT or not _is_seen(text) or not is_storable(text):
        raise InvalidInput("Write what the reminder says, in up to {count} characters.", count=Number(MAX_TEXT))
    if not everyone and any(word in text.casefold() for word in EVERYONE):
        raise InvalidInput(
            "A reminder here cannot mention everyone. Leave `@everyone` and `@here` out of what it says."
        )
    return text


def _is_seen(text: str) -> bool:
    return any(sign not in BLANKS and not unicodedata.category(sign).startswith(UNSEEN) for sign in text)


def name_of(text: str) -> str:
    """Return the first visible line of a text, for lists."""
    lines = (TURNING.sub("", line).strip() for line in text.splitlines())
    line = next((line for line in lines if line and _is_seen(line)), "")
    return line if len(line) <= MAX_NAME else line[: MAX_NAME - 1] + "…"


def seconds(span: timedelta | None) -> int | None:
    """Return a length of time in whole seconds, for a column; None for none, as for zero."""
    return int(span.total_seconds()) or None if span is not None else None


def has_title(reminder: Reminder) -> bool:
    """Tell whether its name is not just its first line: in rows of the predecessor, and when snoozed."""
    from_before = reminder.time is not None or bool(reminder.days) or reminder.event_time is not None
    if reminder.message is None or not (from_before or reminder.snooze_of is not None):
        return False
    return reminder.name not in {"", name_of(reminder.message)}


def words_of(reminder: Reminder) -> str:
    """Return all that a reminder says."""
    return "\n".join(part for part in (reminder.name, reminder.message, reminder.location) if part)


def warning_of(reminder: Reminder, changed: timedelta | None) -> timedelta | None:
    """Return how early a reminder warns: `changed` if it is given, else what it has now."""
    return (changed or None) if changed is not None else reminder.warning
