"""Lists of reminders: one's own, everybody's, and those that need attention. All of it pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.reminders import settings as reminders
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.making import ReminderPage
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.reminders.ids import DeleteId, OpenId, PageId, ProblemsId, RetryId, SendHereId
from app.ui.reminders.lines import STATES, line_of, place_of, problem_of, select_option, stamp, title_of
from app.ui.reminders.list_filter import ListFilter


def overview(
    found: ReminderPage, snapshot: SettingsSnapshot, shown: ListFilter, now: datetime, *, author_id: int
) -> Reply:
    """Show one page of reminders, with buttons to turn it and a select that opens one."""
    whose = t("Everyone's reminders") if shown.everybody else t("Your reminders")
    with_author = shown.everybody or shown.member_id not in {None, author_id}
    if with_author and shown.member_id is not None:
        whose = t("A member's reminders")
    embed = discord.Embed(title=whose, colour=colour_of(snapshot))
    only = f"-# {t('Only: {filters}', filters=formats.listed(_narrowed(shown)))}\n" if shown.is_narrow else ""
    if not found.entries:
        none = t("No reminders like that.") if only else t("No reminders. Create one with `/reminder create`.")
        embed.description = only + none
        return Reply(embed=embed)
    only += f"-# {off}\n" if (off := switched_off(snapshot)) else ""
    lines = [line_of(reminder, with_author=with_author) for reminder in found.entries]
    while len(only + "\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = only + "\n".join(lines)
    page = t("Page {page} of {pages}", page=found.page + 1, pages=found.pages)
    embed.set_footer(text=f"{page} · {tn('one reminder', '{count} reminders', found.total)}")
    here = shown.at(found.page)
    options = [select_option(reminder, now) for reminder in found.entries[:MAX_OPTIONS]]
    items: list[Item] = [select(t("Choose a reminder …"), OpenId(shown=here), options, row=0)]
    if found.pages > 1:
        before, after = PageId(shown=here.at(found.page - 1)), PageId(shown=here.at(found.page + 1))
        items += [
            button(t("Sooner"), before, disabled=found.page == 0, row=1),
            button(t("Later"), after, disabled=found.page + 1 >= found.pages, row=1),
        ]
    return Reply(embed=embed, items=items)


def switched_off(snapshot: SettingsSnapshot) -> str:
    """Say that nothing is sent in a server that has switched reminders off; nothing otherwise."""
    return "" if snapshot[reminders.ENABLED] else t("Reminders are switched off in this server, so nothing is sent.")


def _narrowed(shown: ListFilter) -> list[str]:
    said: list[str] = []
    if shown.member_id is not None:
        said.append(t("by {member}", member=f"<@{shown.member_id}>"))
    if shown.channel_id is not None:
        said.append(f"<#{shown.channel_id}>")
    if shown.state is not None:
        said.append(str(STATES[shown.state]))
    if shown.words:
        said.append(f"“{plain(shown.words)}”")
    return said


def problems(
    found: Sequence[Reminder], snapshot: SettingsSnapshot, now: datetime, *, is_staff: bool, note: str | None = None
) -> Reply:
    """Show what could not be delivered and why, with what can be done; of several, one is chosen first.

    `note` is what was just done.
    """
    embed = discord.Embed(title=t("Reminders that need attention"), colour=colour_of(snapshot))
    if not found:
        embed.description = t("There are none.") if note else t("There are none: all reminders were delivered.")
        return Reply(note, embed=embed)
    lines = [f"{line_of(reminder, with_author=True)}\n{problem_of(reminder)}" for reminder in found]
    while len("\n\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = "\n\n".join(lines)
    if len(found) > 1:
        shown = ListFilter(everybody=is_staff, state=ReminderState.ATTENTION)
        options = [select_option(reminder, now) for reminder in found[:MAX_OPTIONS]]
        return Reply(note, embed=embed, items=[select(t("Choose one to fix it …"), OpenId(shown=shown), options)])
    (reminder,) = found
    items = [
        button(t("#{number}: try again", number=reminder.id), RetryId(reminder_id=reminder.id)),
        button(t("Send it here"), SendHereId(reminder_id=reminder.id)),
        button(t("Delete"), DeleteId(reminder_id=reminder.id), style=discord.ButtonStyle.danger),
    ]
    return Reply(note, embed=embed, items=items)


def repaired(reminder: Reminder) -> str:
    """Say that a reminder is active again, where, and when it is sent next."""
    title, place = title_of(reminder), place_of(reminder)
    if reminder.next_at is None:
        return t("{reminder} is active again: {place}.", reminder=title, place=place)
    time = stamp(reminder.next_at)
    return t("{reminder} is active again: {place}, next on {time}.", reminder=title, place=place, time=time)


def back_to(shown: ListFilter, *, row: int | None = None) -> Item:
    """Make the button that leads back to a list."""
    return button(t("Back to the list"), PageId(shown=shown), row=row)


def back_to_problems() -> Item:
    """Make the button that leads back to what needs attention."""
    return button(t("Back to the problems"), ProblemsId())
