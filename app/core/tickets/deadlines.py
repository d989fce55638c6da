"""What happens to a ticket by itself, and when: from what is written down about it to the moments of each step.

Everything follows from columns, so that it is the same after a restart and in every process. Staff are reminded, and
targets run, in business time; members have all hours of the day.
"""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.records import record
from app.core.tickets.business_clock import BusinessClock

WARN_AT = 0.8
"""Which part of a target's business time has passed when staff are warned."""


class Target(StrEnum):
    """What staff are to reach: as these are called among what was missed."""

    FIRST = "first"
    NEXT = "next"
    RESOLUTION = "resolution"


class Step(StrEnum):
    """What can be due, the more important first: of those that end a ticket, only one comes."""

    CLOSE_LEFT = "cl"
    """The opener left the server, and did not come back."""
    CLOSE_REQUEST = "cr"
    """Nobody answered whether it can be closed."""
    CLOSE_IDLE = "ci"
    """The opener said nothing after the warning."""
    WAKE = "wk"
    """It was put off until now."""
    MISS_FIRST = "mf"
    MISS_NEXT = "mn"
    MISS_RESOLUTION = "mr"
    TELL = "tl"
    """The opener has an answer and is not here."""
    WARN_TARGET = "wt"
    """A target is about to be missed."""
    REMIND_STAFF = "rs"
    REMIND_MEMBER = "rm"
    WARN_IDLE = "wi"


CLOSINGS = frozenset({Step.CLOSE_LEFT, Step.CLOSE_REQUEST, Step.CLOSE_IDLE})


@record
class Facts:
    """What is written down about an open ticket."""

    created_at: datetime
    is_snoozed: bool = False
    snoozed_until: datetime | None = None
    staff_owe: bool | None = None
    """Whose turn it is; None when it is nobody's."""
    turn_since: datetime | None = None
    reminded_at: datetime | None = None
    warned_at: datetime | None = None
    tell_at: datetime | None = None
    is_answered: bool = False
    """Whether staff have answered at all."""
    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    target_warned_at: datetime | None = None
    missed: frozenset[str] = frozenset()
    close_runs_out_at: datetime | None = None
    opener_left_at: datetime | None = None


@record
class Rules:
    """What a server chose; None means never."""

    clock: BusinessClock
    keep_left: timedelta
    remind_after: timedelta | None = None
    warn_after: timedelta | None = None
    close_after: timedelta | None = None


@record
class Plan:
    """The steps that are due, the most important first, and when the next one is."""

    due: tuple[Step, ...] = ()
    next_at: datetime | None = None
    moments: dict[Step, datetime] = field(default_factory=dict[Step, datetime])


def plan(facts: Facts, rules: Rules, now: datetime) -> Plan:
    """Return what is due about a ticket. Once a step was taken, the facts are others and it is due no more."""
    moments = dict(_moments(facts, rules))
    due = tuple(step for step in Step if step in moments and moments[step] <= now)
    return Plan(due, min((at for at in moments.values() if at > now), default=None), moments)


def _moments(facts: Facts, rules: Rules) -> Iterator[tuple[Step, datetime]]:
    if facts.opener_left_at is not None:
        yield Step.CLOSE_LEFT, facts.opener_left_at + rules.keep_left
    if facts.close_runs_out_at is not None:
        yield Step.CLOSE_REQUEST, facts.close_runs_out_at
    if facts.resolution_due_at is not None and Target.RESOLUTION not in facts.missed:
        yield Step.MISS_RESOLUTION, facts.resolution_due_at
    if facts.is_snoozed and facts.snoozed_until is not None:
        yield Step.WAKE, facts.snoozed_until
    if facts.staff_owe:
        target, due = target_of(facts)
        if due is not None and target not in facts.missed:
            yield (Step.MISS_NEXT if target is Target.NEXT else Step.MISS_FIRST), due
    if facts.is_snoozed:
        return
    if (warn_at := _target_warning(facts, rules)) is not None:
        yield Step.WARN_TARGET, warn_at
    if facts.turn_since is None:
        return
    if facts.staff_owe:
        if rules.remind_after is not None and facts.reminded_at is None:
            yield Step.REMIND_STAFF, rules.clock.after(facts.turn_since, rules.remind_after)
    elif facts.opener_left_at is None:
        yield from _of_member(facts, rules, facts.turn_since)


def _of_member(facts: Facts, rules: Rules, since: datetime) -> Iterator[tuple[Step, datetime]]:
    if facts.tell_at is not None:
        yield Step.TELL, facts.tell_at
    if facts.close_runs_out_at is not None:
        # They were asked something already, with an end of its own.
        return
    if facts.warned_at is not None:
        if rules.close_after is not None:
            yield Step.CLOSE_IDLE, facts.warned_at + rules.close_after
        return
    if rules.remind_after is not None and facts.reminded_at is None:
        yield Step.REMIND_MEMBER, since + rules.remind_after
    if rules.warn_after is not None:
        yield Step.WARN_IDLE, since + rules.warn_after


def target_of(facts: Facts) -> tuple[Target, datetime | None]:
    """Return which answer staff owe, and by when."""
    return (Target.NEXT, facts.next_due_at) if facts.is_answered else (Target.FIRST, facts.first_due_at)


def _target_warning(facts: Facts, rules: Rules) -> datetime | None:
    """Return when the first target is about to be missed of which staff were not warned."""
    targets = [(facts.created_at, facts.resolution_due_at)]
    if facts.staff_owe and facts.turn_since is not None:
        target, due = target_of(facts)
        targets.append((facts.created_at if target is Target.FIRST else facts.turn_since, due))
    moments: list[datetime] = []
    for since, due in targets:
        if due is not None:
            at = rules.clock.after(since, rules.clock.elapsed(since, due) * WARN_AT)
            # One warning speaks of all that is close by then.
            if facts.target_warned_at is None or facts.target_warned_at < at:
                moments.append(at)
    return min(moments, default=None)
