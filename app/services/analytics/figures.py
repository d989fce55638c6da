"""Figures about the use of commands, counted by the database. What they mean is in `app.core.analytics.figures`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.analytics.durations import Durations
from app.core.analytics.figures import CommandFigures, CommandUse, Day, ErrorGroup, OwnUse, People, UsageFigures, Use
from app.core.analytics.policy import AnalyticsPolicy
from app.core.clock import Clock
from app.core.interactions import FAILURES, Outcome
from app.core.scheduling.periods import Period, last_days
from app.core.scheduling.zones import zone_info
from app.services.analytics.rows import LOST, NO_USE, SECOND, A, at, ended, event_here, is_event, step, total
from app.services.analytics.staff import require_staff


class UsageFiguresService:
    """Counts interactions, in a few queries however many there are: all of them, exactly."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(self, actor: Actor, policy: AnalyticsPolicy, *, days: int, everywhere: bool = False) -> UsageFigures:
        """Return the figures of the last days: of this server by its clock, or of all servers by UTC.

        Raises StatisticsNotAllowed, or NotAnOperator if it is to be about all servers.
        """
        require_staff(actor, everywhere=everywhere)
        window = self._window(policy, days, everywhere=everywhere)
        facts = window.facts(actor.guild_id)
        counted = _Counted(window)
        counted.add(await self._session.execute(_COUNTS[everywhere], facts))
        people = {row.day: row.many for row in await self._session.execute(_PEOPLE_OF_DAYS[everywhere], facts)}
        active, before, returning = (await self._session.execute(_PEOPLE[everywhere], facts)).one()
        return UsageFigures(
            window.period,
            everywhere,
            counted.commands(),
            counted.days(people),
            People(active, before, active - returning, returning),
            await self._errors(facts, everywhere=everywhere),
            counted.lost,
            await self._since(window, facts, everywhere=everywhere),
        )

    async def command(
        self, actor: Actor, policy: AnalyticsPolicy, name: str, *, days: int, everywhere: bool = False
    ) -> CommandFigures | None:
        """Return the figures of one command by its full name; None if it was used neither now nor before.

        Raises StatisticsNotAllowed, or NotAnOperator if it is to be about all servers.
        """
        require_staff(actor, everywhere=everywhere)
        window = self._window(policy, days, everywhere=everywhere)
        facts = {**window.facts(actor.guild_id), "name": name}
        counted = _Counted(window)
        counted.add(await self._session.execute(_COUNTS[everywhere].where(A.command_name == name), facts))
        commands = counted.commands()
        if not commands:
            return None
        errors = await self._errors(facts, everywhere=everywhere)
        return CommandFigures(
            window.period,
            everywhere,
            commands[0],
            counted.days({}),
            tuple(error for error in errors if name in error.commands),
            await self._since(window, facts, everywhere=everywhere),
        )

    async def mine(self, actor: Actor, policy: AnalyticsPolicy, *, days: int) -> OwnUse:
        """Return what this person used here themselves."""
        window = self._window(policy, days, everywhere=False)
        facts = window.facts(actor.guild_id)
        counted = _Counted(window)
        counted.add(await self._session.execute(_COUNTS[False].where(A.user_id == actor.user_id), facts))
        since = self._clock() - policy.keep_events
        return OwnUse(window.period, counted.commands(), since if since > window.period.since else None)

    def _window(self, policy: AnalyticsPolicy, days: int, *, everywhere: bool) -> "_Window":
        zone = zone_info("UTC" if everywhere else policy.timezone)
        now = self._clock()
        both = last_days(2 * days, 1, zone, now).bounds
        period = Period(zone, days, 1, both[days:])
        past = (now - both[-2]) / timedelta(days=1)
        # As much of the first day as is over of today.
        first = both[1] - min(past, 1.0) * (both[1] - both[0])
        return _Window(period, (first, *both[1:days]))

    async def _errors(self, facts: Mapping[str, Any], *, everywhere: bool) -> tuple[ErrorGroup, ...]:
        rows = (await self._session.execute(_ERRORS[everywhere], facts)).all()
        whole = {row.fingerprint: row for row in rows if row.command_name is None}
        commands = dict[str, list[tuple[int, str]]]()
        for row in rows:
            if row.command_name is not None:
                commands.setdefault(row.fingerprint, []).append((-row.many, row.command_name))
        ids = {one for row in whole.values() for one in (row.first_id, row.last_id)}
        found = {row.id: row for row in await self._session.execute(_ONES, {"ids": sorted(ids)})}
        groups = [
            ErrorGroup(
                fingerprint,
                (last := found[row.last_id]).error_message or "",
                row.many,
                tuple(name for _, name in sorted(commands[fingerprint])),
                row.guilds,
                (first := found[row.first_id]).created_at,
                last.created_at,
                last.release,
                first.release,
                last.reference,
            )
            for fingerprint, row in whole.items()
            if row.first_id in found and row.last_id in found
        ]
        return tuple(sorted(groups, key=lambda one: one.last_at, reverse=True))

    async def _since(self, window: "_Window", facts: Mapping[str, Any], *, everywhere: bool) -> datetime | None:
        first = await self._session.scalar(_FIRST[everywhere], facts)
        return first if first is not None and first > window.before[0] else None


@dataclass(frozen=True)
class _Window:
    """A period, and the one before it."""

    period: Period
    before: tuple[datetime, ...]
    """Where the days of the period before begin."""

    def facts(self, guild_id: int) -> dict[str, Any]:
        bounds = [*self.before, *self.period.bounds[:-1]]
        middle = self.period.since
        return {
            "guild": guild_id, "since": bounds[0], "middle": middle, "until": self.period.until, "bounds": bounds,
        }  # fmt: skip


@dataclass
class _Counted:
    """What is counted, as it comes."""

    window: _Window
    lost: int = 0
    _uses: dict[tuple[str, str], dict[Any, Any]] = field(default_factory=dict[tuple[str, str], dict[Any, Any]])
    _days: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])

    def add(self, rows: Iterable[Any]) -> None:
        """Add rows of the day's number, name, kind, outcome, step, count, answered and answered within a second."""
        before = len(self.window.before)
        for day, name, kind, outcome, at_step, many, answered, within in rows:
            if kind == LOST:
                self.lost += many if day > before else 0
                continue
            use = self._uses.setdefault(
                (name, kind), {"outcomes": {}, "steps": {}, "answered": 0, "within": 0, "before": 0}
            )
            if day <= before:
                use["before"] += many
                continue
            ended_as = Outcome(outcome)
            use["outcomes"][ended_as] = use["outcomes"].get(ended_as, 0) + many
            use["answered"] += answered
            use["within"] += within
            if at_step is not None:
                use["steps"][at_step] = use["steps"].get(at_step, 0) + many
            of_all, failed = self._days.get(day - before, (0, 0))
            self._days[day - before] = of_all + many, failed + (many if ended_as in FAILURES else 0)

    def commands(self) -> tuple[CommandUse, ...]:
        """Return what was used, the most used first."""
        found = [
            CommandUse(
                name,
                kind,
                Use(use["outcomes"], Durations(use["steps"]), use["answered"], use["within"]),
                use["before"],
            )
            for (name, kind), use in self._uses.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.use.count, -one.before, one.name, one.kind)))

    def days(self, people: Mapping[int, int]) -> tuple[Day, ...]:
        """Return every day of the period."""
        before = len(self.window.before)
        return tuple(
            Day(start, *self._days.get(number, (0, 0)), people.get(number + before, 0))
            for number, start in enumerate(self.window.period.bounds[:-1], 1)
        )


def _day() -> Any:
    # Through a function, as PostgreSQL takes no array of a parameter there.
    return func.width_bucket(A.created_at, bindparam("bounds", type_=ARRAY(DateTime(timezone=True))), type_=Integer)


def _by_day(*, everywhere: bool) -> Any:
    keys = [_day().label("day"), A.command_name, A.command_type, ended().label("ended"), step().label("step")]
    answered = A.first_response_ms.is_not(None)
    return (
        select(*keys, total(A.count), total(A.count, answered), total(A.count, answered, A.first_response_ms < SECOND))
        .where(event_here(everywhere=everywhere), A.command_type.not_in([one for one in NO_USE if one != LOST]))
        .group_by(*keys)
    )


def _somebody(*, everywhere: bool) -> tuple[ColumnElement[bool], ...]:
    return (event_here(everywhere=everywhere), A.user_id != 0, A.command_type.not_in(NO_USE))


def _people_of_days(*, everywhere: bool) -> Any:
    day = _day().label("day")
    return (
        select(day, func.count(A.user_id.distinct()).label("many"))
        .where(*_somebody(everywhere=everywhere))
        .group_by(day)
    )


def _people(*, everywhere: bool) -> Any:
    now = func.bool_or(A.created_at >= at("middle")).label("now")
    before = func.bool_or(A.created_at < at("middle")).label("before")
    one = select(now, before).where(*_somebody(everywhere=everywhere)).group_by(A.user_id).subquery().c
    return select(
        func.count().filter(one.now), func.count().filter(one.before), func.count().filter(one.now, one.before)
    )


def _errors(*, everywhere: bool) -> Any:
    """Group all errors there are: when one was first seen is before the period, perhaps."""
    here = [A.fingerprint.is_not(None), A.created_at < at("until")]
    if not everywhere:
        here.append(A.guild_id == bindparam("guild", type_=BigInteger()))
    many = total(A.count, A.created_at >= at("middle")).label("many")
    return (
        select(
            A.fingerprint,
            A.command_name,
            many,
            func.count(A.guild_id.distinct()).filter(A.created_at >= at("middle")).label("guilds"),
            func.min(A.id).label("first_id"),
            func.max(A.id).label("last_id"),
        )
        .where(*here)
        .group_by(func.grouping_sets(tuple_(A.fingerprint), tuple_(A.fingerprint, A.command_name)))
        .having(many > 0)
    )


def _first(*, everywhere: bool) -> Any:
    """Select when the first of all was recorded."""
    here = [is_event()] if everywhere else [A.guild_id == bindparam("guild", type_=BigInteger()), is_event()]
    return select(A.created_at).where(*here).order_by(A.created_at).limit(1)


_ONES = select(A.id, A.error_message, A.created_at, A.release, A.reference).where(
    A.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
)
# Built once: that takes as long as PostgreSQL takes for some thousand interactions.
_COUNTS, _PEOPLE_OF_DAYS, _PEOPLE, _ERRORS, _FIRST = (
    {everywhere: build(everywhere=everywhere) for everywhere in (False, True)}
    for build in (_by_day, _people_of_days, _people, _errors, _first)
)
