"""One command: how often, how fast, how it ended, and what broke in it."""

from collections.abc import Iterable

import discord

from app.core.analytics.figures import CommandFigures
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics import charts
from app.ui.analytics.errors import line_of
from app.ui.analytics.frame import BUTTONS, PERIOD, PICTURE, about, days_note, no_chart, periods, since_notes
from app.ui.analytics.ids import MAX_NAME, BackId, CommandPeriodId, Shown, View
from app.ui.analytics.names import Names
from app.ui.analytics.speed import answers
from app.ui.analytics.words import counted, outcomes
from app.ui.kit.charts import Chart
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.figures import add_lines
from app.ui.kit.reply import Attachment, Reply

MAX_ERRORS = 5


def view(figures: CommandFigures, snapshot: SettingsSnapshot, names: Names, *, picture: bytes | None = None) -> Reply:
    """Show what is known of one command."""
    one, use = figures.use, figures.use.use
    embed = discord.Embed(
        title=about(names.text(one.name, one.kind), figures.period.days, everywhere=figures.everywhere),
        colour=colour_of(snapshot),
    )
    embed.description = names.marked(one.name, one.kind)
    embed.add_field(name=t("Uses"), value=counted(use.count, one.before if figures.is_comparable else None))
    if use.count:
        embed.add_field(name=t("How they ended"), value=outcomes(use))
    if said := answers(use):
        embed.add_field(name=t("How fast"), value=said)
    add_lines(embed, t("Newest errors"), (line_of(error, names) for error in figures.errors[:MAX_ERRORS]))
    notes = [days_note(figures.period), *since_notes(figures.since, figures.period)]
    if picture is None and use.count:
        notes.insert(0, no_chart())
    embed.set_footer(text="\n".join(notes))
    files = [Attachment(PICTURE, picture)] if picture is not None else []
    if files:
        embed.set_image(url=f"attachment://{PICTURE}")
    items = _items(one.name, figures.period.days, everywhere=figures.everywhere)
    return Reply(embed=embed, items=list(items), attachments=files, replaces_files=True)


def chart(figures: CommandFigures, names: Names) -> Chart | None:
    """Return the chart of a command, if there is enough to see."""
    steps = charts.steps_of(figures.days, figures.period, figures.since)
    return charts.uses(names.text(figures.use.name, figures.use.kind), steps, figures.period)


def unused(name: str, snapshot: SettingsSnapshot, names: Names, *, days: int, everywhere: bool = False) -> Reply:
    """Say that nobody used a command that there is."""
    embed = discord.Embed(title=about(names.text(name), days, everywhere=everywhere), colour=colour_of(snapshot))
    embed.description = t(
        "{command} was not used in this time, nor in the time before.", command=names.marked(name, "")
    )
    return Reply(embed=embed, items=list(_items(name, days, everywhere=everywhere)), replaces_files=True)


def _items(name: str, days: int, *, everywhere: bool) -> Iterable[Item]:
    # The id has no room for the longest names that there could be.
    if len(name) <= MAX_NAME:
        to = CommandPeriodId(everywhere=everywhere, name=name)
        yield select(t("Time …"), to, periods(days, CommandPeriodId), row=PERIOD)
    yield button(t("All commands"), BackId(shown=Shown(View.COMMANDS, days, everywhere)), row=BUTTONS)
