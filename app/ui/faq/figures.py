"""How figures about the FAQ look: in words, as a chart, and as a table for a spreadsheet. All pure."""

from collections.abc import Sequence
from datetime import timedelta

import discord

from app.core import formats
from app.core.csv_export import Cell, to_csv
from app.core.faq.figures import Asked, FaqFigures, Opened, Week
from app.core.messages import t, tn
from app.core.scheduling.calendar_words import day
from app.core.scheduling.zone_search import zone_label
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.charts import Chart, Series, line_chart
from app.ui.kit.colours import colour_of
from app.ui.kit.figures import add_lines, share
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import in_code, plain

MAX_TEXT = 80
"""Of a search or a title in a list."""
WEEK = timedelta(days=7)
SLACK = timedelta(hours=2)
"""By which a week may be shorter: clocks change."""


def report(
    figures: FaqFigures, snapshot: SettingsSnapshot, *, pictures: Sequence[bytes] = (), csv: bytes | None = None
) -> Reply:
    """Say the figures in words, with the chart and a table if there are any."""
    title = tn("The FAQ today", "The FAQ in the last {count} days", figures.period.days)
    embed = discord.Embed(title=title, colour=colour_of(snapshot))
    total = figures.total
    files = [Attachment("faq.csv", csv)] if csv is not None else []
    if not total.searches and not total.suggested:
        embed.description = t("Nothing was searched for.")
        return Reply(embed=embed, attachments=files)
    embed.add_field(name=t("Searches"), value=formats.number(total.searches))
    if figures.people:
        embed.add_field(name=t("People"), value=formats.number(figures.people))
    embed.add_field(name=t("Found an answer"), value=share(total.succeeded, total.searches))
    embed.add_field(name=t("Without a result"), value=share(total.without_result, total.searches))
    if total.rated:
        embed.add_field(name=t("Called helpful"), value=share(total.helpful, total.rated))
    if total.before_ticket:
        embed.add_field(name=t("Tickets spared"), value=share(total.deflected, total.before_ticket))
    if total.asked:
        embed.add_field(name=t("No ticket followed"), value=share(total.no_ticket, total.asked))
    if total.suggested:
        embed.add_field(name=t("Suggested by itself"), value=_suggested(figures))
    add_lines(embed, t("Searched for most"), (_asked(one) for one in figures.searched))
    add_lines(embed, t("Opened most"), (_opened(one) for one in figures.opened))
    add_lines(embed, t("Searched for without a result"), (_missing(one) for one in figures.missing))
    embed.set_footer(text="\n".join(_notes(figures)))
    return Reply(
        embed=embed,
        attachments=[*(Attachment("faq.png", picture) for picture in pictures), *files],
    )


def charts(figures: FaqFigures) -> list[Chart]:
    """Return the trend by week, if there is enough to see."""
    weeks = [week for week in figures.weeks if _is_whole(week, figures)]
    if not figures.total.searches:
        return []
    zone = figures.period.zone
    drawn = line_chart(
        t("Searches in the FAQ per week"),
        [day(week.start.astimezone(zone)) for week in weeks],
        [
            Series(t("Searches"), [week.counts.searches for week in weeks]),
            Series(t("Found an answer"), [week.counts.succeeded for week in weeks]),
            Series(t("Without a result"), [week.counts.without_result for week in weeks]),
        ],
        x_axis=t("Week from, {zone}", zone=zone_label(zone.key)),
        y_axis=t("Searches"),
    )
    return [drawn] if drawn is not None else []


def table(figures: FaqFigures) -> bytes:
    """Return all figures as a table: a line for all, for each week, and for what is most frequent."""
    rows: list[list[Cell]] = [_row(t("All"), "", figures.total)]
    zone = figures.period.zone
    rows += [_row(t("Week"), f"{week.start.astimezone(zone).date()}", week.counts) for week in figures.weeks]
    rows += [[t("Search"), one.wording, one.count, one.without_result] for one in figures.searched]
    rows += [[t("Search without a result"), one.wording, one.count, one.without_result] for one in figures.missing]
    for one in figures.opened:
        cells: list[Cell] = [t("Answer"), _title(one), one.count, None, None, one.helpful, one.unhelpful]
        rows.append(cells)
    header = [
        t("Group"),
        t("Name"),
        t("Count"),
        t("Without a result"),
        t("Found an answer"),
        t("Called helpful"),
        t("Called not helpful"),
        t("No ticket followed"),
        t("Before a ticket"),
        t("Tickets spared"),
        t("Suggested by itself"),
    ]
    return to_csv(header, [[*row, *[None] * (len(header) - len(row))] for row in rows])


def _row(group: str, name: str, counts: object) -> list[Cell]:
    names = (
        "searches", "without_result", "succeeded", "helpful", "unhelpful", "no_ticket", "before_ticket", "deflected",
        "suggested",
    )  # fmt: skip
    return [group, name, *(getattr(counts, one) for one in names)]


def _is_whole(week: Week, figures: FaqFigures) -> bool:
    """Tell whether a week is one: the first may be some days only. The last goes on until now."""
    following = [one.start for one in figures.weeks if one.start > week.start]
    return not following or min(following) - week.start >= WEEK - SLACK


def _suggested(figures: FaqFigures) -> str:
    total, rated = figures.total, figures.total.suggested_helpful + figures.total.suggested_unhelpful
    said = formats.number(total.suggested)
    return f"{said}\n{t('helpful: {share}', share=share(total.suggested_helpful, rated))}" if rated else said


def _asked(one: Asked) -> str:
    return f"{in_code(one.wording, MAX_TEXT)} · {formats.number(one.count)}"


def _missing(one: Asked) -> str:
    return f"{in_code(one.wording, MAX_TEXT)} · {formats.number(one.without_result)}"


def _opened(one: Opened) -> str:
    said = f"**{plain(_title(one), MAX_TEXT)}** · {formats.number(one.count)}"
    votes = (
        f" · 👍 {formats.number(one.helpful)} 👎 {formats.number(one.unhelpful)}"
        if one.helpful or one.unhelpful
        else ""
    )
    return said + votes


def _title(one: Opened) -> str:
    if one.title is None:
        return t("#{id}, which was removed", id=one.entry_id)
    return one.title.strip() or t("(without a title)")


def _notes(figures: FaqFigures) -> list[str]:
    notes = [t("Days are those of {zone}.", zone=zone_label(figures.period.zone.key))]
    if figures.words_since is not None:
        since = day(figures.words_since.astimezone(figures.period.zone))
        notes.append(
            t("Words and people are kept since {day} only; what they searched for before is counted.", day=since)
        )
    return notes
