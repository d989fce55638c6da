"""What people are told after they did something with a reminder, and how they take it back. All of it pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import discord

from app.core import durations
from app.core.errors import InvalidInput
from app.models import Reminder, ReminderState
from app.services.reminders.control import Deleted
from app.services.reminders.schedules import moved_by
from app.ui.kit.components import Item, button, select
from app.ui.kit.reply import Reply
from app.ui.kit.zones import zone_options
from app.ui.reminders.ids import (
    CancelId,
    ChangeId,
    InDirect,
    Place,
    PutBackId,
    RestoreId,
    ShiftBackId,
    ShiftId,
    UnskipId,
    ZoneId,
)
from app.ui.reminders.lines import coming, firing, insisting_of, line_of, place_of, rhythm_of, stamp, title_of

MAX_LINES = 10
"""How many of several reminders are named."""


@dataclass(frozen=True)
class Clock:
    """By which clock a time was read; `ask_at` is the moment at which to ask what theirs shows, if they shall be."""

    zone: str
    is_own: bool
    ask_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """Say it."""
        if self.ask_at is not None:
            return f"By the server's clock, `{self.zone}`. What does yours show right now?"
        if self.is_own:
            return f"By the clock of `{self.zone}`; `/timezone set` changes that."
        return f"By the server's clock, `{self.zone}`; `/timezone set` sets yours."


def created(reminder: Reminder, clock: Clock, *, refused: str | None = None, moved: bool = False) -> Reply:
    """Confirm a reminder with its next times, and say by which clock its time was read.

    `refused` is why the time could not be read by the clock that was chosen, and was left as it is. `moved` says that
    it comes as a direct message though nobody asked for that.
    """
    lines = [f"🔔 {title_of(reminder, 100)} · {place_of(reminder)}", rhythm_of(reminder)]
    lines += [firing(one) for one in coming(reminder)]
    lines += extras_of(reminder)
    if moved:
        lines.append(f"You cannot write in <#{reminder.channel_id}>, so I write to you.")
    items: list[Item] = [
        button("Change", ChangeId(reminder_id=reminder.id)),
        button("Cancel it", CancelId(reminder_id=reminder.id), style=discord.ButtonStyle.danger),
    ]
    if refused is not None:
        lines.append(f"-# Your clock is remembered, but this one stays at the time of `{clock.zone}`. {refused}")
    else:
        lines.append(f"-# {clock.sentence}")
    if clock.ask_at is not None:
        options = zone_options(clock.ask_at, first=clock.zone)
        items.append(select("My clock shows …", ZoneId(reminder_id=reminder.id), options, row=1))
    return Reply("\n".join(line for line in lines if line), items=items)


def extras_of(reminder: Reminder) -> list[str]:
    """Say what a reminder does beside coming: its early warning, its repetitions, and how late it may be."""
    lines: list[str] = []
    if reminder.warn_seconds is not None:
        lines.append(f"With a warning {durations.spoken(timedelta(seconds=reminder.warn_seconds))} before.")
    if insisting := insisting_of(reminder):
        lines.append(f"Repeated {insisting}.")
    if reminder.catch_up_seconds is not None:
        late = durations.spoken(timedelta(seconds=reminder.catch_up_seconds))
        lines.append(f"Sent up to {late} late, and after that not at all.")
    return lines


def changed(reminder: Reminder, what: str, *items: Item) -> Reply:
    """Confirm that something was done with a reminder."""
    return Reply(f"{what}\n{line_of(reminder)}", items=items)


def given(reminder: Reminder, giver_id: int) -> str:
    """Tell somebody that a reminder is theirs now."""
    return (
        f"<@{giver_id}> gave you a reminder.\n{line_of(reminder)}\n"
        f"-# It is yours now: `/reminder show reminder:#{reminder.id}` in its server says what you can do with it."
    )


def paused(reminder: Reminder) -> Reply:
    """Confirm a pause, with when it ends."""
    if reminder.resume_at is None:
        return changed(reminder, "Paused. `/reminder resume` lets it go on.")
    return changed(reminder, f"Paused. It goes on by itself {stamp(reminder.resume_at)}.")


def paused_channel(count: int, channel_id: int, until: datetime | None) -> Reply:
    """Confirm that a channel's reminders were paused."""
    end = f"They go on by themselves {stamp(until)}" if until is not None else "`/reminder resume` lets them go on"
    return Reply(f"Paused for <#{channel_id}>: {count}. {end}.")


def skipped(reminder: Reminder, at: datetime, *, in_direct: bool = False) -> Reply:
    """Confirm that one time was skipped, with a button to take that back."""
    undo = UnskipId(reminder_id=reminder.id, at=at, place=InDirect(reminder.guild_id) if in_direct else None)
    return changed(reminder, f"Skipped once: it does not come {stamp(at)}.", button("Undo", undo))


def left_out(reminder: Reminder, day: date) -> Reply:
    """Confirm that a day is left out, with a button to take that back."""
    undo = button("Undo", PutBackId(reminder_id=reminder.id, day=day))
    return changed(reminder, f"It does not come on {shown_day(day)}.", undo)


def deleted(gone: Deleted, *, place: Place = None, is_details: bool = False, back: Item | None = None) -> Reply:
    """Confirm that reminders are gone, with a button that brings them back.

    `place` and `is_details` are those of the button that did it; `back` leads to where it was.
    """
    first, *others = gone.reminders
    if others:
        lines = [f"Deleted: {len(gone.reminders)} reminders. Nothing of them will be sent.", *_listed(gone.reminders)]
    else:
        lines = [f"Deleted: {title_of(first, 100)}. Nothing will be sent."]
    lines.append("-# **Undo** works for a day.")
    undo = button("Undo", RestoreId(at=gone.at, place=place, is_details=is_details))
    return Reply("\n".join(lines), items=[undo] if back is None else [undo, back])


def restored(found: Sequence[Reminder], *, back: Item) -> Reply:
    """Confirm that reminders are back; where one of them needs attention, with `back`, which leads to those."""
    items = [back] if any(one.state is ReminderState.ATTENTION for one in found) else []
    if len(found) == 1:
        return changed(found[0], "It is back.", *items)
    return Reply("\n".join([f"{len(found)} reminders are back.", *_listed(found)]), items=items)


def _listed(found: Sequence[Reminder]) -> list[str]:
    lines = [f"• {title_of(one)}" for one in found[:MAX_LINES]]
    return [*lines, f"• and {len(found) - MAX_LINES} more"] if len(found) > MAX_LINES else lines


def snoozed(snooze: Reminder) -> Reply:
    """Confirm a snooze."""
    assert snooze.next_at is not None
    return Reply(f"Snoozed until {stamp(snooze.next_at)}.")


def joined(reminder: Reminder, *, joins: bool) -> Reply:
    """Confirm that somebody joined, or left."""
    if not joins:
        return Reply("You are out: you will not be pinged any more.")
    when = discord.utils.format_dt(reminder.next_at, "f") if reminder.next_at is not None else "next time"
    return Reply(f"You are in: you will be pinged as well, {when}. Press it again to get out.")


def ask_to_shift(
    found: Sequence[Reminder], total: int, by: timedelta, now: datetime, *, channel_id: int | None
) -> Reply:
    """Ask before many reminders are moved: how many, and the first of them before and after."""
    lines = [f"This moves {total} reminders{_where(channel_id)} {_far(by)}. The first of them:"]
    for reminder in found:
        after = _after_shift(reminder, by, now)
        before = discord.utils.format_dt(reminder.next_at, "f") if reminder.next_at is not None else "no time yet"
        moved = discord.utils.format_dt(after, "f") if after is not None else "stays, it cannot be moved as far"
        lines.append(f"• {title_of(reminder, 60)}: {before} → {moved}")
    move = button("Move them", ShiftId.of(by, channel_id=channel_id), style=discord.ButtonStyle.danger)
    return Reply("\n".join(lines), items=[move])


def _after_shift(reminder: Reminder, by: timedelta, now: datetime) -> datetime | None:
    try:
        moved = moved_by(reminder, by, now)
    except InvalidInput:
        return None
    return moved[1] if moved is not None else None


def moved_all(moved: int, left: int, by: timedelta, at: datetime, *, channel_id: int | None) -> Reply:
    """Confirm that reminders were moved at a moment, with a button that moves them back."""
    rest = f" {left} could not be moved as far and stay as they were." if left else ""
    items = [button("Undo", ShiftBackId.of(by, channel_id=channel_id, at=at))] if moved else []
    return Reply(f"Moved{_where(channel_id)} {_far(by)}: {moved}.{rest}", items=items)


def _where(channel_id: int | None) -> str:
    return f" for <#{channel_id}>" if channel_id is not None else ""


def _far(by: timedelta) -> str:
    return f"{durations.spoken(abs(by))} {'later' if by > timedelta() else 'earlier'}"


def shown_day(day: date) -> str:
    """Write a day: `Thursday 24 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"
