"""What is offered and was never used, and to whom it is offered."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.records import record
from app.ui.analytics.frame import BUTTONS, StatsPage, finished, title_of
from app.ui.analytics.ids import TurnId
from app.ui.analytics.names import MENUS
from app.ui.kit.colours import colour_of
from app.ui.kit.components import turning
from app.ui.kit.reply import Reply
from app.ui.kit.staff import Who

MAX_TEXT = 3500
"""Characters of a page."""


@record
class Offered:
    """A command that there is."""

    name: str
    kind: str
    who: Who

    @property
    def group(self) -> str:
        """Return the command that it is a part of; none for what stands in a menu."""
        return "" if self.kind in MENUS else self.name.split()[0]


def view(page: StatsPage, offered: Sequence[Offered]) -> Reply:
    """Show a page of what was never used, by the groups of commands."""
    embed = discord.Embed(title=title_of(page, t("Never used")), colour=colour_of(page.snapshot))
    used = {one.name for one in page.figures.commands if one.use.count}
    unused = [one for one in offered if one.name not in used]
    if not unused:
        embed.description = t("Everything that is offered here was used.")
        return finished(embed, page)
    texts = list(_parted(_group(page, name, offered, unused) for name in sorted({one.group for one in unused})))
    number = min(page.shown.page, len(texts) - 1)
    embed.description = texts[number]
    total = tn("{count} command", "{count} commands", len(unused))
    notes = [t("Page {page} of {pages} · {total}", page=number + 1, pages=len(texts), total=total)]
    notes.append(t("What nobody needs can be switched off under Server Settings, Integrations."))
    turned = turning(number, len(texts), lambda to: TurnId(shown=page.at(to)), row=BUTTONS)
    return finished(embed, page, turned, None, *notes)


def _group(page: StatsPage, name: str, offered: Sequence[Offered], unused: Sequence[Offered]) -> str:
    """Say what of a group was never used, and who may use it."""
    every = [one for one in offered if one.group == name]
    here = [one for one in unused if one.group == name]
    title = f"**/{name}**" if name else t("**In menus**")
    if len(here) == len(every) and len(here) > 1:
        title += f" · {t('nothing of it was used')}"
    lines = [title]
    for who in sorted({one.who for one in here}):
        marked = " ".join(page.names.marked(one.name, one.kind) for one in here if one.who is who)
        lines.append(formats.labelled(_whose(who), marked))
    return "\n".join(lines)


def _whose(who: Who) -> str:
    match who:
        case Who.EVERYBODY:
            return t("For everybody")
        case Who.STAFF:
            return t("For staff")
        case Who.MANAGERS:
            return t("For people who manage the server")
        case Who.OPERATORS:
            return t("For administrators and those who run the bot")


def _parted(texts: Iterable[str]) -> Iterator[str]:
    """Put texts together into pages."""
    page = ""
    for text in texts:
        if page and len(page) + len(text) > MAX_TEXT:
            yield page
            page = ""
        page = f"{page}\n{text}" if page else text
    yield page


def names_of(offered: Collection[Offered]) -> set[str]:
    """Return the names of commands."""
    return {one.name for one in offered}
