"""What somebody uses themselves, which nobody else is shown."""

from collections import Counter

import discord

from app.core import formats
from app.core.analytics.figures import OwnUse
from app.core.messages import t, tn
from app.core.scheduling.calendar_words import day
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics.frame import PERIOD, about, days_note, periods
from app.ui.analytics.ids import MinePeriodId
from app.ui.analytics.names import Names
from app.ui.kit.colours import colour_of
from app.ui.kit.components import select
from app.ui.kit.reply import Reply

MAX_LINES = 15


def view(own: OwnUse, snapshot: SettingsSnapshot, names: Names) -> Reply:
    """Show how often somebody used what."""
    title = about(t("What you use"), own.period.days, everywhere=False)
    embed = discord.Embed(title=title, colour=colour_of(snapshot))
    counted = Counter[str]()
    for one in own.commands:
        counted[names.own(one.name, one.kind)] += one.use.count
    used = [(name, count) for name, count in counted.most_common() if count]
    lines = [f"{name} · {formats.number(count)}" for name, count in used[:MAX_LINES]]
    if rest := len(used) - len(lines):
        lines.append(tn("… and {count} more", "… and {count} more", rest))
    embed.description = "\n".join(lines) or t("Nothing yet.")
    if used:
        embed.add_field(name=t("Uses"), value=formats.number(counted.total()))
    notes = [t("Only you see this. Staff see how often something is used, and not by whom."), days_note(own.period)]
    if own.since is not None:
        since = day(own.since.astimezone(own.period.zone))
        notes.append(t("It is known from {day} on: this server keeps no longer who used what.", day=since))
    embed.set_footer(text="\n".join(notes))
    choosing = select(t("Time …"), MinePeriodId(), periods(own.period.days, MinePeriodId), row=PERIOD)
    return Reply(embed=embed, items=[choosing], replaces_files=True)
