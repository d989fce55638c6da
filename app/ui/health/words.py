"""Words for what went wrong and for how long."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import discord

from app.core import formats
from app.core.health.services import ALL, written_shards
from app.core.health.state import Reason
from app.core.health.trend import Availability, Cause, Incident, Span
from app.core.messages import Message, msg, t, tn
from app.ui.kit.figures import length
from app.ui.kit.text import in_code, plain, shortened

MAX_REASONS = 4
MAX_SERVICE = 60
"""Characters of the name of a process."""

SPANS: Mapping[Span, Message] = {
    Span.DAY: msg("24 hours"),
    Span.WEEK: msg("7 days"),
    Span.MONTH: msg("30 days"),
    Span.YEAR: msg("A year"),
}

REASONS: Mapping[str, Message] = {
    Reason.NO_DATABASE: msg("the database did not answer"),
    Reason.NO_GATEWAY: msg("there was no connection to Discord"),
    Reason.SHARD_LOST: msg("a part of the connections to Discord was lost"),
    Reason.SLOW_DATABASE: msg("the database was slow"),
    Reason.SLOW_GATEWAY: msg("Discord was slow to answer"),
    Reason.LOOP_LAG: msg("the bot was busy and late"),
    Reason.POOL_FULL: msg("commands had to wait for a connection to the database"),
    Reason.INVALID_REQUESTS: msg("Discord refused too many requests"),
    Reason.REMINDERS_LATE: msg("reminders were late"),
    Reason.QUEUE_LONG: msg("what was to be saved had to wait for long"),
}
CAUSES: Mapping[Cause, Message] = {
    Cause.CRASHED: msg("Crashed"),
    Cause.STOPPED: msg("Stopped as it was told"),
    Cause.STOOD_STILL: msg("Stood still"),
    Cause.DOWN: msg("Did not work"),
    Cause.DEGRADED: msg("Worked, but not well"),
    Cause.FLAPPING: msg("Changed again and again"),
}
MARKS: Mapping[Cause, str] = {
    Cause.CRASHED: "🔴",
    Cause.STOPPED: "⚪",
    Cause.STOOD_STILL: "🔴",
    Cause.DOWN: "🔴",
    Cause.DEGRADED: "🟠",
    Cause.FLAPPING: "🟠",
}


def process(service: str) -> str:
    """Name a process by its shards, as people read it; what does not name them stays as it is."""
    if service == ALL:
        return t("all shards")
    served = written_shards(service)
    if served is None:
        return plain(service, MAX_SERVICE)
    numbers, of = served
    # `0-3` and `0, 2` are several.
    return tn("shard {numbers} of {all}", "shards {numbers} of {all}", 1 if numbers.isdigit() else 2,
              numbers=shortened(numbers, MAX_SERVICE), all=of)  # fmt: skip


def reasons(words: Sequence[str]) -> str:
    """Say why something was not well; a reason of another release is shown as it is stored."""
    said = [str(REASONS[word]) if word in REASONS else in_code(word, 40) for word in words]
    return formats.listed([*said[:MAX_REASONS], *(["…"] if len(said) > MAX_REASONS else [])])


def lasting(time: timedelta) -> str:
    """Say how long something took; less than a second is one."""
    return length(max(time.total_seconds(), 1))


def percent(value: float) -> str:
    """Write a share so that it is 100 only if nothing is missing."""
    if value >= 100:
        return formats.percent(100)
    digits = 3 if value >= 99.9 else 2
    return formats.percent(math.floor(value * 10**digits + 1e-6) / 10**digits, digits, keeps_zeros=True)


def availability(one: Availability) -> str:
    """Say for how much of the time the bot worked, and for how long it did not."""
    share = one.percent
    said = [t("not known yet") if share is None else f"**{percent(share)}**"]
    if one.down > timedelta():
        said.append(t("did not work for {length}", length=lasting(one.down)))
    if one.planned > timedelta():
        said.append(t("stopped as told for {length}", length=lasting(one.planned)))
    return " · ".join(said)


def incident(one: Incident, now: datetime, *, names_service: bool) -> str:
    """Say in a line or two what happened: when, for how long, why and to which release."""
    since = discord.utils.format_dt(one.since, "f")
    lasted = lasting(one.lasted(now))
    head = f"{MARKS[one.cause]} **{CAUSES[one.cause]}** · {since} · "
    head += t("{length} so far", length=lasted) if one.until is None else t("for {length}", length=lasted)
    about = [reasons(one.reasons)] if one.reasons else []
    about.append(t("release {release}", release=plain(one.version, 60)))
    if names_service:
        about.append(process(one.service))
    return f"{head}\n-# {' · '.join(about)}"
