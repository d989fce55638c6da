"""Incidents and availability, read from what happened to the processes of the bot. All of it pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from app.core.health.services import covers, shards_of
from app.core.health.trend import Availability, Cause, Incident, ReleaseMark, ShardNumber
from app.core.health_kinds import HealthKind, HealthState
from app.core.records import record

SEEN_WITHIN = timedelta(minutes=3)
"""A process that has written nothing for longer does not run any more."""

_OF_STATE = {
    HealthState.DOWN: Cause.DOWN,
    HealthState.DEGRADED: Cause.DEGRADED,
    HealthState.FLAPPING: Cause.FLAPPING,
}


@record
class Happening:
    """What happened to a process."""

    service: str
    kind: HealthKind
    at: datetime
    since: datetime | None
    """Of a stop or a crash when the process began, of a gap when it was last seen before."""
    version: str
    state: HealthState | None = None
    reasons: Sequence[str] = ()


@record
class Seen:
    """When a process was last seen."""

    service: str
    at: datetime
    version: str


@dataclass
class _Span:
    """A time in which a process ran, stood still or was in a state."""

    service: str
    since: datetime
    until: datetime | None
    version: str
    cause: Cause | None = None
    """Why it is an incident; of a run, why it ended; None of a run that goes on."""
    reasons: tuple[str, ...] = ()


@dataclass
class _Process:
    """What is known of one process at one moment, while time passes."""

    running: int = 0
    troubles: list[_Span] = field(default_factory=list["_Span"])

    @property
    def works(self) -> bool:
        return self.running > 0 and not self.troubles


def history(
    happenings: Iterable[Happening],
    seen: Iterable[Seen],
    *,
    since: datetime,
    now: datetime,
    shard: ShardNumber | None = None,
) -> tuple[list[Incident], Availability]:
    """Return what was not well from a moment until now, the oldest first, and for how long the bot worked.

    Of one shard, or of all of them together. What happened shortly before `since` has to be among the happenings, or
    nothing is known of the time until the first of them.
    """
    by_service: defaultdict[str, list[Happening]] = defaultdict(list)
    for one in happenings:
        # What is yet to come was written before the clock was set back.
        if one.at <= now:
            by_service[one.service].append(one)
    last_seen = {one.service: one for one in seen}
    runs = {name: _runs(found, last_seen.get(name), now) for name, found in by_service.items()}
    troubles = {name: _troubles(found, runs[name]) for name, found in by_service.items()}
    incidents: dict[Incident, None] = {}
    known = down = planned = timedelta()
    first = now
    for names, count in _alike(runs, shard, now):
        spans = [one for name in names for one in (*runs[name], *troubles[name])]
        begin = max(min((one.since for one in spans), default=now), since)
        found = _downtimes(spans, begin, now)
        first = min(first, begin)
        known += (now - begin) * count
        for one in found:
            lasted = one.lasted(now) * count
            if one.is_planned:
                planned += lasted
            else:
                down += lasted
        # As long as it really was, and not only since the beginning of what is shown.
        incidents.update(dict.fromkeys(_downtimes(spans, min((one.since for one in spans), default=now), now)))
        for one in (one for name in names for one in troubles[name]):
            if one.cause in {Cause.DEGRADED, Cause.FLAPPING}:
                incidents[_incident(one)] = None
    shown = [one for one in incidents if one.until is None or one.until > since]
    return sorted(shown, key=lambda one: (one.since, one.service)), Availability(first, now, known, down, planned)


def releases(happenings: Iterable[Happening], since: datetime) -> list[ReleaseMark]:
    """Return when another release began to run than before, from a moment on."""
    marks: list[ReleaseMark] = []
    before: str | None = None
    for one in sorted((one for one in happenings if one.kind is HealthKind.START), key=lambda one: one.at):
        if one.version != before:
            marks.append(ReleaseMark(one.at, one.version, before))
        before = one.version
    return [one for one in marks if one.at >= since and one.before is not None]


def _runs(happenings: Sequence[Happening], seen: Seen | None, now: datetime) -> list[_Span]:
    """Return when a process ran, however often it was started."""
    runs: dict[datetime, _Span] = {}
    for one in sorted(happenings, key=lambda one: one.at):
        if one.kind is HealthKind.START:
            runs.setdefault(one.at, _Span(one.service, one.at, None, one.version))
        elif one.kind in {HealthKind.STOP, HealthKind.CRASH}:
            begun = min(one.since or one.at, one.at)
            cause = Cause.STOPPED if one.kind is HealthKind.STOP else Cause.CRASHED
            runs[begun] = _Span(one.service, begun, one.at, one.version, cause)
    ordered = [runs[begun] for begun in sorted(runs)]
    going_on = max((one.since for one in ordered if one.until is None), default=None)
    for number, one in enumerate(ordered):
        if one.until is not None:
            continue
        if one.since != going_on:
            # Nobody has noticed yet how it ended; that it was followed is all that is known.
            one.until, one.cause = ordered[number + 1].since, Cause.CRASHED
        elif seen is not None and now - seen.at > SEEN_WITHIN:
            one.until, one.cause = max(seen.at, one.since), Cause.CRASHED
    return ordered


def _troubles(happenings: Sequence[Happening], runs: Sequence[_Span]) -> list[_Span]:
    """Return when a process stood still, and when it said itself that it was not well."""
    found: list[_Span] = []
    state: _Span | None = None
    starts = [Happening(one.service, HealthKind.START, one.since, None, one.version) for one in runs]
    changes = [one for one in happenings if one.kind in {HealthKind.CHANGE, HealthKind.GAP}]
    ends = [
        Happening(one.service, HealthKind.STOP, one.until, one.since, one.version)
        for one in runs
        if one.until is not None
    ]
    # The sort is stable: of a process that ends the moment it was last seen, what it said then does not outlive it.
    for one in sorted((*starts, *changes, *ends), key=lambda one: one.at):
        if one.kind is HealthKind.GAP:
            found.append(_Span(one.service, min(one.since or one.at, one.at), one.at, one.version, Cause.STOOD_STILL))
            continue
        if state is not None:
            state.until = one.at
            state = None
        cause = _OF_STATE.get(one.state) if one.kind is HealthKind.CHANGE and one.state is not None else None
        if cause is not None:
            state = _Span(one.service, one.at, None, one.version, cause, tuple(one.reasons))
            found.append(state)
    return [one for one in found if one.until is None or one.until > one.since]


def _alike(
    runs: Mapping[str, Sequence[_Span]], shard: ShardNumber | None, now: datetime
) -> list[tuple[tuple[str, ...], int]]:
    """Return processes that serve the same shards, with how many shards those are."""
    if shard is not None:
        return [(tuple(name for name in runs if covers(name, shard)), 1)]
    ran = {name: max((one.until or now for one in spans), default=None) for name, spans in runs.items()}
    newest = max(ran, key=lambda name: ran[name] or datetime.min.replace(tzinfo=now.tzinfo), default=None)
    if newest is None:
        return []
    count = shards_of(newest)[0].count
    alike: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for one in (one for name in runs for one in shards_of(name) if one.count == count):
        alike[tuple(name for name in runs if covers(name, one))].add(one.number)
    return [(names, len(numbers)) for names, numbers in alike.items()]


def _downtimes(spans: Sequence[_Span], begin: datetime, now: datetime) -> list[Incident]:
    """Walk through time once, and return when no process worked."""
    moments: list[tuple[datetime, bool, _Span]] = []
    for one in spans:
        if one.cause in {Cause.DEGRADED, Cause.FLAPPING}:
            continue
        moments.append((one.since, True, one))
        if one.until is not None:
            moments.append((one.until, False, one))
    processes: defaultdict[str, _Process] = defaultdict(_Process)
    last: _Span | None = None
    current: Incident | None = None
    found: list[Incident] = []
    ordered = sorted(moments, key=lambda one: one[0])
    for at, together in groupby(ordered, key=lambda one: one[0]):
        for _, begins, one in together:
            process = processes[one.service]
            if one.cause in {Cause.DOWN, Cause.STOOD_STILL}:
                process.troubles.append(one) if begins else process.troubles.remove(one)
            else:
                process.running += 1 if begins else -1
                last = last if begins else one
        why = _why(processes, last)
        if current is not None and (why is None or _incident(why).cause is not current.cause):
            found.append(replace(current, until=at))
            current = None
        if why is not None and current is None:
            current = replace(_incident(why), since=at, until=None)
    if current is not None:
        found.append(current)
    clipped = [replace(one, since=max(one.since, begin)) for one in found if one.until is None or one.until > begin]
    return [one for one in clipped if one.since < now and one.until != one.since]


def _why(processes: Mapping[str, _Process], last: _Span | None) -> _Span | None:
    """Return why nothing works; None if something does."""
    if any(one.works for one in processes.values()):
        return None
    running = [one for one in processes.values() if one.running > 0]
    troubles = sorted((one for process in running for one in process.troubles), key=lambda one: one.since)
    if troubles:
        return next((one for one in troubles if one.cause is Cause.DOWN), troubles[0])
    return last


def _incident(span: _Span) -> Incident:
    assert span.cause is not None, "a run that goes on is no incident"
    return Incident(span.cause, span.since, span.until, span.service, span.version, span.reasons)
