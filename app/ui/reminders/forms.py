"""The forms of reminders, filled in with what is so or with what was typed before. All of it pure."""

import re
from typing import Any

import discord

from app.core import durations, formats
from app.core.messages import t, tc
from app.core.scheduling import calendar_words as words
from app.core.scheduling.zones import zone_info
from app.models import Reminder, TargetKind
from app.services.reminders.schedules import schedule_of
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.text import shortened
from app.ui.reminders.ids import AboutFormId, ChangeFormId, EditFormId, ExtrasFormId, SnoozeFormId

WHEN, WHAT, WHERE, HOW, WHOM = "when", "what", "where", "how", "whom"
EARLY, ENDS, INSIST, ESCALATE, LATE = "early", "ends", "insist", "escalate", "late"
IN_CHANNEL, DIRECT = "channel", "direct"
PLACES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.news_thread,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]
"""The channels to choose from: those that hold messages. A private thread is chosen by running the command in it."""
ANY_PLACE = [*PLACES, discord.ChannelType.private_thread]
"""The channels that reminders can be in."""
MAX_TYPED = 200
TIMES = re.compile(
    r"[,;]?\s*\b([0-9]{1,5})\s*(?:times|time|x|mal|fois|keer|maal|veces|vez|volte|volta|vezes)\b\s*[,;]?", re.IGNORECASE
)


EVERYONE = re.compile("@+(?=everyone|here)", re.IGNORECASE)
"""What makes a mention of a word."""

EditForm = EditFormId | ChangeFormId | ExtrasFormId


def form_for(reminder: Reminder, to: EditForm, *, in_direct: bool = False) -> discord.ui.DesignerModal:
    """Make the form with such an id, filled in with what is so."""
    if isinstance(to, ExtrasFormId):
        return extras_form(to, FilledIn.of(extras_as_they_are(reminder)), in_direct=in_direct)
    pings_role = reminder.target_kind is TargetKind.ROLE
    given = FilledIn(as_it_is(reminder), frozenset({WHOM}) if pings_role else frozenset())
    return edit_form(to, given, in_direct=in_direct)


def form_again(to: EditForm, given: FilledIn, *, in_direct: bool = False) -> discord.ui.DesignerModal:
    """Make the form with such an id once more, filled in with what was typed and chosen."""
    if isinstance(to, ExtrasFormId):
        return extras_form(to, given, in_direct=in_direct)
    return edit_form(to, given, in_direct=in_direct)


def edit_form(to: EditFormId | ChangeFormId, given: FilledIn, *, in_direct: bool = False) -> discord.ui.DesignerModal:
    """Make the form that changes what a reminder says, when, where and whom it pings.

    In a direct message no channel, member or role can be chosen.
    """
    fields = [
        _text(t("When"), WHEN, given, t("Leave this as it is to keep the time"), required=False),
        _what(given),
    ]
    if not in_direct:
        channels = menu(
            WHERE,
            discord.ComponentType.channel_select,
            channel_types=ANY_PLACE,
            default_values=given.default_values(WHERE, discord.SelectDefaultValueType.channel),
        )
        ways = [
            discord.SelectOption(label=t("In the channel"), value=IN_CHANNEL, default=given.chosen(HOW) != [DIRECT]),
            discord.SelectOption(label=t("As a direct message"), value=DIRECT, default=given.chosen(HOW) == [DIRECT]),
        ]
        whom = menu(
            WHOM,
            discord.ComponentType.mentionable_select,
            default_values=given.default_values(WHOM, _kind_of(given)),
        )
        fields += [
            labelled(t("Where"), channels),
            labelled(t("How"), menu(HOW, options=ways)),
            labelled(t("Whom to ping"), whom, t("Leave this as it is to ping the same people")),
        ]
    return form(t("Edit reminder"), to, *fields)


def extras_form(to: ExtrasFormId, given: FilledIn, *, in_direct: bool = False) -> discord.ui.DesignerModal:
    """Make the form that changes everything else: warning, end, repetitions and lateness. Empty means none."""
    early = _text(t("Early warning"), EARLY, given, t("How long before, such as 1h"), required=False)
    ends = _text(t("End of a repeating one"), ENDS, given, t("31 dec, 10 times, or both"), required=False)
    insist = _text(t("Send it again until Done"), INSIST, given, t("How often, such as 10m, 3 times"), required=False)
    late = _text(t("How late it may be sent"), LATE, given, t("2h; empty for the server default"), required=False)
    fields = [early, ends, insist, late]
    if not in_direct:
        role = menu(
            ESCALATE,
            discord.ComponentType.role_select,
            default_values=given.default_values(ESCALATE, discord.SelectDefaultValueType.role),
        )
        fields.insert(3, labelled(t("Role to ping the last time it is sent"), role))
    return form(t("Edit reminder"), to, *fields)


def about_form(to: AboutFormId, filled_in: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that makes a reminder about a message."""
    when = _text(t("When"), WHEN, filled_in, t("tomorrow 9am, in 2h, next friday at 17:00"))
    return form(t("Remind me about this"), to, when, _what(filled_in))


def about(message: discord.Message) -> FilledIn:
    """Return what the form about a message is filled in with."""
    author = message.author.display_name
    # A reminder with a mention of everyone would be refused, which nobody has typed here.
    words = EVERYONE.sub("", message.content).strip()
    return FilledIn.of({WHAT: shortened(words, 200) or t("A message by {author}", author=author)})


def snooze_form(to: SnoozeFormId, filled_in: FilledIn | None = None) -> discord.ui.DesignerModal:
    """Make the form that asks until when."""
    when = _text(t("When"), WHEN, filled_in or FilledIn.of({}), t("in 45m, tonight at 8, monday 9am"))
    return form(t("Snooze until …"), to, when)


def as_it_is(reminder: Reminder) -> dict[str, str | list[str]]:
    """Return what the first form is filled in with."""
    target = str(reminder.target_id) if reminder.target_kind not in {None, TargetKind.EVERYONE} else None
    return {
        WHEN: reminder.phrase or "",
        WHAT: reminder.message or reminder.name,
        WHERE: [str(reminder.channel_id)],
        HOW: [DIRECT if reminder.direct else IN_CHANNEL],
        WHOM: [target] if target is not None else [],
    }


def extras_as_they_are(reminder: Reminder) -> dict[str, str | list[str]]:
    """Return what the second form is filled in with."""
    spans = {EARLY: reminder.warning, INSIST: reminder.repeat_every, LATE: reminder.catch_up}
    found: dict[str, str | list[str]] = {
        name: durations.compact(span) if span is not None else "" for name, span in spans.items()
    }
    if reminder.repeat_every is not None:
        found[INSIST] = t("{often}, {count} times", often=found[INSIST], count=reminder.repeat_most)
    found[ENDS] = _end_of(reminder)
    found[ESCALATE] = [str(reminder.escalate_role_id)] if reminder.escalate_role_id is not None else []
    return found


def split_times(typed: str) -> tuple[str, int | None]:
    """Split `10m, 3 times` into the rest and the number."""
    found = TIMES.search(typed)
    if found is None:
        return typed.strip(), None
    return f"{typed[: found.start()]} {typed[found.end() :]}".strip(), int(found[1])


def _end_of(reminder: Reminder) -> str:
    schedule = schedule_of(reminder)
    parts: list[str] = []
    if schedule is not None and schedule.until is not None:
        last = schedule.until.astimezone(zone_info(schedule.zone))
        is_whole_day = (last.hour, last.minute) == (23, 59)
        month = words.MONTH_NAMES[last.month - 1]
        day = t("{day} {month} {year}", day=last.day, month=month, year=last.year)
        parts.append(day if is_whole_day else f"{day} {last:%H:%M}")
    if schedule is not None and schedule.count is not None:
        parts.append(tc("as one types it", "{count} times", count=schedule.count))
    return formats.listed(parts)


def _kind_of(given: FilledIn) -> discord.SelectDefaultValueType:
    """Tell whether what the form is filled in with is a role."""
    return discord.SelectDefaultValueType.role if WHOM in given.roles else discord.SelectDefaultValueType.user


def _text(label: str, name: str, given: FilledIn, hint: str, *, required: bool = True, **more: Any) -> discord.ui.Label:
    field = discord.ui.InputText(
        custom_id=name,
        placeholder=hint,
        value=given.typed(name)[: more.get("max_length", MAX_TYPED)] or None,
        required=required,
        **{"max_length": MAX_TYPED, **more},
    )
    return labelled(label, field)


def _what(given: FilledIn) -> discord.ui.Label:
    return _text(t("What"), WHAT, given, "", style=discord.InputTextStyle.long, max_length=MAX_CONTENT)
