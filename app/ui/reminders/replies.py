"""What people are told after they did something with a reminder, and how they take it back. All of it pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import discord

from app.core import durations, formats
from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.messages import t, tn
from app.core.records import record
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.zone_search import zone_label
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.answers import Snoozed
from app.services.reminders.control import Deleted
from app.services.reminders.schedules import moved_by
from app.services.reminders.staff import Shiftable, Shifted
from app.ui.kit.components import Item, button, select
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened
from app.ui.kit.zones import zone_options
from app.ui.reminders.ids import (
    AskSnoozeId,
    CancelId,
    ChangeId,
    InDirect,
    Place,
    PutBackId,
    RestoreId,
    ShiftBackId,
    ShiftId,
    UnskipId,
    UnsnoozeId,
    ZoneId,
)
from app.ui.reminders.lines import (
    MARKS,
    coming,
    firing,
    insisting_of,
    lateness_of,
    line_of,
    needless_exceptions,
    place_of,
    rhythm_of,
    shown_day,
    stamp,
    title_of,
)

MAX_LINES = 10
"""How many of several reminders are named."""


@record
class UsedZone:
    """The time zone in which a time was read; with `ask_at`, the person is asked what time it is for them then.

    `named` is the offset that the phrase itself named, `about` tells that its time was only about right.
    """

    name: str
    is_own: bool
    ask_at: datetime | None = None
    named: str | None = None
    about: bool = False

    @property
    def sentence(self) -> str:
        """Say which one it is, and how to change that."""
        if self.named is not None:
            return t("In the time zone that you named, `{zone}`.", zone=self.named)
        if self.ask_at is not None:
            return t("In the server's time zone, `{zone}`. What time is it for you now?", zone=zone_label(self.name))
        if self.is_own:
            return t("In your time zone, `{zone}`. Change it with `/timezone set`.", zone=zone_label(self.name))
        return t("In the server's time zone, `{zone}`. Set yours with `/timezone set`.", zone=zone_label(self.name))


def offer(snapshot: SettingsSnapshot, actor: Actor) -> str | None:
    """Say in `/help` in which way this person may make reminders here; None if they may not."""
    policy = ReminderPolicy.of(snapshot)
    if not policy.enabled:
        return t("switched off in this server")
    if not policy.lets_create(actor):
        return None
    return "" if policy.lets_post(actor) else t("here only as a direct message")


def offer_transfer(snapshot: SettingsSnapshot, actor: Actor) -> str | None:
    """Say in `/help` nothing about giving a reminder away to those who may; None to others."""
    return "" if ReminderPolicy.of(snapshot).lets_ping_others(actor) else None


def created(reminder: Reminder, zone: UsedZone, *, refused: str | None = None, moved: bool = False) -> Reply:
    """Confirm a reminder with its next times, and say in which time zone its time was read.

    `refused` is why the time could not be read in the zone that was chosen, and was kept. `moved` says that it comes as
    a direct message although nobody asked for one.
    """
    lines = [f"{MARKS[reminder.state]} {title_of(reminder, 100)} · {place_of(reminder)}", rhythm_of(reminder)]
    lines += [firing(one) for one in coming(reminder)]
    if not reminder.is_unfinished and reminder.last_sent_at is not None:
        lines.append(t("It was sent on {time}.", time=stamp(reminder.last_sent_at)))
    lines += extras_of(reminder)
    lines.append(shortened(needless_exceptions(reminder), 500))
    if moved:
        channel = f"<#{reminder.channel_id}>"
        lines.append(t("You cannot write in {channel}, so I will send you a direct message.", channel=channel))
    if zone.named is None and reminder.timezone != zone.name:
        zone = replace(zone, named=reminder.timezone)
    if zone.about:
        lines.append(t("It is sent at exactly that time."))
    items: list[Item] = [
        button(t("Change"), ChangeId(reminder_id=reminder.id)),
        button(t("Cancel it"), CancelId(reminder_id=reminder.id), style=discord.ButtonStyle.danger),
    ]
    if refused is not None:
        saved = t("Your time zone is saved, but this reminder keeps its time in `{zone}`.", zone=zone.name)
        lines.append(f"-# {saved} {refused}")
    else:
        lines.append(f"-# {zone.sentence}")
    if zone.ask_at is not None:
        options = zone_options(zone.ask_at, first=zone.name)
        items.append(select(t("My time is …"), ZoneId(reminder_id=reminder.id), options, row=1))
    return Reply("\n".join(line for line in lines if line), items=items)


def extras_of(reminder: Reminder) -> list[str]:
    """Say what else a reminder does: its early warning, its repetitions, and how late it may be sent."""
    lines = [insisting_of(reminder), lateness_of(reminder)]
    if reminder.warning is not None:
        lines.insert(0, t("With a warning {length} before.", length=durations.spoken(reminder.warning)))
    return lines


def changed(reminder: Reminder, what: str, *items: Item) -> Reply:
    """Confirm that something was done with a reminder."""
    return Reply(f"{what}\n{line_of(reminder)}", items=items)


def given(reminder: Reminder, giver_id: int) -> str:
    """Tell somebody that a reminder is theirs now."""
    told = t("{member} gave you a reminder.", member=f"<@{giver_id}>")
    hint = t("It is yours now. Use `/reminder show reminder:#{number}` in its server to manage it.", number=reminder.id)
    return f"{told}\n{line_of(reminder)}\n-# {hint}"


def paused(reminder: Reminder) -> Reply:
    """Confirm a pause, with when it ends."""
    if reminder.resume_at is None:
        return changed(reminder, t("Paused. Use `/reminder resume` to resume it."))
    return changed(reminder, t("Paused. It resumes automatically on {time}.", time=stamp(reminder.resume_at)))


def paused_channel(count: int, channel_id: int, until: datetime | None) -> Reply:
    """Confirm that a channel's reminders were paused."""
    channel = f"<#{channel_id}>"
    if not count:
        return Reply(t("Nothing is waiting for {channel} that could be paused.", channel=channel))
    done = tn("Paused one reminder for {channel}.", "Paused {count} reminders for {channel}.", count, channel=channel)
    if until is None:
        return Reply(f"{done} {t('Use `/reminder resume` to resume them.')}")
    return Reply(f"{done} {t('They resume automatically on {time}.', time=stamp(until))}")


def resumed_channel(count: int, channel_id: int) -> Reply:
    """Confirm that a channel's reminders were resumed."""
    channel = f"<#{channel_id}>"
    if not count:
        hint = t("A reminder that was paused by itself is resumed by itself.")
        return Reply(f"{t('Nothing is paused together with {channel}.', channel=channel)} {hint}")
    return Reply(
        tn("Resumed one reminder for {channel}.", "Resumed {count} reminders for {channel}.", count, channel=channel)
    )


def skipped(reminder: Reminder, at: datetime, *, in_direct: bool = False) -> Reply:
    """Confirm that one time was skipped, with a button to take that back."""
    undo = UnskipId(reminder_id=reminder.id, at=at, place=InDirect(reminder.guild_id) if in_direct else None)
    return changed(reminder, skipped_once(at), button(t("Undo"), undo))


def skipped_once(at: datetime) -> str:
    """Say that one time was skipped."""
    return t("Skipped once. It will not be sent on {time}.", time=stamp(at))


def left_out(reminder: Reminder, day: date) -> Reply:
    """Confirm that a day is left out, with a button to take that back."""
    undo = button(t("Undo"), PutBackId(reminder_id=reminder.id, day=day))
    return changed(reminder, t("It will not be sent on {day}.", day=shown_day(day)), undo)


def deleted(gone: Deleted, *, place: Place = None, is_details: bool = False, back: Item | None = None) -> Reply:
    """Confirm that reminders are gone, with a button that brings them back.

    `place` and `is_details` are those of the button that did it; `back` leads to where it was.
    """
    first, *others = gone.reminders
    if others:
        count = len(gone.reminders)
        told = tn(
            "Deleted one reminder. Nothing more of it will be sent.",
            "Deleted {count} reminders. Nothing more of them will be sent.",
            count,
        )
        lines = [told, *_listed(gone.reminders)]
    else:
        lines = [_deleted_one(first, gone.at)]
    lines.append(f"-# {t('**Undo** works for one day.')}")
    undo = button(t("Undo"), RestoreId(at=gone.at, place=place, is_details=is_details))
    return Reply("\n".join(lines), items=[undo] if back is None else [undo, back])


def _deleted_one(reminder: Reminder, now: datetime) -> str:
    title = title_of(reminder, 100)
    if reminder.under_way(now) is not None:
        return t("Deleted: {reminder}. The message that is being sent now still arrives, and no other.", reminder=title)
    if reminder.last_sent_at is None:
        return t("Deleted: {reminder}. It will not be sent.", reminder=title)
    time = stamp(reminder.last_sent_at)
    if reminder.is_unfinished:
        return t("Deleted: {reminder}. It was sent on {time}, and will not be sent again.", reminder=title, time=time)
    return t("Deleted: {reminder}. It was sent already, on {time}.", reminder=title, time=time)


def cannot_cancel(reminder: Reminder) -> Reply:
    """Say that it was sent already, or is being sent, with what can still be done about it."""
    if reminder.is_unfinished or reminder.last_sent_at is None:
        told = t("It is too late to cancel that: it is being sent at this moment.")
    else:
        told = t("It is too late to cancel that: it was sent on {time}.", time=stamp(reminder.last_sent_at))
    items = [
        button(t("Snooze …"), AskSnoozeId(reminder_id=reminder.id)),
        button(t("Send it at another time …"), ChangeId(reminder_id=reminder.id)),
    ]
    return changed(reminder, told, *items)


def restored_once(reminder: Reminder, now: datetime) -> str:
    """Say what has become of a reminder that is back."""
    if reminder.state is ReminderState.DONE and reminder.last_sent_at is not None:
        return t("Restored. It was sent on {time}, and is over.", time=stamp(reminder.last_sent_at))
    if reminder.state is ReminderState.WAITING and reminder.next_at is not None and reminder.next_at <= now:
        return t("Restored. Its time has passed meanwhile, so it is sent now.")
    return t("Restored.")


def restored(found: Sequence[Reminder], now: datetime, *, back: Item) -> Reply:
    """Confirm that reminders are back; where one of them needs attention, with `back`, which leads to those."""
    items = [back] if any(one.state is ReminderState.ATTENTION for one in found) else []
    if len(found) == 1:
        return changed(found[0], restored_once(found[0], now), *items)
    told = tn("Restored one reminder.", "Restored {count} reminders.", len(found))
    return Reply("\n".join([told, *_listed(found)]), items=items)


def _listed(found: Sequence[Reminder]) -> list[str]:
    lines = [f"• {title_of(one)}" for one in found[:MAX_LINES]]
    if (more := len(found) - MAX_LINES) > 0:
        lines.append(f"• {tn('and one more', 'and {count} more', more)}")
    return lines


def snoozed(done: Snoozed, *, in_direct: bool) -> Reply:
    """Confirm a snooze, with what it replaces and a button to take it back."""
    until = done.reminder.next_at
    assert until is not None
    if done.is_repeated:
        return Reply(t("It is snoozed until {time} already.", time=stamp(until)))
    told = t("Snoozed until {time}.", time=stamp(until))
    if done.before is not None:
        told = t("Snoozed until {time}, instead of {before}.", time=stamp(until), before=stamp(done.before))
    undo = UnsnoozeId(
        reminder_id=done.reminder.id,
        guild_id=done.reminder.guild_id if in_direct else None,
        until=until,
        before=done.before,
        again_at=done.again_at,
    )
    return Reply(told, items=[button(t("Undo"), undo)])


def unsnoozed(now: Snoozed) -> Reply:
    """Confirm that a snooze was taken back, with what is so now."""
    if now.before is not None:
        return Reply(t("It is snoozed until {time} again.", time=stamp(now.before)))
    if now.again_at is not None:
        told = t(
            "The snooze is cancelled. Unless someone presses **Done**, it is sent again on {time}.",
            time=stamp(now.again_at),
        )
        return Reply(told)
    return Reply(t("The snooze is cancelled."))


def ask_to_shift(found: Shiftable, by: timedelta, now: datetime, *, channel_id: int | None) -> Reply:
    """Ask before many reminders are moved: how many, and the first of them before and after."""
    total = found.total
    if channel_id is None:
        told = tn("This moves one reminder {change}.", "This moves {count} reminders {change}.", total, change=_far(by))
    else:
        told = tn(
            "This moves one reminder for {channel} {change}.",
            "This moves {count} reminders for {channel} {change}.",
            total,
            channel=f"<#{channel_id}>",
            change=_far(by),
        )
    lines = [f"{told} {t('The first ones:')}"]
    for reminder in found.first:
        after = _after_shift(reminder, by, now)
        before = discord.utils.format_dt(reminder.next_at, "f") if reminder.next_at is not None else t("no time yet")
        moved = (
            discord.utils.format_dt(after, "f") if after is not None else t("stays, because it cannot move that far")
        )
        lines.append("• " + formats.labelled(title_of(reminder, 60), f"{before} → {moved}"))
    pressed = ShiftId.of(by, channel_id=channel_id, state=found.state)
    move = button(t("Move them"), pressed, style=discord.ButtonStyle.danger)
    return Reply("\n".join(lines), items=[move])


def _after_shift(reminder: Reminder, by: timedelta, now: datetime) -> datetime | None:
    try:
        moved = moved_by(reminder, by, now)
    except InvalidInput:
        return None
    return moved[1] if moved is not None else None


def moved_all(done: Shifted, by: timedelta, at: datetime, *, channel_id: int | None) -> Reply:
    """Confirm that reminders were moved at a moment, with a button that moves them back."""
    if channel_id is None:
        told = tn("Moved one reminder {change}.", "Moved {count} reminders {change}.", done.moved, change=_far(by))
    else:
        told = tn(
            "Moved one reminder for {channel} {change}.",
            "Moved {count} reminders for {channel} {change}.",
            done.moved,
            channel=f"<#{channel_id}>",
            change=_far(by),
        )
    if done.left:
        told += " " + tn(
            "One could not move that far and stays as it was.",
            "{count} could not move that far and stay as they were.",
            done.left,
        )
    if done.due:
        told += " " + tn(
            "One of them would have been due before now, and is sent now.",
            "{count} of them would have been due before now, and are sent now.",
            done.due,
        )
    if done.last is None:
        return Reply(told)
    number, next_at = done.last
    undo = ShiftBackId.of(by, channel_id=channel_id, at=at, reminder_id=number, next_at=next_at)
    return Reply(told, items=[button(t("Undo"), undo)])


def _far(by: timedelta) -> str:
    length = durations.spoken(abs(by))
    return t("{length} later", length=length) if by > timedelta() else t("{length} earlier", length=length)
