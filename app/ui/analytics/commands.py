"""The list of commands by use, speed, failures or growth."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.analytics.figures import CommandUse
from app.core.messages import t, tn
from app.core.settings import general
from app.ui.analytics import charts
from app.ui.analytics.frame import BUTTONS, CHOICE, MORE, StatsPage, finished, title_of
from app.ui.analytics.ids import Kinds, KindsId, Sort, SortId, TurnId
from app.ui.analytics.words import counted, speed, success
from app.ui.kit.charts import Chart
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, select, turning
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Reply

MIN_MEASURED = 5
"""Of fewer times, how long they took says little."""


def view(page: StatsPage, picture: bytes | None = None) -> Reply:
    """Show a page of the list, with a chart of the first ones."""
    embed = discord.Embed(title=title_of(page, sort_names()[page.shown.sort]), colour=colour_of(page.snapshot))
    listed = ordered(page.commands, page.shown.sort)
    size = page.snapshot[general.PAGE_SIZE]
    pages = max(1, -(-len(listed) // size))
    number = min(page.shown.page, pages - 1)
    lines = [
        f"{place}. {_line(one, page)}"
        for place, one in enumerate(listed[number * size : (number + 1) * size], number * size + 1)
    ]
    while len("\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = "\n".join(lines) or _nothing(page)
    items: list[Item] = [
        select(t("Order …"), SortId(shown=page.at(0)), _sorts(page.shown.sort), row=CHOICE),
        select(t("Of what …"), KindsId(shown=page.at(0)), _kinds(page.shown.kinds), row=MORE),
        *turning(number, pages, lambda to: TurnId(shown=page.at(to)), row=BUTTONS),
    ]
    total = tn("{count} in all", "{count} in all", len(listed))
    turned = t("Page {page} of {pages} · {total}", page=number + 1, pages=pages, total=total) if pages > 1 else ""
    return finished(embed, page, items, picture, turned, _note(page.shown.sort))


def chart(page: StatsPage) -> Chart | None:
    """Return the chart of the first page, if there is enough to compare."""
    if page.shown.page:
        return None
    listed = ordered(page.commands, page.shown.sort)
    return charts.compared(listed, page.names, page.shown.sort, is_comparable=page.figures.is_comparable)


def ordered(commands: Sequence[CommandUse], sort: Sort) -> list[CommandUse]:
    """Return those of some commands that belong to an order, in it."""
    used = [one for one in commands if one.use.count]
    match sort:
        case Sort.USED:
            return sorted(used, key=lambda one: (-one.use.count, one.name, one.kind))
        case Sort.SLOWEST:
            timed = [one for one in used if one.use.durations.total >= MIN_MEASURED]
            return sorted(timed, key=lambda one: (-(one.use.durations.percentile(0.95) or 0), one.name, one.kind))
        case Sort.FAILURES:
            failing = [one for one in used if one.use.failed]
            return sorted(failing, key=lambda one: (-one.use.failed, one.use.count, one.name, one.kind))
        case Sort.RISING:
            rising = [one for one in used if one.use.count > one.before]
            return sorted(rising, key=lambda one: (one.before - one.use.count, one.name, one.kind))


def sort_names() -> dict[Sort, str]:
    """Return what the orders are called."""
    return {
        Sort.USED: t("Used most"),
        Sort.SLOWEST: t("Slowest"),
        Sort.FAILURES: t("Failed most often"),
        Sort.RISING: t("Rising"),
    }


def kind_names() -> dict[Kinds, str]:
    """Return what there are figures of."""
    return {
        Kinds.COMMANDS: t("Commands"),
        Kinds.PARTS: t("Buttons, choices and forms"),
        Kinds.ALL: t("Commands, buttons, choices and forms"),
    }


def _sorts(chosen: Sort) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=label, value=SortId.pack_value(one), default=one is chosen)
        for one, label in sort_names().items()
    ]


def _kinds(chosen: Kinds) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=label, value=KindsId.pack_value(one), default=one is chosen)
        for one, label in kind_names().items()
    ]


def _line(one: CommandUse, page: StatsPage) -> str:
    failed = t("{count} failed", count=formats.number(one.use.failed)) if one.use.failed else ""
    said = [
        page.names.marked(one.name, one.kind),
        counted(one.use.count, page.before(one.before)),
        speed(one.use.durations),
        success(one.use),
        failed,
    ]
    return " · ".join(part for part in said if part)


def _nothing(page: StatsPage) -> str:
    if not page.commands:
        return t("Nothing of that was used in this time.")
    match page.shown.sort:
        case Sort.SLOWEST:
            return t("Nothing was used often enough to say how long it takes.")
        case Sort.FAILURES:
            return t("Nothing failed in this time.")
        case Sort.USED | Sort.RISING:
            return t("Nothing was used more than in the time before.")


def _note(sort: Sort) -> str:
    if sort is Sort.SLOWEST:
        return tn(
            "By what 95 of 100 took at most; what was used once at least.",
            "By what 95 of 100 took at most; what was used {count} times at least.",
            MIN_MEASURED,
        )
    if sort is Sort.FAILURES:
        return t("It failed if it broke, came too late for Discord, or something was away. A refusal is no failure.")
    return ""
