"""Errors by their kind and place: how often, since when, in which release."""

from datetime import datetime

import discord

from app.core import formats
from app.core.analytics.figures import ErrorGroup
from app.core.messages import t, tn
from app.core.settings import general
from app.ui.analytics.frame import BUTTONS, CHOICE, StatsPage, choosing, finished, title_of
from app.ui.analytics.ids import BackId, ErrorId, TurnId
from app.ui.analytics.names import Names
from app.ui.kit.colours import BAD, colour_of
from app.ui.kit.components import Item, button, select, turning
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, shortened

MAX_WHAT = 150
MAX_COMMANDS = 10


def view(page: StatsPage) -> Reply:
    """Show a page of the errors, the newest first, with a select that shows one."""
    embed = discord.Embed(title=title_of(page, t("Errors")), colour=colour_of(page.snapshot))
    found, size = page.figures.errors, page.snapshot[general.PAGE_SIZE]
    pages = max(1, -(-len(found) // size))
    number = min(page.shown.page, pages - 1)
    here = found[number * size : (number + 1) * size]
    if not here:
        embed.description = t("Nothing broke in this time.")
        return finished(embed, page)
    lines = [line_of(one, page.names) for one in here]
    while len("\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = "\n".join(lines)
    options = [
        discord.SelectOption(
            label=shortened(one.what, MAX_OPTION),
            value=ErrorId.pack_value(one.fingerprint),
            description=shortened(formats.listed(names_of(one, page.names)), MAX_OPTION) or None,
        )
        for one in here
    ]
    items: list[Item] = [
        select(t("Show all about one …"), ErrorId(shown=page.at(number)), options, row=CHOICE),
        *turning(number, pages, lambda to: TurnId(shown=page.at(to)), row=BUTTONS),
    ]
    total = tn("{count} kind of error", "{count} kinds of errors", len(found))
    turned = t("Page {page} of {pages} · {total}", page=number + 1, pages=pages, total=total) if pages > 1 else ""
    return finished(embed, page, items, None, turned)


def one(page: StatsPage, error: ErrorGroup) -> Reply:
    """Show all that is known of one kind of error."""
    embed = discord.Embed(title=title_of(page, t("An error")), colour=BAD)
    embed.description = in_code(error.what, MAX_EMBED_DESCRIPTION)
    embed.add_field(name=t("How often"), value=formats.number(error.count))
    if page.shown.everywhere:
        embed.add_field(name=t("In how many servers"), value=formats.number(error.guilds))
    embed.add_field(name=t("First"), value=_moment(error.first_at, error.first_release))
    embed.add_field(name=t("Last"), value=_moment(error.last_at, error.last_release))
    if error.last_reference:
        told = t("{reference}, which the log of the bot explains", reference=in_code(error.last_reference))
        embed.add_field(name=t("Reference of the last"), value=told)
    names = names_of(error, page.names)
    shown = names[:MAX_COMMANDS]
    if rest := len(names) - len(shown):
        shown.append(tn("… and {count} more", "… and {count} more", rest))
    embed.add_field(name=t("Where"), value=formats.listed(shown) or "–", inline=False)
    reply = finished(embed, page)
    back = button(t("All errors"), BackId(shown=page.shown), row=BUTTONS)
    return Reply(embed=reply.embed, items=[*choosing(page.shown), back], replaces_files=True)


def line_of(error: ErrorGroup, names: Names) -> str:
    """Say an error in a line: what it was, how often, when last, and where."""
    first = names_of(error, names)[:1]
    said = [
        in_code(error.what, MAX_WHAT),
        tn("once", "{count} times", error.count),
        t("last {moment}", moment=discord.utils.format_dt(error.last_at, "R")),
        t("release {release}", release=in_code(error.last_release, 40)) if error.last_release else "",
        *first,
    ]
    return " · ".join(part for part in said if part)


def names_of(error: ErrorGroup, names: Names) -> list[str]:
    """Return where it happened, as names that cannot be clicked."""
    return [names.text(name) for name in error.commands]


def _moment(at: datetime, release: str | None) -> str:
    said = f"{discord.utils.format_dt(at, 'f')}\n{discord.utils.format_dt(at, 'R')}"
    return f"{said}\n{t('release {release}', release=in_code(release, 40))}" if release else said
