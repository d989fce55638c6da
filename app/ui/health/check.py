"""`/health check`: what is not right with what a server set up, how to mend it, and buttons that do. All pure."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY
from datetime import datetime
from typing import Any

import discord

from app.core import formats, registry
from app.core.checks import ChannelUse, Finding, Holds, Place, Severity, Step
from app.core.health.database import DatabaseFacts
from app.core.messages import Message, msg, t, tc, tn
from app.core.records import record
from app.ui.health.ids import CheckPageId, ChooseId, ChosenFormId, ClearId
from app.ui.kit.colours import BAD, GOOD, WAITING
from app.ui.kit.components import Item, button, form, menu, turning
from app.ui.kit.forms import labelled
from app.ui.kit.inviting import invitation
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_FIELD_VALUE, MAX_FORM_TITLE
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened

PAGE_SIZE = 4
"""Findings of a page: each has a row of buttons, and the last row turns the page."""
LAST_ROW = 4
MAX_LINE = (MAX_EMBED_DESCRIPTION - 100) // PAGE_SIZE
MAX_TABLES = 6
MARKS = {Severity.BROKEN: "🔴", Severity.WARNING: "🟠", Severity.NOTE: "🔹"}
COLOURS = {Severity.BROKEN: BAD, Severity.WARNING: WAITING, Severity.NOTE: GOOD}
FIELD = "place"
PORTAL = "https://discord.com/developers/applications/{application}/bot"
CHANNEL = "https://discord.com/channels/{guild}/{channel}"
KINDS = {
    Holds.TEXT: [discord.ChannelType.text, discord.ChannelType.news],
    Holds.THREADS: [discord.ChannelType.text],
    Holds.TEXT_OR_FORUM: [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum],
    Holds.CATEGORY: [discord.ChannelType.category],
}


@record
class Asker:
    """Who looks at it: what they may change decides which buttons they get."""

    guild_id: int
    application_id: int
    permissions: discord.Permissions
    """What the bot may do in the server."""
    is_manager: bool
    is_operator: bool
    of_settings: bool = False
    """Whether they asked about settings alone."""


@record
class Whole:
    """What concerns those who run the bot."""

    database: DatabaseFacts
    schema: Message
    _: KW_ONLY
    reads_content: bool
    sees_members: bool


def pages_of(found: Sequence[Finding]) -> int:
    """Return how many pages there are."""
    return max(-(-len(found) // PAGE_SIZE), 1)


def report(
    found: Sequence[Finding],
    asker: Asker,
    *,
    page: int,
    at: datetime,
    whole: Whole | None = None,
    said: str = "",
    more: Sequence[Item] = (),
) -> Reply:
    """Show a page of what is not right, with a button for each step that mends something.

    `whole` is for operators, on the first page. `said` is what a button has just done, and `more` are buttons for
    that.
    """
    page = min(page, pages_of(found) - 1)
    shown = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    first = page * PAGE_SIZE + 1
    lines = [shortened(_line(first + place, one), MAX_LINE) for place, one in enumerate(shown)]
    embed = discord.Embed(
        title=_title(found),
        description="\n\n".join(lines)
        or t("Every channel and role that was chosen is there, and I may do there what I need."),
        colour=COLOURS[found[0].severity] if found else GOOD,
        timestamp=at,
    )
    pages = pages_of(found)
    if pages > 1:
        embed.set_footer(text=t("Page {page} of {pages}", page=page + 1, pages=pages))
    items = [item for place, one in enumerate(shown) for item in _steps(one, first + place, place, page, asker)]

    def to(page: int) -> CheckPageId:
        return CheckPageId(page=page, of_settings=asker.of_settings)

    items += [button(t("Look again"), to(page), row=LAST_ROW), *turning(page, pages, to, row=LAST_ROW)]
    for one in more:
        one.row = LAST_ROW
    database = [_database(whole)] if whole is not None and page == 0 else []
    return Reply(said or None, embed, items=[*items, *more], more=database)


def _title(found: Sequence[Finding]) -> str:
    if not found:
        return t("Everything is set up right")
    broken = sum(one.severity is Severity.BROKEN for one in found)
    if not broken:
        return t("Everything works, with something to look at")
    return tn("One thing does not work", "{count} things do not work", broken)


def _line(number: int, finding: Finding) -> str:
    """Write one finding: what, how to mend it, and small what Discord would answer and which setting it is."""
    said = f"{MARKS[finding.severity]} **{number}.** {finding.what}"
    if finding.fix is not None:
        said += f"\n{finding.fix}"
    below = [t("Discord would answer: {refusal}", refusal=finding.refusal)] if finding.refusal is not None else []
    if finding.setting in registry.BY_NAME:
        below.append(f"`{finding.setting}`")
    return f"{said}\n-# {' · '.join(below)}" if below else said


def _steps(finding: Finding, number: int, row: int, page: int, asker: Asker) -> Iterator[Item]:
    """Return the buttons of one finding."""
    place = finding.place
    for step in finding.steps:
        match step:
            case Step.CLEAR | Step.CHOOSE if place is not None and asker.is_manager:
                yield _change(step, place, number, row, page, of_settings=asker.of_settings)
            case Step.VISIT if place is not None:
                to = CHANNEL.format(guild=asker.guild_id, channel=place.id)
                yield _link(t("Open the channel"), to, number, row)
            case Step.INVITE if asker.is_manager:
                to = invitation(asker.application_id, asker.guild_id, asker.permissions, finding.missing)
                yield _link(t("Grant it to my role"), to, number, row)
            case Step.PORTAL if asker.is_operator:
                yield _link(t("Open the portal"), PORTAL.format(application=asker.application_id), number, row)
            case _:
                pass


def _change(step: Step, place: Place, number: int, row: int, page: int, *, of_settings: bool) -> Item:
    about: dict[str, Any] = {"setting": place.setting, "one_id": place.id, "page": page, "of_settings": of_settings}
    if step is Step.CHOOSE:
        label = t("Choose another channel") if place.is_channel else t("Choose another role")
        to = ChooseId(**about, line=row)
        return button(f"{number} · {label}", to, row=row, style=discord.ButtonStyle.primary)
    label = t("Clear the setting") if place.setting in registry.BY_NAME else t("Remove it")
    return button(f"{number} · {label}", ClearId(**about, line=row), row=row)


def _link(label: str, to: str, number: int, row: int) -> discord.ui.Button[Any]:
    return discord.ui.Button(label=f"{number} · {label}", url=to, row=row)


def chooser(place: Place, page: int, *, of_settings: bool = False) -> discord.ui.DesignerModal:
    """Make the form in which another channel or role is chosen."""
    to = ChosenFormId(setting=place.setting, one_id=place.id, page=page, of_settings=of_settings)
    title = shortened(str(place.label), MAX_FORM_TITLE)
    if isinstance(place.use, ChannelUse):
        kind = discord.ComponentType.channel_select
        field = menu(FIELD, kind, required=True, channel_types=KINDS[place.use.holds])
        return form(title, to, labelled(t("Which channel instead?"), field))
    field = menu(FIELD, discord.ComponentType.role_select, required=True)
    return form(title, to, labelled(t("Which role instead?"), field))


PROVIDER = msg("{character_type} ({provider}), encoding {encoding}")


def _database(whole: Whole) -> discord.Embed:
    """Show what the database is, and how large, and which intents there are, for those who run the bot."""
    facts = whole.database
    embed = discord.Embed(title=t("Database"), description=t("PostgreSQL {version}", version=plain(facts.version)))
    letters = Message(
        PROVIDER.text,
        {"character_type": facts.character_type, "provider": facts.provider, "encoding": facts.encoding},
    )
    embed.add_field(name=t("Characters"), value=plain(str(letters)))
    embed.add_field(name=t("Extensions"), value=plain(formats.codes(facts.extensions)) or tc("extensions", "none"))
    embed.add_field(
        name=t("Reached"), value=t("through a pooler") if facts.is_pooled else t("directly, without a pooler")
    )
    embed.add_field(name=t("Database schema"), value=shortened(str(whole.schema), MAX_FIELD_VALUE), inline=False)
    intents = {t("message content"): whole.reads_content, t("server members"): whole.sees_members}
    named = [formats.labelled(name, t("on") if is_on else t("off")) for name, is_on in intents.items()]
    embed.add_field(name=t("Intents"), value="\n".join(named), inline=False)
    lines = [_table(one.name, one.size, one.rows, one.added) for one in facts.tables[:MAX_TABLES]]
    if facts.since is None:
        lines.append("-# " + t("Behind the plus is what was added since the server began to count."))
    else:
        since = discord.utils.format_dt(facts.since, "d")
        lines.append("-# " + t("Behind the plus is what was added since {since}.", since=since))
    embed.add_field(name=t("Tables, {size} in all", size=size(facts.size)), value="\n".join(lines), inline=False)
    return embed


def _table(name: str, bytes_: int, rows: int, added: int) -> str:
    return tn(
        "`{name}`: {size}, about {count} row ({added})",
        "`{name}`: {size}, about {count} rows ({added})",
        rows,
        name=name,
        size=size(bytes_),
        added=f"{'' if added < 0 else '+'}{formats.number(added)}",
    )


def size(count: int) -> str:
    """Write a number of bytes in units of 1,024."""
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{formats.fixed(value, 0 if value >= 10 or units[0] == 'B' else 1)} {units[0]}"
