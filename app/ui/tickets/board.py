"""The board: one message that shows which tickets are open, and what is said when it is set up."""

import discord

from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.types import Board, Priority
from app.models import SettingsHistory, SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.board import BoardRows
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.kit.undo import undo_button
from app.ui.tickets.ids import ClaimId
from app.ui.tickets.words import MARKS, turn_of

MAX_CLAIMS = 5
"""Buttons: one row of them."""
URGENCY = {Priority.URGENT: "🔥", Priority.HIGH: "❗"}


def board_message(board: Board, rows: BoardRows, snapshot: SettingsSnapshot) -> Reply:
    """Return a board as it is now. An embed pings nobody, and moments in it stay right by themselves."""
    lines = [_line(ticket) for ticket in rows.tickets]
    text, shown = "", 0
    for line in lines:
        if len(text) + len(line) + 200 > MAX_EMBED_DESCRIPTION:
            break
        text, shown = f"{text}{line}\n", shown + 1
    if rest := rows.total - shown:
        text += tn("and {count} more: `/tickets list`", "and {count} more: `/tickets list`", rest)
    embed = discord.Embed(title=t("Open tickets"), description=text or t("None."), colour=colour_of(snapshot))
    if board.team_role_id is not None:
        embed.description = f"<@&{board.team_role_id}>\n{embed.description}"
    return Reply(embed=embed, items=_claims(rows), private=False)


def _claims(rows: BoardRows) -> list[Item]:
    free = [one for one in rows.tickets if one.claimed_by is None and one.status is not TicketStatus.OPENING]
    return [
        button(t("Claim #{number}", number=ticket.number), ClaimId(ticket_id=ticket.id)) for ticket in free[:MAX_CLAIMS]
    ]


def _line(ticket: SupportTicket) -> str:
    urgency = URGENCY.get(Priority(ticket.priority), "")
    where = f" <#{ticket.channel_id}>" if ticket.channel_id is not None else ""
    owner = f"<@{ticket.claimed_by}>" if ticket.claimed_by is not None else t("nobody's yet")
    parts = [
        f"{MARKS[ticket.status]}{urgency} **#{ticket.number}**{where} <@{ticket.user_id}>",
        plain(ticket.type_name, 40) if ticket.type_name else "",
        t("opened {moment}", moment=discord.utils.format_dt(ticket.created_at, "R")),
        owner,
        t("waiting for {whom}", whom=turn) if (turn := turn_of(ticket)) is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def put(board: Board, change: SettingsHistory, *, seen_by_all: bool) -> Reply:
    """Say where the board is, and who sees what is on it."""
    parts = [
        t("The board appears in {channel} and keeps itself up to date.", channel=f"<#{board.channel_id}>"),
        t("Whoever sees that channel sees all open tickets of this server on it: their members, owners and numbers.")
        if board.team_role_id is None
        else t(
            "Whoever sees that channel sees the open tickets of {team} on it: their members, owners and numbers.",
            team=f"<@&{board.team_role_id}>",
        ),
    ]
    if seen_by_all:
        parts.append(t("⚠️ **Everybody in this server can see that channel.** Choose one that only staff see."))
    return Reply("\n".join(parts), items=[undo_button(change)])


def removed(change: SettingsHistory) -> Reply:
    """Say that it is gone."""
    return Reply(t("The board is off. Its message is deleted."), items=[undo_button(change)])
