"""Answers that are shown before a ticket is opened, because they may spare it. All of it pure."""

from collections.abc import Sequence

import discord

from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.ui.faq.entry import entry_embed, title_of
from app.ui.faq.finding import Result, Titled, options_of
from app.ui.faq.finding_ids import OpenAnywayId, ReadBeforeId, SolvedId
from app.ui.kit.components import Item, button, select
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

MAX_BEGINNING = 1200
"""Characters of each answer where there are several: together they have 6,000."""


def before_ticket(entries: Sequence[FaqEntry], log_id: int, snapshot: SettingsSnapshot) -> Reply:
    """Show what may answer a ticket that is about to be opened: one in full, of several how they begin."""
    if len(entries) == 1:
        return one_before_ticket(entries[0], log_id, snapshot)
    embeds = [_begun(entry_embed(entry, snapshot)) for entry in entries]
    return Reply(
        _said(len(entries)),
        embeds[0],
        [_chooser([Result(one.id, one.title) for one in entries], log_id), *_ways(log_id, None)],
        more=embeds[1:],
    )


def one_before_ticket(
    entry: FaqEntry, log_id: int, snapshot: SettingsSnapshot, *, others: Sequence[Titled] = ()
) -> Reply:
    """Show one of them in full; `others` are all of them."""
    chooser = [_chooser(others, log_id)] if len(others) > 1 else []
    return Reply(_said(1), entry_embed(entry, snapshot), [*chooser, *_ways(log_id, entry.id)])


def spared(entry: FaqEntry | None) -> Reply:
    """Say that no ticket was opened."""
    if entry is None:
        return Reply(t("Good to hear. No ticket was opened."))
    return Reply(t("Good to hear. No ticket was opened; “{title}” answered it.", title=title_of(entry)))


def _begun(embed: discord.Embed) -> discord.Embed:
    embed.description = shortened(embed.description or "", MAX_BEGINNING)
    return embed


def _said(count: int) -> str:
    return tn(
        "This may answer what you wrote. No ticket is open yet, and nothing you wrote is lost.",
        "One of these may answer what you wrote. No ticket is open yet, and nothing you wrote is lost.",
        count,
    )


def _chooser(entries: Sequence[Titled], log_id: int) -> Item:
    return select(t("Read all of an answer…"), ReadBeforeId(log_id=log_id), options_of(entries, ReadBeforeId), row=0)


def _ways(log_id: int, entry_id: int | None) -> list[Item]:
    solved = SolvedId(log_id=log_id, entry_id=entry_id)
    return [
        button(t("This solved it"), solved, style=discord.ButtonStyle.success, row=1),
        button(t("Open the ticket anyway"), OpenAnywayId(log_id=log_id), row=1),
    ]
