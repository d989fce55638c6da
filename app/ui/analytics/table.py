"""All figures as a table for a spreadsheet."""

from datetime import datetime

from app.core import formats
from app.core.analytics.figures import CommandUse, Day, ErrorGroup, UsageFigures, Use
from app.core.csv_export import Cell, to_csv
from app.core.messages import t
from app.ui.analytics.frame import about, notes_of
from app.ui.analytics.names import Names
from app.ui.analytics.words import OUTCOMES
from app.ui.kit.reply import Attachment, Reply


def exported(figures: UsageFigures, names: Names) -> Reply:
    """Hand the table over."""
    said = about(t("Use of the bot"), figures.period.days, everywhere=figures.everywhere)
    return Reply("\n".join([said, *(f"-# {note}" for note in notes_of(figures))]), attachments=[table(figures, names)])


def table(figures: UsageFigures, names: Names) -> Attachment:
    """Return a line for all, for each command, button and form, for each day, for people and for each kind of error."""
    rows: list[list[Cell]] = [[t("All"), "", *_numbers(figures.total, _before(figures)), figures.people.active]]
    rows += [_command(one, figures, names) for one in figures.commands]
    rows += [_day(one, figures) for one in figures.days]
    rows += _people(figures)
    rows += [_error(one, figures, names) for one in figures.errors]
    header = [
        t("Group"),
        t("Name"),
        t("Uses"),
        t("In the time before"),
        *map(str, OUTCOMES.values()),
        t("Failed"),
        t("p50 in ms"),
        t("p95 in ms"),
        t("Answered, as far as measured"),
        t("First answer within 1 s"),
        t("People"),
        t("First"),
        t("Last"),
        t("First release"),
        t("Last release"),
        t("Reference of the last"),
    ]
    filled = [[*row, *[None] * (len(header) - len(row))] for row in rows]
    return Attachment("stats.csv", to_csv(header, filled))


def _numbers(use: Use, before: int | None) -> list[Cell]:
    return [
        use.count,
        before,
        *(use.outcomes.get(outcome, 0) for outcome in OUTCOMES),
        use.failed,
        *(None if found is None else round(found) for found in map(use.durations.percentile, (0.5, 0.95))),
        use.answered,
        use.within_second,
    ]


def _before(figures: UsageFigures) -> int | None:
    return sum(one.before for one in figures.commands) if figures.is_comparable else None


def _command(one: CommandUse, figures: UsageFigures, names: Names) -> list[Cell]:
    group = t("Command") if one.is_command else t("Part of an answer")
    return [group, names.text(one.name, one.kind), *_numbers(one.use, one.before if figures.is_comparable else None)]


def _day(one: Day, figures: UsageFigures) -> list[Cell]:
    empty: list[Cell] = [None] * len(OUTCOMES)
    date = f"{one.start.astimezone(figures.period.zone).date()}"
    return [t("Day"), date, one.count, None, *empty, one.failed, None, None, None, None, one.people]


def _people(figures: UsageFigures) -> list[list[Cell]]:
    found = figures.people
    counts = {t("Active"): found.active}
    if figures.is_comparable:
        counts |= {t("New"): found.new, t("Returning"): found.returning, t("In the time before"): found.before}
    empty: list[Cell] = [None] * (len(OUTCOMES) + 7)
    return [[t("People"), name, *empty, count] for name, count in counts.items()]


def _error(one: ErrorGroup, figures: UsageFigures, names: Names) -> list[Cell]:
    empty: list[Cell] = [None] * (len(OUTCOMES) + 7)
    what = f"{one.what} ({formats.listed(map(names.text, one.commands))})"
    cells: list[Cell] = [t("Error"), what, one.count, *empty, _moment(one.first_at, figures)]
    return [*cells, _moment(one.last_at, figures), one.first_release, one.last_release, one.last_reference]


def _moment(at: datetime, figures: UsageFigures) -> str:
    return at.astimezone(figures.period.zone).isoformat(" ", "seconds")
