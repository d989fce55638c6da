"""Lists of tickets, what a search found, and what a member is told next. All of it pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import discord

from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.limits import MAX_COMMENT
from app.core.tickets.list_filter import TicketFilter
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.finding import Found, TicketPage
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, form
from app.ui.kit.forms import labelled
from app.ui.kit.ids import MAX_PAGE, ButtonId
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.links import link_to
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened
from app.ui.tickets.expecting import expectation
from app.ui.tickets.finding_ids import CommentId, ListPageId, OwnPageId, SearchPageId, TranscriptId
from app.ui.tickets.ids import RateFormId, ReopenId
from app.ui.tickets.words import MARKS, priority_of, status_of, title_of, turn_of

MAX_BUTTONS = 5
"""In a row (Discord)."""
MAX_WORDS = 180
COMMENT = "comment"


def own(found: TicketPage, snapshot: SettingsSnapshot, now: datetime, reopen_within: timedelta) -> Reply:
    """Show a member their tickets, and what happens next with each."""
    if not found.entries and not found.page:
        return Reply(t("You have no tickets in this server. Open one with `/ticket open`."))
    policy = TicketPolicy.of(snapshot)
    lines = [_own_line(one.ticket, found.waits, policy, now) for one in found.entries]
    embed = _embed(t("Your tickets"), lines, found.page, snapshot)
    closed = [one.ticket for one in found.entries if _has_transcript(one.ticket)]
    items: list[Item] = [
        button(t("Transcript #{number}", number=ticket.number), TranscriptId(ticket_id=ticket.id), emoji="📄", row=0)
        for ticket in closed[:MAX_BUTTONS]
    ]
    items += [
        button(
            t("Open #{number} again", number=ticket.number),
            ReopenId(guild_id=ticket.guild_id, ticket_id=ticket.id),
            emoji="🔓",
            row=1,
        )
        for ticket in closed
        if _may_reopen(ticket, now, reopen_within)
    ][:MAX_BUTTONS]
    before, after = OwnPageId(page=max(found.page - 1, 0)), OwnPageId(page=min(found.page + 1, MAX_PAGE))
    return Reply(embed=embed, items=[*items, *_turning(found, before, after)])


def worked(found: TicketPage, snapshot: SettingsSnapshot, chosen: TicketFilter) -> Reply:
    """Show staff the tickets that they work on."""
    if not found.entries and not found.page:
        return Reply(t("There is no such ticket that you can see."))
    embed = _embed(t("Tickets"), [_staff_line(one.ticket) for one in found.entries], found.page, snapshot)
    return Reply(embed=embed, items=_turning(found, _at(chosen, found.page - 1), _at(chosen, found.page + 1)))


def searched(found: TicketPage, snapshot: SettingsSnapshot, typed: str, *, own: bool, member_id: int | None) -> Reply:
    """Show what was found, with the words around it."""
    if not found.entries and not found.page:
        return Reply(t("Nothing was found for “{words}”.", words=plain(typed)))
    lines = [_found_line(one, own=own) for one in found.entries]
    embed = _embed(t("Found for “{words}”", words=plain(typed)), lines, found.page, snapshot)

    def at(page: int) -> SearchPageId:
        return SearchPageId(page=min(max(page, 0), MAX_PAGE), own=own, member_id=member_id, typed=typed)

    turning = _turning(found, at(found.page - 1), at(found.page + 1))
    return Reply(embed=embed, items=[*_transcripts(found.entries), *turning])


def similar(ticket: SupportTicket, found: Sequence[Found], snapshot: SettingsSnapshot) -> Reply:
    """Show staff what is about the same as a ticket, the likest first."""
    if not found:
        return Reply(t("No ticket that you can see is like ticket #{number}.", number=ticket.number))
    title = t("Tickets like #{number}", number=ticket.number)
    embed = _embed(title, [_found_line(one, own=False) for one in found], 0, snapshot)
    return Reply(embed=embed, items=list(_transcripts(found)))


def transcript(ticket: SupportTicket, files: Sequence[Attachment]) -> Reply:
    """Hand out what was said in a ticket, to one person."""
    return Reply(t("This was said in ticket #{number}.", number=ticket.number), attachments=files)


def rated(ticket: SupportTicket, stars: int) -> Reply:
    """Thank for the stars, and ask for more words."""
    more = CommentId(guild_id=ticket.guild_id, ticket_id=ticket.id, stars=stars)
    text = t("Thank you! You gave {stars}.", stars="★" * stars + "☆" * (5 - stars))
    return Reply(text, items=[button(t("Say more"), more, emoji="💬")])


def comment_form(pressed: CommentId) -> discord.ui.DesignerModal:
    """Ask for words about the stars."""
    to = RateFormId(guild_id=pressed.guild_id, ticket_id=pressed.ticket_id, stars=pressed.stars)
    field = discord.ui.InputText(
        custom_id=COMMENT, style=discord.InputTextStyle.long, required=True, max_length=MAX_COMMENT
    )
    return form(t("Your rating"), to, labelled(t("What was good, and what was not?"), field))


def commented() -> Reply:
    """Thank for the words."""
    return Reply(t("Thank you! Staff can read what you wrote."))


def _own_line(ticket: SupportTicket, waits: Mapping[str, timedelta], policy: TicketPolicy, now: datetime) -> str:
    where = f" <#{ticket.channel_id}>" if ticket.channel_id is not None and not ticket.status.is_final else ""
    return f"**{title_of(ticket)}** · {status_of(ticket)}{where}\n-# {_next(ticket, waits, policy, now)}"


def _next(ticket: SupportTicket, waits: Mapping[str, timedelta], policy: TicketPolicy, now: datetime) -> str:
    """Say what happens next."""
    if ticket.status in {TicketStatus.CLOSED, TicketStatus.ARCHIVED}:
        if ticket.closed_at is None:
            return t("It is over.")
        moment = discord.utils.format_dt(ticket.closed_at, "R")
        if ticket.close_reason:
            return t("Closed {moment}: {reason}", moment=moment, reason=plain(ticket.close_reason, MAX_WORDS))
        return t("Closed {moment}", moment=moment)
    if ticket.status is TicketStatus.CLOSING:
        return t("Its transcript is being written.")
    if ticket.status is TicketStatus.OPENING:
        return t("Its channel is being made.")
    if ticket.close_runs_out_at is not None:
        moment = discord.utils.format_dt(ticket.close_runs_out_at, "R")
        return t("Staff ask whether it can be closed. Without your answer that happens {moment}.", moment=moment)
    if ticket.turn is Turn.MEMBER and ticket.turn_since is not None:
        moment = discord.utils.format_dt(ticket.turn_since, "R")
        return t("Staff answered {moment}, and wait for you.", moment=moment)
    return " ".join([t("Staff answer next."), *expectation(ticket, policy, waits.get(ticket.type or ""), now)])


def _staff_line(ticket: SupportTicket) -> str:
    facts = [f"<@{ticket.user_id}>", discord.utils.format_dt(ticket.created_at, "R")]
    if ticket.claimed_by is not None:
        facts.append(t("claimed by {person}", person=f"<@{ticket.claimed_by}>"))
    if (turn := turn_of(ticket)) is not None:
        facts.append(t("waiting for {side}", side=turn))
    if ticket.priority != 1:
        facts.append(priority_of(ticket))
    facts += [plain(label) for label in ticket.labels]
    return f"{MARKS[ticket.status]} **{_linked(ticket)}** {_place(ticket)}\n-# {' · '.join(facts)}"


def _found_line(found: Found, *, own: bool) -> str:
    ticket = found.ticket
    title = title_of(ticket) if own else _linked(ticket)
    who = "" if own else f" <@{ticket.user_id}>"
    moment = discord.utils.format_dt(ticket.closed_at or ticket.created_at, "d")
    words = plain(" ".join(found.excerpt.split()), MAX_WORDS)
    return f"{MARKS[ticket.status]} **{title}** {_place(ticket)}{who} {moment}\n> {words}"


def _linked(ticket: SupportTicket) -> str:
    """Name a ticket, with a link to where its transcript was posted."""
    title = title_of(ticket)
    if ticket.transcript_message_id is None or ticket.transcript_channel_id is None:
        return title
    return f"[{title}]({link_to(ticket.guild_id, ticket.transcript_channel_id, ticket.transcript_message_id)})"


def _place(ticket: SupportTicket) -> str:
    return f"<#{ticket.channel_id}>" if ticket.channel_id is not None and not ticket.status.is_final else ""


def _transcripts(found: Sequence[Found]) -> Sequence[Item]:
    return [
        button(t("Transcript #{number}", number=one.ticket.number), TranscriptId(ticket_id=one.ticket.id), row=0)
        for one in found
        if _has_transcript(one.ticket)
    ][:MAX_BUTTONS]


def _has_transcript(ticket: SupportTicket) -> bool:
    """Tell whether what was said was kept; the predecessor kept nothing, and knew no types."""
    return ticket.status in {TicketStatus.CLOSED, TicketStatus.ARCHIVED} and ticket.type is not None


def _may_reopen(ticket: SupportTicket, now: datetime, reopen_within: timedelta) -> bool:
    is_recent = ticket.closed_at is not None and ticket.closed_at + reopen_within >= now
    return ticket.status is TicketStatus.CLOSED and is_recent and ticket.merged_into is None


def _embed(title: str, lines: Sequence[str], page: int, snapshot: SettingsSnapshot) -> discord.Embed:
    shown = list(lines)
    while len("\n".join(shown)) > MAX_EMBED_DESCRIPTION:
        shown.pop()
    embed = discord.Embed(title=shortened(title, 256), description="\n".join(shown), colour=colour_of(snapshot))
    if page:
        embed.set_footer(text=t("Page {page}", page=page + 1))
    return embed


def _turning(found: TicketPage, before: ButtonId, after: ButtonId) -> list[Item]:
    if not found.page and not found.has_more:
        return []
    return [
        button(t("Newer"), before, disabled=not found.page, row=2),
        button(t("Older"), after, disabled=not found.has_more or found.page >= MAX_PAGE, row=2),
    ]


def _at(chosen: TicketFilter, page: int) -> ListPageId:
    return ListPageId(
        page=min(max(page, 0), MAX_PAGE),
        shown=chosen.shown,
        type_key=chosen.type_key,
        member_id=chosen.member_id,
        claimed_by=chosen.claimed_by,
        priority=chosen.priority,
        turn=Turn(chosen.turn) if chosen.turn is not None else None,
        label=chosen.label,
    )
