"""Everything about one reminder, with what can be done with it. All of it pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import discord

from app.core import durations, formats
from app.core.messages import t, tn
from app.core.reminders import settings as reminders
from app.core.scheduling.zone_search import zone_label
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.draft import has_title
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_CONTENT, MAX_FIELD_VALUE
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened, tamed
from app.ui.reminders.ids import (
    DeleteId,
    EditId,
    Extra,
    InDirect,
    MoreOfId,
    PauseId,
    Place,
    ResumeId,
    RetryId,
    SkipHereId,
    UnskipId,
)
from app.ui.reminders.lines import (
    MARKS,
    STATES,
    can_be_skipped,
    coming,
    firing,
    insisting_of,
    lateness_of,
    needless_exceptions,
    place_of,
    problem_of,
    rhythm_of,
    schedule_or_none,
    shown_day,
    stamp,
    unreadable_of,
)
from app.ui.reminders.list_filter import ListFilter
from app.ui.reminders.lists import back_to, switched_off
from app.ui.reminders.message import said

MAX_DAYS = 12


def details(
    reminder: Reminder,
    snapshot: SettingsSnapshot,
    *,
    place: Place = None,
    note: str | None = None,
    undo: datetime | None = None,
) -> Reply:
    """Show everything about a reminder; `place` is where they are shown, `note` what was just done with it.

    `undo` is the moment that was just skipped, to take that back.
    """
    title = f"**{plain(reminder.name)}**" if has_title(reminder) else ""
    words = said(reminder)
    quote = f">>> {tamed(words, MAX_CONTENT)}" if words else ""
    embed = discord.Embed(
        title=f"{MARKS[reminder.state]} {t('Reminder #{number}', number=reminder.id)}",
        description="\n".join(part for part in (title, quote) if part) or None,
        colour=colour_of(snapshot),
    )
    for fact in _facts(reminder, snapshot):
        embed.add_field(name=fact.name, value=shortened(fact.value, MAX_FIELD_VALUE), inline=fact.inline)
    if reminder.state is ReminderState.DONE and reminder.next_at is None:
        embed.set_footer(text=t("This reminder is over. To use it again, give it a new time."))
    return Reply(note, embed=embed, items=_buttons(reminder, place, undo))


class Fact(NamedTuple):
    """A field of the details."""

    name: str
    value: str
    inline: bool = False


def _facts(reminder: Reminder, snapshot: SettingsSnapshot) -> list[Fact]:
    facts = [Fact(t("When"), _when(reminder))]
    schedule = schedule_or_none(reminder)
    if schedule is not None and schedule.except_dates:
        days = formats.listed(shown_day(day) for day in schedule.except_dates[:MAX_DAYS])
        if (more := len(schedule.except_dates) - MAX_DAYS) > 0:
            days = tn("{days} and one more", "{days} and {count} more", more, days=days)
        needless = needless_exceptions(reminder)
        facts.append(Fact(t("Except on"), f"{days}\n-# {needless}" if needless else days))
    facts.append(Fact(t("Where"), place_of(reminder), inline=True))
    facts.append(Fact(t("State"), _state(reminder, snapshot), inline=True))
    if reminder.warning is not None:
        early = t("{length} before", length=durations.spoken(reminder.warning))
        facts.append(Fact(t("Early warning"), early, inline=True))
    if insisting := insisting_of(reminder):
        facts.append(Fact(t("Repetition"), insisting))
    default = timedelta(seconds=snapshot[reminders.CATCH_UP])
    facts.append(Fact(t("If late"), lateness_of(reminder, default)))
    if count := len(reminder.subscribers):
        joined = tn("One member joined with **Me too**.", "{count} members joined with **Me too**.", count)
        facts.append(Fact(t("Joined by"), joined))
    if reminder.origin_message_id is not None and reminder.origin_channel_id is not None:
        link = link_to(reminder.guild_id, reminder.origin_channel_id, reminder.origin_message_id)
        facts.append(Fact(t("About"), link))
    if reminder.location:
        facts.append(Fact(t("Place"), plain(reminder.location)))
    owner = f"<@{reminder.created_by}>" if reminder.created_by is not None else t("nobody")
    # Not "by" the owner, who may have got it from somebody else.
    made = t("created {time}", time=stamp(reminder.created_at))
    facts.append(Fact(t("Owner"), f"{owner}\n{made}"))
    return facts


def _when(reminder: Reminder) -> str:
    lines = [rhythm_of(reminder)]
    if reminder.snooze_of is not None:
        lines.append(t("snoozed, from #{number}", number=reminder.snooze_of))
    is_certain = reminder.state is ReminderState.WAITING or reminder.resume_at is not None
    times = [firing(one, is_certain=is_certain) for one in coming(reminder)]
    if times and reminder.state is ReminderState.PAUSED and not is_certain:
        lines.append(t("Paused: nothing is sent until you resume it. These would be its next times:"))
    if reminder.again_at is not None:
        again = t("Sent again {time}, unless someone presses **Done**.", time=stamp(reminder.again_at))
        times.insert(0, f"• {again}")
    lines += times or [unreadable_of(reminder) or t("no time")]
    lines.append(f"-# {t('Time zone: `{zone}`', zone=zone_label(reminder.timezone))}")
    return "\n".join(line for line in lines if line)


def _state(reminder: Reminder, snapshot: SettingsSnapshot) -> str:
    lines = [str(STATES[reminder.state])]
    if reminder.resume_at is not None:
        lines = [t("paused until {time}", time=stamp(reminder.resume_at))]
    if reminder.is_unfinished:
        lines.append(switched_off(snapshot))
    if reminder.problem and reminder.problem_at is not None:
        lines.append(t("{problem} (since {time})", problem=problem_of(reminder), time=stamp(reminder.problem_at)))
    elif reminder.problem:
        lines.append(problem_of(reminder))
    if reminder.last_sent_at is not None:
        lines.append(t("last sent {time}", time=stamp(reminder.last_sent_at)))
    return "\n".join(line for line in lines if line)


def _buttons(reminder: Reminder, place: Place, undo: datetime | None) -> list[Item]:
    about: Any = {"reminder_id": reminder.id, "place": place, "is_details": True}
    items: list[Item] = [button(t("Edit"), EditId(**about))]
    if reminder.state is ReminderState.WAITING:
        items.append(button(t("Pause"), PauseId(**about)))
    elif reminder.state is ReminderState.PAUSED:
        items.append(button(t("Resume"), ResumeId(**about)))
    elif reminder.state is ReminderState.ATTENTION:
        items.append(button(t("Try again"), RetryId(**about)))
    if undo is not None:
        items.append(button(t("Undo"), UnskipId(at=undo, **about)))
    elif can_be_skipped(reminder) and reminder.next_at is not None:
        items.append(button(t("Skip next"), SkipHereId(at=reminder.next_at, **about)))
    items.append(button(t("Delete"), DeleteId(**about), style=discord.ButtonStyle.danger))
    if isinstance(place, ListFilter):
        items.append(back_to(place))
    rest = {Extra.EXTRAS: t("Edit its warning, end and repetitions")}
    if undo is not None and can_be_skipped(reminder):
        rest[Extra.SKIP] = t("Skip the next time as well")
    if reminder.state is ReminderState.ATTENTION and not isinstance(place, InDirect):
        rest[Extra.HERE] = t("Send it to this channel instead")
    options = [discord.SelectOption(label=label, value=MoreOfId.pack_value(extra)) for extra, label in rest.items()]
    # Of a row that cannot be read, it may be no moment that fits into an id.
    next_at = reminder.next_at if schedule_or_none(reminder) is not None else None
    return [*items, select(t("More …"), MoreOfId(next_at=next_at, **about), options, row=1)]
