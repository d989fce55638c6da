"""The message that heads a ticket's conversation: what it is about, and where it stands. It is edited in place."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import discord

from app.core import formats
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SupportTicket
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened, tamed
from app.ui.tickets.ids import ClaimId, CloseId, UnclaimId
from app.ui.tickets.words import priority_of, status_of, title_of, turn_of

MAX_SHOWN = 1500
"""Characters of what it is about. The transcript has all of it."""
MAX_SHOWN_ANSWER = 600
"""Of each answer, of which there are five at most: together less than an embed takes."""


class _Fact(NamedTuple):
    name: str
    value: str
    inline: bool = True


def header(ticket: SupportTicket, snapshot: SettingsSnapshot, *, back_at: datetime | None = None) -> Reply:
    """Return the header of a ticket as it is now, with buttons as long as it is not over. It pings nobody.

    `back_at` is when the member came back after leaving the server.
    """
    embed = discord.Embed(
        title=title_of(ticket),
        description=_about(ticket),
        colour=colour_of(snapshot),
        timestamp=ticket.created_at,
    )
    for fact in _facts(ticket, back_at):
        embed.add_field(name=fact.name, value=shortened(fact.value, MAX_FIELD_VALUE), inline=fact.inline)
    return Reply(embed=embed, items=_buttons(ticket), private=False)


def _about(ticket: SupportTicket) -> str | None:
    """Say what it is about, if no facts say it: a ticket without answers, or with one answer in words."""
    quoted = f">>> {tamed(ticket.description, MAX_SHOWN)}"
    match ticket.answers:
        case []:
            return quoted if ticket.description else None
        case [{"label": label, "value": str(value)}] if value == ticket.description:
            return f"**{shortened(plain(str(label)), 256)}**\n{quoted}"
        case _:
            return None


def _buttons(ticket: SupportTicket) -> list[Item]:
    if ticket.status.is_final:
        return []
    claim = (
        button(t("Claim"), ClaimId(ticket_id=ticket.id), style=discord.ButtonStyle.primary, emoji="🙋")
        if ticket.claimed_by is None
        else button(t("Unclaim"), UnclaimId(ticket_id=ticket.id))
    )
    return [claim, button(t("Close"), CloseId(ticket_id=ticket.id), style=discord.ButtonStyle.danger, emoji="🔒")]


def _facts(ticket: SupportTicket, back_at: datetime | None) -> Iterator[_Fact]:
    opened_by = t("{member}, opened by {staff}", member=f"<@{ticket.user_id}>", staff=f"<@{ticket.opened_by}>")
    yield _Fact(t("Member"), opened_by if ticket.opened_by is not None else f"<@{ticket.user_id}>")
    if ticket.opener_left_at is not None:
        yield _Fact(t("Left the server"), discord.utils.format_dt(ticket.opener_left_at, "R"))
    elif back_at is not None:
        yield _Fact(t("Back in the server"), discord.utils.format_dt(back_at, "R"))
    yield _Fact(t("Status"), status_of(ticket))
    if ticket.claimed_by is not None:
        yield _Fact(t("Claimed by"), f"<@{ticket.claimed_by}>")
    if (turn := turn_of(ticket)) is not None:
        yield _Fact(t("Waiting for"), turn)
    yield _Fact(t("Priority"), priority_of(ticket))
    if ticket.labels:
        yield _Fact(t("Labels"), formats.listed(map(plain, ticket.labels)))
    if (due := _answer_due(ticket)) is not None:
        yield _Fact(t("Answer by"), discord.utils.format_dt(due, "R"))
    if ticket.resolution_due_at is not None and not ticket.status.is_final:
        yield _Fact(t("Done by"), discord.utils.format_dt(ticket.resolution_due_at, "R"))
    if ticket.locked:
        yield _Fact(t("Locked"), t("Only staff can close it."))
    if ticket.close_runs_out_at is not None:
        yield _Fact(t("Closes by itself"), discord.utils.format_dt(ticket.close_runs_out_at, "R"))
    people = [f"<@{each}>" for each in ticket.added_user_ids] + [f"<@&{each}>" for each in ticket.added_role_ids]
    if people:
        yield _Fact(t("Also here"), " ".join(people[:40]))
    for answer in ticket.answers if _about(ticket) is None else ():
        if value := _said(answer):
            yield _Fact(shortened(plain(str(answer["label"])), 256), value, inline=False)


def _answer_due(ticket: SupportTicket) -> datetime | None:
    """Return by when staff should answer, if it is their turn."""
    return ticket.next_due_at if ticket.first_answered_at is not None else ticket.first_due_at


def _said(answer: Mapping[str, Any]) -> str:
    """Return what was answered to a question of the form; files are posted on their own."""
    if "values" in answer:
        return plain(formats.listed(answer["values"]), MAX_SHOWN_ANSWER)
    if "value" in answer:
        return tamed(str(answer["value"]), MAX_SHOWN_ANSWER)
    return ""
