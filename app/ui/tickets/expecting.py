"""When whoever opened a ticket can expect the first answer."""

from datetime import datetime, timedelta

import discord

from app.core.durations import Spoken
from app.core.messages import t
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket
from app.services.tickets.targets import hours_of


def expectation(ticket: SupportTicket, policy: TicketPolicy, wait: timedelta | None, now: datetime) -> list[str]:
    """Say it, in a sentence or two: what is usual, else what staff aim at; and when they are back if they are away."""
    if ticket.first_answered_at is not None:
        return []
    said: list[str] = []
    if wait is not None and policy.hours is not None:
        said.append(
            t(
                "Half of such tickets get their first answer within {time} of business hours.",
                time=Spoken(_round(wait)),
            )
        )
    elif wait is not None:
        said.append(t("Half of such tickets get their first answer within {time}.", time=Spoken(_round(wait))))
    elif ticket.first_due_at is not None and ticket.first_due_at > now:
        said.append(t("Staff aim to answer {moment}.", moment=discord.utils.format_dt(ticket.first_due_at, "R")))
    hours = hours_of(policy)
    if not hours.is_open(now):
        moment = discord.utils.format_dt(hours.next_opening(now), "R")
        said.append(t("It is outside our business hours. Staff are back {time}.", time=moment))
    return said


def _round(wait: timedelta) -> timedelta:
    """Leave out what nobody plans by."""
    unit = timedelta(hours=1) if wait > timedelta(hours=5) else timedelta(minutes=1)
    return max(unit, -(-wait // unit) * unit)
