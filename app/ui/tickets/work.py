"""What staff are told about what they did with a ticket, and what is written into it then."""

import discord

from app.core import formats
from app.core.errors import UserError
from app.core.messages import t
from app.core.tickets.limits import MAX_NOTE
from app.models import FaqEntry, SupportTicket
from app.models.support_ticket import Turn
from app.ui.kit.components import form
from app.ui.kit.forms import labelled
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.tickets.words import priority_of
from app.ui.tickets.work_ids import NoteFormId

NOTE = "note"
"""The name of the field of the form."""


def transferred(ticket: SupportTicket) -> Reply:
    """Say whose it is now."""
    return Reply(
        t("Ticket #{number} is <@{person}>'s now.", number=ticket.number, person=ticket.claimed_by), private=False
    )


def added(ticket: SupportTicket, whom: str, problem: UserError | None) -> Reply:
    """Say who sees it now, or what is still to be done for that."""
    if problem is None:
        return Reply(t("{people} can see ticket #{number} now.", people=whom, number=ticket.number))
    return Reply(
        t(
            "{people} belong to ticket #{number} now, but do not see its channel yet: {problem}",
            people=whom,
            number=ticket.number,
            problem=str(problem),
        )
    )


def removed(ticket: SupportTicket, whom: str, problem: UserError | None, *, one_by_one: bool) -> Reply:
    """Say who sees it no more, or what is still to be done for that."""
    if problem is not None:
        return Reply(
            t(
                "{people} belong to ticket #{number} no more, but still see its channel: {problem}",
                people=whom,
                number=ticket.number,
                problem=str(problem),
            )
        )
    if one_by_one:
        return Reply(
            t(
                "{people} belong to ticket #{number} no more. Those who are in its thread stay there until they are "
                "removed one by one.",
                people=whom,
                number=ticket.number,
            )
        )
    return Reply(t("{people} belong to ticket #{number} no more.", people=whom, number=ticket.number))


def prioritised(ticket: SupportTicket) -> Reply:
    """Say how urgent it is now."""
    return Reply(t("Ticket #{number}: priority {priority}.", number=ticket.number, priority=priority_of(ticket)))


def labelled_as(ticket: SupportTicket) -> Reply:
    """Say which labels it has now."""
    if not ticket.labels:
        return Reply(t("Ticket #{number} has no labels now.", number=ticket.number))
    labels = formats.listed(map(plain, ticket.labels))
    return Reply(t("Ticket #{number} has these labels now: {labels}", number=ticket.number, labels=labels))


def turned(ticket: SupportTicket) -> Reply:
    """Say for whom it waits now."""
    if ticket.turn is Turn.STAFF:
        return Reply(t("Ticket #{number} waits for the staff now.", number=ticket.number))
    return Reply(t("Ticket #{number} waits for the member now.", number=ticket.number))


def snoozed(ticket: SupportTicket) -> Reply:
    """Say until when it was put off."""
    if ticket.snoozed_until is None:
        return Reply(t("Ticket #{number} comes back when its member writes.", number=ticket.number))
    moment = discord.utils.format_dt(ticket.snoozed_until, "F")
    return Reply(
        t("Ticket #{number} comes back {moment}, or when its member writes.", number=ticket.number, moment=moment)
    )


def woken(ticket: SupportTicket) -> Reply:
    """Say that it is there again."""
    return Reply(t("Ticket #{number} is put off no more.", number=ticket.number))


def escalated(ticket: SupportTicket, problem: UserError | None) -> Reply:
    """Say to whom it was escalated, or what is still to be done for that."""
    role = f"<@&{ticket.escalated_to}>"
    if problem is None:
        return Reply(t("Ticket #{number} was escalated to {role}.", number=ticket.number, role=role))
    return Reply(
        t(
            "Ticket #{number} was escalated to {role}, but they were not called into its channel: {problem}",
            number=ticket.number,
            role=role,
            problem=str(problem),
        )
    )


def call(role_id: int, by_id: int) -> str:
    """Call a role into a ticket."""
    return t("{role} <@{person}> asks for your help here.", role=f"<@&{role_id}>", person=by_id)


def joins(role_id: int) -> str:
    """Say who was added: in a private thread, Discord lets in whoever is mentioned."""
    return t("{role} were added to this ticket.", role=f"<@&{role_id}>")


def locked(ticket: SupportTicket) -> Reply:
    """Say who can close it now."""
    if ticket.locked:
        return Reply(t("Only staff can close ticket #{number} now.", number=ticket.number))
    return Reply(t("The member can close ticket #{number} again.", number=ticket.number))


def noted(ticket: SupportTicket) -> Reply:
    """Say that it was written down."""
    return Reply(t("Noted for the staff of ticket #{number}.", number=ticket.number))


def note_form(ticket: SupportTicket, typed: str = "") -> discord.ui.DesignerModal:
    """Ask for a note."""
    text = discord.ui.InputText(
        custom_id=NOTE, style=discord.InputTextStyle.long, max_length=MAX_NOTE, value=typed or None
    )
    return form(
        t("Note to ticket #{number}", number=ticket.number),
        NoteFormId(ticket_id=ticket.id),
        labelled(t("Only staff see this"), text),
    )


def answered(entry: FaqEntry, problem: UserError | None) -> Reply:
    """Say what became of the answer."""
    title = plain(entry.title, 100)
    if problem is None:
        return Reply(t("“{title}” was sent.", title=title))
    return Reply(t("“{title}” was not sent: {problem}", title=title, problem=str(problem)))


def canned(entry: FaqEntry, by_id: int) -> str:
    """Return an answer of the FAQ as it is written into a ticket, in the name of somebody. Its text may format."""
    head = f"**{plain(entry.title, 256)}**\n"
    foot = "\n-# " + t("Sent by {person}", person=f"<@{by_id}>")
    return head + shortened(entry.summary, MAX_CONTENT - len(head) - len(foot)) + foot
