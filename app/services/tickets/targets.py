"""Targets of a ticket: by when staff should answer and be done. Fixed when they begin, in business time."""

from datetime import datetime, timedelta
from typing import Any

from app.core.tickets.business_clock import BusinessClock
from app.core.tickets.hours import business_clock
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import TicketType

ALWAYS = "always"


def hours_of(policy: TicketPolicy) -> BusinessClock:
    """Return the clock that runs while a server's staff are there."""
    return business_clock(policy.hours or ALWAYS, policy.timezone)


def due(policy: TicketPolicy, since: datetime, target: int) -> datetime | None:
    """Return by when a target of so many seconds of business time is met; None for no target."""
    return hours_of(policy).after(since, timedelta(seconds=target)) if target else None


def targets_of(policy: TicketPolicy, kind: TicketType, opened: datetime) -> dict[str, Any]:
    """Return the columns that hold the targets of a new ticket."""
    return {
        "first_due_at": due(policy, opened, kind.first_target),
        "resolution_due_at": due(policy, opened, kind.resolution_target),
    }


def business_seconds(policy: TicketPolicy, since: datetime, until: datetime) -> int:
    """Return how much business time passed, in whole seconds."""
    return int(hours_of(policy).elapsed(since, until).total_seconds())
