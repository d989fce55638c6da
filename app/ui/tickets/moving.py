"""What is said when a ticket goes elsewhere: to another type, or into another ticket."""

import discord

from app.core.errors import UserError
from app.core.messages import t
from app.core.tickets.errors import MemberJoins
from app.core.tickets.types import TicketType
from app.models import SupportTicket
from app.ui.kit.components import button
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.tickets.work_ids import MergeId


def moved(ticket: SupportTicket, problem: UserError | None) -> Reply:
    """Say what it is now, or what is still to be done for that."""
    name = plain(ticket.type_name or "")
    if problem is None:
        return Reply(t("Ticket #{number} is of the kind **{name}** now.", number=ticket.number, name=name))
    return Reply(
        t(
            "Ticket #{number} is of the kind **{name}** now, but its channel is not yet as it should be: {problem}",
            number=ticket.number,
            name=name,
            problem=str(problem),
        )
    )


def arrives(kind: TicketType, roles: tuple[int, ...], by_id: int) -> str:
    """Tell those in it, and the team that it is for now."""
    name = plain(kind.name)
    text = t("{person} has moved this ticket to **{name}**.", person=f"<@{by_id}>", name=name)
    return " ".join([*(f"<@&{role}>" for role in roles), text])


def would_join(why: MemberJoins) -> Reply:
    """Ask whether somebody may really read what somebody else wrote."""
    pressed = MergeId(ticket_id=why.merged_id, into_id=why.kept_id)
    return Reply(str(why), items=[button(t("Merge them anyway"), pressed, style=discord.ButtonStyle.danger)])


def merged(ticket: SupportTicket, kept: SupportTicket, problem: UserError | None) -> Reply:
    """Say which one goes on, or what is still to be done for that."""
    where = f"<#{kept.channel_id}>" if kept.channel_id is not None else f"#{kept.number}"
    if problem is None:
        return Reply(t("Ticket #{number} is closed as a double of {other}.", number=ticket.number, other=where))
    return Reply(
        t(
            "Ticket #{number} is closed as a double of {other}, but its member was not told there: {problem}",
            number=ticket.number,
            other=where,
            problem=str(problem),
        )
    )


def joined(ticket: SupportTicket, kept: SupportTicket) -> str:
    """Tell those in the ticket that goes on about the other one."""
    return t(
        "Ticket #{number} of {member} was about the same and goes on here: {text}",
        number=ticket.number,
        member=f"<@{ticket.user_id}>",
        text=plain(ticket.description, 600) or f"#{kept.number}",
    )
