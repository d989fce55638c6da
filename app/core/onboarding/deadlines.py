"""What happens by itself to a member who is not done: from what is written down to the moments of each step.

Everything follows from columns, so that it is the same after a restart and in every process.
"""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.records import record

NEVER = timedelta(0)


class Step(StrEnum):
    """What can be due, the more important first."""

    KICK = "k"
    WARN = "w"
    NUDGE = "n"


@record
class Facts:
    """What is written down about a member who is not done."""

    asked_at: datetime | None
    """Since when they could see how to begin; nothing happens to who could not."""
    nudged_at: datetime | None = None
    warned_at: datetime | None = None


@record
class Times:
    """What a server chose; zero means never."""

    nudge_after: timedelta = NEVER
    warn_after: timedelta = NEVER
    kick_after: timedelta = NEVER
    """After the warning: who was not warned is not removed."""


@record
class Plan:
    """The step that is due, and when the next one is."""

    due: Step | None = None
    next_at: datetime | None = None
    moments: dict[Step, datetime] = field(default_factory=dict[Step, datetime])


def plan(facts: Facts, times: Times, now: datetime) -> Plan:
    """Return what is due about a member. Once a step was taken, the facts are others and it is due no more."""
    moments = dict(_moments(facts, times))
    due = next((step for step in Step if step in moments and moments[step] <= now), None)
    return Plan(due, min((at for at in moments.values() if at > now), default=None), moments)


def forecast(facts: Facts, times: Times) -> dict[Step, datetime]:
    """Return when everything that is still to come would happen, the removal counted from the warning to come."""
    moments = dict(_moments(facts, times))
    if Step.WARN in moments and times.kick_after:
        moments[Step.KICK] = moments[Step.WARN] + times.kick_after
    return moments


def _moments(facts: Facts, times: Times) -> Iterator[tuple[Step, datetime]]:
    if facts.asked_at is None:
        return
    if facts.warned_at is not None:
        # Reminding somebody who was warned would say less than they know.
        if times.kick_after:
            yield Step.KICK, facts.warned_at + times.kick_after
        return
    if times.warn_after:
        yield Step.WARN, facts.asked_at + times.warn_after
    if times.nudge_after and facts.nudged_at is None:
        yield Step.NUDGE, facts.asked_at + times.nudge_after
