"""What is said in tickets by itself: reminders, warnings, news. Whom it pings is said to Discord beside the text."""

from datetime import datetime

import discord

from app.core.messages import t
from app.core.records import record
from app.models import SupportTicket
from app.ui.kit.links import link_to


@record
class Said:
    """A message, and whom it pings."""

    text: str
    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()


def woken(ticket: SupportTicket) -> Said:
    """Say that it was put off until now."""
    return _to_claimer(ticket, t("This ticket was put off until now."))


def remind_staff(ticket: SupportTicket) -> Said:
    """Remind whoever has it, else its team."""
    assert ticket.turn_since is not None
    return _to_staff(ticket, t("An answer is missing here since {moment}.", moment=_ago(ticket.turn_since)))


def warn_of_target(ticket: SupportTicket, due: datetime) -> Said:
    """Say that a target is about to be missed, to whoever can still meet it."""
    return _to_staff(ticket, t("The target for this ticket: {moment}.", moment=_ago(due)))


def remind_member(ticket: SupportTicket) -> Said:
    """Remind the opener that they were asked something."""
    return _to_opener(ticket, t("The staff have answered and wait for you. Do you still need help?"))


def warn_idle(ticket: SupportTicket, closes: datetime | None) -> Said:
    """Tell the opener that it will be closed for their silence."""
    if closes is None:
        return _to_opener(ticket, t("Nothing was heard from you for a while. Write here if you still need help."))
    return _to_opener(
        ticket,
        t(
            "Nothing was heard from you for a while. This ticket closes {moment} unless you write here.",
            moment=_ago(closes),
        ),
    )


def tell(ticket: SupportTicket, server: str | None) -> Said:
    """Tell the opener in a direct message that they have an answer."""
    assert ticket.channel_id is not None
    link = link_to(ticket.guild_id, ticket.channel_id, ticket.header_message_id or ticket.channel_id)
    if server is None:
        return Said(t("There is an answer in your ticket #{number}: {link}", number=ticket.number, link=link))
    return Said(
        t(
            "There is an answer in your ticket #{number} in {server}: {link}",
            number=ticket.number,
            server=server,
            link=link,
        )
    )


def tell_here(ticket: SupportTicket) -> Said:
    """Tell them where the ticket is, because their direct messages are closed."""
    return _to_opener(ticket, t("There is an answer for you."))


def _to_opener(ticket: SupportTicket, text: str) -> Said:
    return Said(f"<@{ticket.user_id}> {text}", users=(ticket.user_id,))


def _to_claimer(ticket: SupportTicket, text: str) -> Said:
    if ticket.claimed_by is None:
        return Said(text)
    return Said(f"<@{ticket.claimed_by}> {text}", users=(ticket.claimed_by,))


def _to_staff(ticket: SupportTicket, text: str) -> Said:
    """Say it to whoever has the ticket, else to the role it was escalated to, else to its teams, if there are any."""
    if ticket.claimed_by is not None:
        return _to_claimer(ticket, text)
    roles = (ticket.escalated_to,) if ticket.escalated_to is not None else tuple(ticket.team_role_ids)
    return Said(" ".join([*(f"<@&{role}>" for role in roles), text]), roles=roles)


def _ago(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "R")
