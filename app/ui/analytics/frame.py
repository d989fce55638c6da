"""What all views of figures have in common: title, notes, and the selects under them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import discord

from app.core import formats
from app.core.analytics.figures import CommandUse, UsageFigures
from app.core.analytics.settings import PERIODS
from app.core.messages import t
from app.core.records import record
from app.core.scheduling.calendar_words import day
from app.core.scheduling.periods import Period
from app.core.scheduling.zone_search import zone_label
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics.ids import Kinds, PeriodId, Shown, View, ViewId
from app.ui.analytics.names import Names
from app.ui.analytics.words import period
from app.ui.kit.components import Item, select
from app.ui.kit.ids import SelectId
from app.ui.kit.reply import Attachment, Reply

VIEW, PERIOD, CHOICE, MORE, BUTTONS = range(5)
"""Rows under a message."""
PICTURE = "stats.png"


@record
class StatsPage:
    """What a view shows, of whom, and how names are written."""

    figures: UsageFigures
    snapshot: SettingsSnapshot
    names: Names
    shown: Shown

    @property
    def commands(self) -> Sequence[CommandUse]:
        """Return the commands, the buttons and forms, or both, as it was chosen."""
        kinds = self.shown.kinds
        return [
            one for one in self.figures.commands if kinds is Kinds.ALL or one.is_command is (kinds is Kinds.COMMANDS)
        ]

    def before(self, count: int) -> int | None:
        """Return how many there were before; None if nothing was recorded then."""
        return count if self.figures.is_comparable else None

    def at(self, number: int) -> Shown:
        """Return what another page shows."""
        return replace(self.shown, page=number)


def title_of(page: StatsPage, said: str) -> str:
    """Say what it is about, and of which time."""
    return about(said, page.shown.days, everywhere=page.shown.everywhere)


def about(what: str, days: int, *, everywhere: bool) -> str:
    """Say what something is about, of which time, and whether of all servers."""
    title = t("{what}: {period}", what=what, period=period(days))
    return t("{title}, all servers", title=title) if everywhere else title


def finished(
    embed: discord.Embed, page: StatsPage, items: Sequence[Item] = (), picture: bytes | None = None, *notes: str
) -> Reply:
    """Add what is below each view: notes, the picture, and the selects of view and time."""
    embed.set_footer(text="\n".join([*(note for note in notes if note), *notes_of(page.figures)]))
    files = [Attachment(PICTURE, picture)] if picture is not None else []
    if files:
        embed.set_image(url=f"attachment://{PICTURE}")
    return Reply(embed=embed, items=[*choosing(page.shown), *items], attachments=files, replaces_files=True)


def choosing(shown: Shown) -> list[Item]:
    """Return the selects of the view and of the time."""
    first = replace(shown, page=0)
    views = [
        discord.SelectOption(label=label, value=ViewId.pack_value(view), default=view is shown.view)
        for view, label in view_names().items()
    ]
    return [
        select(t("Show …"), ViewId(shown=first), views, row=VIEW),
        select(t("Time …"), PeriodId(shown=first), periods(shown.days, PeriodId), row=PERIOD),
    ]


def periods(days: int, to: type[SelectId]) -> list[discord.SelectOption]:
    """Return the times that can be chosen."""
    return [
        discord.SelectOption(label=_capital(period(one)), value=to.pack_value(one), default=one == days)
        for one in PERIODS
    ]


def view_names() -> dict[View, str]:
    """Return what the views are called."""
    return {
        View.OVERVIEW: t("Overview"),
        View.COMMANDS: t("Commands"),
        View.PEOPLE: t("People"),
        View.ERRORS: t("Errors"),
        View.UNUSED: t("Never used"),
    }


def no_chart() -> str:
    """Say why there is no chart."""
    return t("A chart appears once there are figures of three days, or of three weeks for a longer time.")


def notes_of(figures: UsageFigures) -> list[str]:
    """Say by which clock days are counted, since when, and what is missing."""
    said = [days_note(figures.period), *since_notes(figures.since, figures.period)]
    if figures.lost:
        said.append(
            t("Not recorded, as the database was away or too busy: {count}.", count=formats.number(figures.lost))
        )
    return said


def days_note(shown: Period) -> str:
    """Say by which clock days are counted."""
    return t("Days are those of {zone}; today is not over yet.", zone=zone_label(shown.zone.key))


def since_notes(since: datetime | None, shown: Period) -> list[str]:
    """Say since when it is counted, if that is not all of the time, or not all of the time before."""
    if since is None:
        return []
    if since > shown.since:
        return [t("Nothing was counted before {day}.", day=day(since.astimezone(shown.zone)))]
    return [t("There are no changes to show yet: the time before was not counted.")]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
