"""The overview: how much the bot is used, by how many, how fast it is, and what fails."""

import discord

from app.core import formats
from app.core.analytics.figures import CommandUse, People
from app.core.messages import t
from app.ui.analytics import charts
from app.ui.analytics.commands import ordered
from app.ui.analytics.errors import line_of as error_line
from app.ui.analytics.frame import StatsPage, finished, no_chart, title_of
from app.ui.analytics.ids import Sort
from app.ui.analytics.speed import answers
from app.ui.analytics.words import counted, outcomes, percent, speed
from app.ui.kit.charts import Chart
from app.ui.kit.colours import colour_of
from app.ui.kit.figures import add_lines
from app.ui.kit.reply import Reply

MOST_USED, OTHERS = 5, 3
"""How many are named."""


def view(page: StatsPage, picture: bytes | None = None) -> Reply:
    """Show the overview, with its chart if there is one."""
    embed = discord.Embed(title=title_of(page, t("Use of the bot")), colour=colour_of(page.snapshot))
    if not add_figures(embed, page):
        return finished(embed, page)
    add_errors(embed, page)
    return finished(embed, page, (), picture, "" if picture is not None else no_chart())


def add_figures(embed: discord.Embed, page: StatsPage) -> bool:
    """Add the figures of all commands together, and which stand out; tell whether there are any."""
    figures, total = page.figures, page.figures.total
    if not total.count:
        embed.description = t("Nothing was used in this time.")
        return False
    embed.add_field(name=t("Uses"), value=uses(page))
    embed.add_field(name=t("People"), value=people(figures.people, page))
    embed.add_field(name=t("How they ended"), value=outcomes(total))
    if said := answers(total):
        embed.add_field(name=t("How fast"), value=said)
    commands = [one for one in figures.commands if one.is_command and one.use.count]
    add_lines(embed, t("Used most"), (_used(one, page) for one in ordered(commands, Sort.USED)[:MOST_USED]))
    slowest = ordered(commands, Sort.SLOWEST)
    if len(slowest) > 1:
        add_lines(embed, t("Slowest"), (_slow(one, page) for one in slowest[:OTHERS]))
    failing = ordered([one for one in figures.commands if one.use.count], Sort.FAILURES)
    add_lines(embed, t("Failed most often"), (_failing(one, page) for one in failing[:OTHERS]))
    return True


def add_errors(embed: discord.Embed, page: StatsPage) -> None:
    """Add the newest errors."""
    lines = [error_line(one, page.names) for one in page.figures.errors[:OTHERS]]
    add_lines(embed, t("Newest errors"), lines)


def chart(page: StatsPage) -> Chart | None:
    """Return the chart, if there is enough to see."""
    figures = page.figures
    steps = charts.steps_of(figures.days, figures.period, figures.since)
    is_daily = figures.period.days <= charts.MAX_DAILY
    return charts.uses(t("Uses per day") if is_daily else t("Uses per week"), steps, figures.period)


def uses(page: StatsPage) -> str:
    """Say how often something was used, how much more than before, and how much of it were commands."""
    figures = page.figures
    before = page.before(sum(one.before for one in figures.commands))
    commands = sum(one.use.count for one in figures.commands if one.is_command)
    said = counted(figures.total.count, before)
    if parts := figures.total.count - commands:
        said += "\n" + t("commands: {count}", count=formats.number(commands))
        said += "\n" + t("buttons, choices, forms: {count}", count=formats.number(parts))
    return said


def people(found: People, page: StatsPage) -> str:
    """Say how many people there were."""
    said = counted(found.active, page.before(found.before))
    if page.figures.is_comparable:
        said += "\n" + t("new: {count}", count=formats.number(found.new))
        said += "\n" + t("returning: {count}", count=formats.number(found.returning))
    return said


def _used(one: CommandUse, page: StatsPage) -> str:
    return f"{page.names.marked(one.name, one.kind)} · {counted(one.use.count, page.before(one.before))}"


def _slow(one: CommandUse, page: StatsPage) -> str:
    return f"{page.names.marked(one.name, one.kind)} · {speed(one.use.durations)}"


def _failing(one: CommandUse, page: StatsPage) -> str:
    failed = t("{count} failed", count=formats.number(one.use.failed))
    return f"{page.names.marked(one.name, one.kind)} · {failed} ({percent(one.use.failed, one.use.count)})"
