"""How many people use the bot. Never who: nobody is ranked."""

import discord

from app.core import formats
from app.core.messages import t
from app.ui.analytics import charts
from app.ui.analytics.frame import StatsPage, finished, no_chart, title_of
from app.ui.analytics.words import counted, percent
from app.ui.kit.charts import Chart
from app.ui.kit.colours import colour_of
from app.ui.kit.reply import Reply


def view(page: StatsPage, picture: bytes | None = None) -> Reply:
    """Show how many people there were, and how many of them are new."""
    embed = discord.Embed(title=title_of(page, t("People who use the bot")), colour=colour_of(page.snapshot))
    figures, found = page.figures, page.figures.people
    if not found.active:
        embed.description = t("Nobody used the bot in this time.")
        return finished(embed, page)
    embed.add_field(name=t("Active"), value=counted(found.active, page.before(found.before)))
    if figures.is_comparable:
        embed.add_field(name=t("New"), value=f"{formats.number(found.new)} ({percent(found.new, found.active)})")
        embed.add_field(
            name=t("Returning"), value=f"{formats.number(found.returning)} ({percent(found.returning, found.active)})"
        )
        if found.before:
            gone = max(found.before - found.returning, 0)
            embed.add_field(name=t("Did not return"), value=f"{formats.number(gone)} ({percent(gone, found.before)})")
    embed.add_field(name=t("Uses for each"), value=formats.fixed(figures.total.count / found.active))
    # What was not counted is no day without people.
    days = [one.people for one in figures.days if figures.since is None or one.start >= figures.since]
    if any(days):
        mean = sum(days) / len(days)
        embed.add_field(
            name=t("A day"),
            value=t("{mean} on average, {most} at most", mean=formats.fixed(mean), most=formats.number(max(days))),
        )
    note = t("New is who used nothing in the time before, which is as long; returning is who did.")
    return finished(
        embed, page, (), picture, note if figures.is_comparable else "", "" if picture is not None else no_chart()
    )


def chart(page: StatsPage) -> Chart | None:
    """Return the chart, if there is enough to see."""
    figures = page.figures
    return charts.people(charts.steps_of(figures.days, figures.period, figures.since), figures.period)
