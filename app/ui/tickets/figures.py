"""How figures about tickets look: in words, as charts, and as a table for a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import discord

from app.core import durations, formats
from app.core.csv_export import Cell, to_csv
from app.core.messages import t, tc, tn
from app.core.scheduling.calendar_words import DAY_NAMES, day
from app.core.scheduling.zone_search import zone_label
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.figures import AGES, TYPE_OF_OLD, Figures, Line, Step, Times
from app.ui.kit.charts import Chart, Series, bar_chart, heat_map, line_chart
from app.ui.kit.colours import colour_of
from app.ui.kit.figures import HOUR, MINUTE, length, share
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain

K = TypeVar("K")

MAX_LINES = 10
"""Types, teams or people that are named in the message; the table has all of them."""
MIN_OPENED = 10
"""Fewer tickets say nothing about busy hours."""
MIN_TIMES = 3
"""Fewer times of a type are not compared with those of others."""


def report(
    figures: Figures,
    snapshot: SettingsSnapshot,
    *,
    hours: str,
    only: str | None = None,
    pictures: Sequence[bytes] = (),
    csv: bytes | None = None,
) -> Reply:
    """Say the figures in words, with pictures and a table if there are any.

    `hours` are the business hours in which times are counted, `only` is the name of the only type that they are about.
    """
    title = tn("Tickets of today", "Tickets of the last {count} days", figures.period.days)
    embed = discord.Embed(title=title, colour=colour_of(snapshot))
    only_said = "" if only is None else t("Only: {filters}", filters=plain(only))
    total = figures.total
    if not (total.opened or total.closed or total.waiting):
        embed.description = f"{only_said}\n{t('There were no tickets, and none is open.')}".strip()
        return Reply(embed=embed)
    embed.description = only_said or None
    embed.add_field(name=tc("how many tickets", "Opened"), value=formats.number(total.opened))
    embed.add_field(name=tc("how many tickets", "Closed"), value=formats.number(total.closed))
    embed.add_field(name=t("Open now"), value=_backlog(figures))
    embed.add_field(name=t("First response"), value=_times(total.first))
    embed.add_field(name=t("Next response"), value=_times(total.next))
    embed.add_field(name=t("Resolution"), value=_times(total.resolution))
    if total.closed:
        embed.add_field(name=t("Opened again"), value=share(total.reopened, total.closed))
    if total.rated:
        embed.add_field(name=t("Satisfaction"), value=_ratings(total))
    # A single type or team says what the total does.
    if len(figures.by_type) > 1:
        _add_lines(embed, t("By type"), figures.by_type, lambda key: f"**{plain(_type_name(figures, key), 60)}**")
    if len(figures.by_team) > 1:
        _add_lines(embed, t("By team"), figures.by_team, _team)
    _add_lines(embed, t("By person"), figures.by_person, lambda key: f"<@{key}>")
    embed.set_footer(text="\n".join(_notes(figures, hours)))
    files = [Attachment(f"tickets-{number}.png", picture) for number, picture in enumerate(pictures, 1)]
    if csv is not None:
        files.append(Attachment("tickets.csv", csv))
    return Reply(embed=embed, attachments=files)


def charts(figures: Figures) -> list[Chart]:
    """Return the charts for which there is enough to see."""
    zone, steps = zone_label(figures.period.zone.key), figures.steps
    drawn: list[Chart | None] = []
    if figures.total.opened + figures.total.closed:
        daily = figures.period.step == 1
        opened = Series(tc("how many tickets", "Opened"), [step.opened for step in steps])
        closed = Series(tc("how many tickets", "Closed"), [step.closed for step in steps])
        drawn.append(
            line_chart(
                t("Tickets per day") if daily else t("Tickets per week"),
                [day(step.start.astimezone(figures.period.zone)) for step in steps],
                [opened, closed],
                x_axis=t("Day, {zone}", zone=zone) if daily else t("Week from, {zone}", zone=zone),
                y_axis=t("Tickets"),
            )
        )
    if figures.total.opened >= MIN_OPENED:
        days = [str(name) for name in DAY_NAMES]
        drawn.append(heat_map(t("When tickets are opened"), days, figures.hours, axis=t("Hour, {zone}", zone=zone)))
    compared = [(key, line) for key, line in _sorted(figures.by_type) if line.first.count >= MIN_TIMES]
    if len(compared) > 1:
        drawn.append(_compared([(_type_name(figures, key), line.first) for key, line in compared]))
    return [chart for chart in drawn if chart is not None]


def _compared(times: Sequence[tuple[str, Times]]) -> Chart | None:
    longest = max(one.ninety or 0 for _, one in times)
    unit, axis = (HOUR, t("Business hours")) if longest >= 2 * HOUR else (MINUTE, t("Minutes of business time"))
    return bar_chart(
        t("First response by type"),
        [name for name, _ in times],
        [
            Series(t("Half of them within"), [(one.median or 0) / unit for _, one in times]),
            Series(t("90 % within"), [(one.ninety or 0) / unit for _, one in times]),
        ],
        axis=axis,
        say=formats.fixed,
    )


def table(figures: Figures, names: Mapping[int, str]) -> bytes:
    """Return all figures as a table: a line for all, one for each type, team and person, and for each day or week.

    `names` are those of roles and members; an id alone would be rounded, as spreadsheets know no number that long.
    """
    rows: list[list[Cell]] = [_row(t("All"), "", figures.total)]
    rows += [_row(t("Type"), _type_name(figures, key), line) for key, line in _sorted(figures.by_type)]
    rows += [_row(t("Team"), _named(key, names) or t("All staff"), line) for key, line in _sorted(figures.by_team)]
    rows += [_row(t("Person"), _named([key], names), line) for key, line in _sorted(figures.by_person)]
    name = t("Day") if figures.period.step == 1 else t("Week")
    rows += [[name, _date(figures, step), step.opened, step.closed] for step in figures.steps]
    header = [t("Group"), t("Name"), tc("how many tickets", "Opened"), tc("how many tickets", "Closed"), t("Open now")]
    for what in (t("First response"), t("Next response"), t("Resolution")):
        header += [
            t("{what}: how many", what=what),
            t("{what}: median in seconds", what=what),
            t("{what}: 90 % in seconds", what=what),
            t("{what}: within target", what=what),
            t("{what}: with a target", what=what),
        ]
    stars = [tn("{count} star", "{count} stars", number) for number in range(1, 6)]
    return to_csv([*header, t("Opened again"), t("Mean rating"), *stars], rows)


def _named(ids: Sequence[int], names: Mapping[int, str]) -> str:
    return formats.listed(names.get(one, f"<@{one}>") for one in ids)


def _row(group: str, name: str, line: Line) -> list[Cell]:
    cells: list[Cell] = [group, name, line.opened, line.closed, line.waiting]
    for times in (line.first, line.next, line.resolution):
        lengths = [None if value is None else round(value) for value in (times.median, times.ninety)]
        cells += [times.count, *lengths, times.met, times.targets]
    mean = None if line.satisfaction is None else round(line.satisfaction, 2)
    return [*cells, line.reopened, mean, *line.ratings]


def _add_lines(embed: discord.Embed, name: str, lines: Mapping[K, Line], say: Callable[[K], str]) -> None:
    """Add a field with the largest of some lines, if there are any, as many as have room."""
    said = list[str]()
    room = MAX_FIELD_VALUE - 40
    for key, line in _sorted(lines)[:MAX_LINES]:
        said.append(f"{say(key)} · {_brief(line)}")
        if len("\n".join(said)) > room:
            said.pop()
            break
    if rest := len(lines) - len(said):
        said.append(tn("… and {count} more", "… and {count} more", rest))
    if lines:
        embed.add_field(name=name, value="\n".join(said), inline=False)


def _sorted(lines: Mapping[K, Line]) -> list[tuple[K, Line]]:
    """Return lines, the one with most tickets first."""
    return sorted(lines.items(), key=lambda one: (-one[1].opened - one[1].closed - one[1].waiting, str(one[0])))


def _brief(line: Line) -> str:
    """Say the figures of a line in one line."""
    said = [
        t("{opened} opened", opened=formats.number(line.opened)),
        t("{closed} closed", closed=formats.number(line.closed)),
        t("{count} open", count=formats.number(line.waiting)),
    ]
    if line.first.median is not None:
        said.append(t("first response {length}", length=length(line.first.median)))
    if line.satisfaction is not None:
        said.append(f"★ {formats.fixed(line.satisfaction)}")
    return formats.listed(said)


def _times(times: Times) -> str:
    if times.median is None or times.ninety is None:
        return t("none yet")
    said = t("half within {length}", length=length(times.median))
    said += "\n" + t("90 % within {length}", length=length(times.ninety))
    if times.within is not None:
        said += "\n" + t("target met by {share}", share=share(times.met, times.targets))
    return said


def _backlog(figures: Figures) -> str:
    """Say how many are open, and how many of them for how long."""
    said = [formats.number(figures.total.waiting)]
    for number, count in enumerate(figures.ages):
        if not count:
            continue
        if number < len(AGES):
            age = durations.spoken(timedelta(days=AGES[number]))
            said.append(t("{count} for up to {length}", count=formats.number(count), length=age))
        else:
            age = durations.spoken(timedelta(days=AGES[-1]))
            said.append(t("{count} for longer than {length}", count=formats.number(count), length=age))
    return "\n".join(said)


def _ratings(line: Line) -> str:
    mean = t("{mean} of 5 stars", mean=formats.fixed(line.satisfaction or 0))
    count = tn("{count} rating", "{count} ratings", line.rated)
    each = " · ".join(f"{stars}★ {formats.number(line.ratings[stars - 1])}" for stars in range(5, 0, -1))
    return f"{formats.listed([mean, count])}\n{each}"


def _team(roles: tuple[int, ...]) -> str:
    return " ".join(f"<@&{role}>" for role in roles) or t("**All staff**")


def _type_name(figures: Figures, key: str) -> str:
    return t("Without a type") if key == TYPE_OF_OLD else figures.type_names.get(key) or key


def _date(figures: Figures, step: Step) -> str:
    return f"{step.start.astimezone(figures.period.zone).date()}"


def _notes(figures: Figures, hours: str) -> list[str]:
    said = [t("Times are business time: {hours}.", hours=f"{hours} ({zone_label(figures.period.zone.key)})")]
    if figures.every > 1:
        said.append(t("There are many: times and groups are those of one ticket in {number}.", number=figures.every))
    return said
