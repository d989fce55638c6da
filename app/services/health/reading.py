"""Reading the health trend: points, incidents and availability."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Double,
    Interval,
    Text,
    and_,
    bindparam,
    cast,
    distinct,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.health.history import Happening, Seen, history, releases
from app.core.health.services import covers
from app.core.health.trend import (
    Availability,
    Figure,
    Incident,
    Incidents,
    Measured,
    Point,
    ServiceStatus,
    ShardNumber,
    Span,
    Trend,
)
from app.core.health_kinds import HealthKind
from app.models.health_check import HealthCheck
from app.services.health.rows import EPOCH, SAMPLE, constant, each_service

H = HealthCheck
COLUMNS = HealthCheck.__table__.c
BEFORE = 50
"""How many starts and ends of a process, and how many other happenings, before a time tell how it was then."""
MAX_HAPPENINGS = 5000
"""Of each process, of either; the newest."""
_DOUBLE = Double[float]()
_TOGETHER = frozenset({Figure.GUILDS, Figure.RECONNECTS, Figure.RATE_LIMITED, Figure.INVALID_REQUESTS})
"""Figures that several processes have together, and not on average."""


class HealthReadingService:
    """Reads. What is about one shard holds no figure of other servers but what a process has as a whole."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def trend(
        self, span: Span, *, shard: ShardNumber | None = None, figures: Collection[Figure] = tuple(Figure)
    ) -> Trend:
        """Return how the bot was until now: the whole of it, or the processes that serve or served a shard."""
        now = self._clock()
        since = now - span.length
        happenings, seen = await self._happenings(since, shard)
        names = [one.service for one in seen]
        points = await self._points(names, since, span.step, shard, figures)
        incidents, availability = await _told(happenings, seen, since, now, shard)
        return Trend(
            span,
            since,
            now,
            shard,
            points,
            incidents,
            releases(happenings, since),
            availability,
            await self._session.scalar(_FIRST),
        )

    async def incidents(
        self, since: datetime, *, shard: ShardNumber | None = None, offset: int = 0, limit: int = 10
    ) -> Incidents:
        """Return a page of what was not well since a moment, the newest first."""
        happenings, seen = await self._happenings(since, shard)
        found, _ = await _told(happenings, seen, since, self._clock(), shard)
        found.reverse()
        return Incidents(found[offset : offset + limit], len(found))

    async def availability(
        self, *, shard: ShardNumber | None = None, spans: Sequence[Span] = tuple(Span)
    ) -> dict[Span, Availability]:
        """Return for how long the bot worked until now, for some times at once."""
        now = self._clock()
        happenings, seen = await self._happenings(now - max(one.length for one in spans), shard)
        return {one: (await _told(happenings, seen, now - one.length, now, shard))[1] for one in spans}

    async def processes(self) -> list[ServiceStatus]:
        """Return what was last heard of each process, also of those that do not run any more."""
        rows = await self._session.execute(_PROCESSES)
        return [ServiceStatus(*row) for row in rows]

    async def _happenings(self, since: datetime, shard: ShardNumber | None) -> tuple[list[Happening], list[Seen]]:
        seen = [Seen(*row) for row in await self._session.execute(_SEEN)]
        seen = [one for one in seen if shard is None or covers(one.service, shard)]
        facts = {"services": [one.service for one in seen], "since": since}
        rows = await self._session.execute(_HAPPENINGS, facts)
        return [Happening(*row) for row in rows], seen

    async def _points(
        self,
        services: Sequence[str],
        since: datetime,
        step: timedelta,
        shard: ShardNumber | None,
        figures: Collection[Figure],
    ) -> list[Point]:
        asked = [one for one in Figure if one in figures]
        rows = await self._session.execute(
            _points(asked, shard), {"services": services, "since": since, "step": step, "epoch": EPOCH}
        )
        return [
            Point(
                at,
                int(samples),
                {
                    one: Measured(mean, highest if highest is not None else mean)
                    for one, mean, highest in zip(asked, numbers[::2], numbers[1::2], strict=True)
                    if mean is not None
                },
            )
            for at, samples, *numbers in rows
        ]


async def _told(
    happenings: Sequence[Happening], seen: Sequence[Seen], since: datetime, now: datetime, shard: ShardNumber | None
) -> tuple[list[Incident], Availability]:
    """Read what happened in a thread: of years of a bot that was often unwell it takes a second."""
    return await asyncio.to_thread(history, happenings, seen, since=since, now=now, shard=shard)


_REASONS = func.coalesce(H.reasons, array((), type_=Text())).label("reasons")
_SERVICES = bindparam("services", type_=ARRAY(Text()))
_SINCE = bindparam("since", type_=DateTime(timezone=True))


def _seen() -> Any:
    found = each_service()
    return select(found.c.service, found.c.checked_at, H.version).join(H, H.id == found.c.id).order_by(found.c.service)


def _processes() -> Any:
    """Select the newest sample of each service."""
    found = each_service()
    newest = (
        select(H.checked_at, H.version, H.state, _REASONS)
        .where(H.service == found.c.service, H.kind == SAMPLE)
        .order_by(H.checked_at.desc())
        .limit(1)
        .lateral()
    )
    c = newest.c
    columns = (found.c.service, c.checked_at, c.version, c.state, c.reasons)
    return select(*columns).join(newest, true()).order_by(found.c.service)


def _happenings() -> Any:
    """Select what happened to some services since a moment, and the last of what happened before it."""
    asked = func.unnest(_SERVICES).table_valued("service", name="asked").render_derived()
    columns = (H.service, H.kind, H.checked_at, H.since, H.version, H.state, _REASONS)
    here = and_(H.service == asked.c.service, H.kind != SAMPLE)
    newest_first = select(*columns).where(here).order_by(H.checked_at.desc())
    # Apart from each other: a process that was often unwell since it began did begin all the same.
    bounds = H.kind.in_([constant(one) for one in (HealthKind.START, HealthKind.STOP, HealthKind.CRASH)])
    parts = [
        newest_first.where(is_one, when).limit(most).lateral()
        for is_one in (bounds, ~bounds)
        for when, most in ((H.checked_at >= _SINCE, MAX_HAPPENINGS), (H.checked_at < _SINCE, BEFORE))
    ]
    return union_all(*(select(part).select_from(asked).join(part, true()) for part in parts))


def _points(figures: Sequence[Figure], shard: ShardNumber | None) -> Any:
    """Select means and maxima by steps: first of each process, then of all together."""
    step = func.date_bin(
        bindparam("step", type_=Interval()), H.checked_at, bindparam("epoch", type_=DateTime(timezone=True))
    )
    here = (H.kind == SAMPLE, H.service == func.any(_SERVICES), H.checked_at >= _SINCE)
    columns: list[Any] = []
    for one in figures:
        value, highest = _of(one, shard)
        weight = func.sum(H.samples).filter(value.is_not(None))
        columns += [
            weight.label(f"{one}_weight"),
            (func.sum(cast(value, _DOUBLE) * H.samples) / weight).label(f"{one}_mean"),
            func.max(func.coalesce(highest, value)).label(f"{one}_highest"),
        ]
    each = (
        select(step.label("step"), H.service, func.sum(H.samples).label("samples"), *columns)
        .where(*here)
        .group_by(step, H.service)
        .subquery()
        .c
    )
    together: list[Any] = []
    for one in figures:
        mean, highest = each[f"{one}_mean"], each[f"{one}_highest"]
        if one in _TOGETHER:
            together += [func.sum(mean), func.sum(highest)]
        else:
            weight = each[f"{one}_weight"]
            together += [func.sum(mean * weight) / func.sum(weight), func.max(highest)]
    samples = cast(func.sum(each.samples) / func.count(distinct(each.service)), BigInteger())
    return select(each.step, samples, *together).group_by(each.step).order_by(each.step)


def _of(figure: Figure, shard: ShardNumber | None) -> tuple[Any, Any]:
    """Return a figure of a row, and the most that it was."""
    if figure is Figure.GATEWAY and shard is not None:
        number = str(shard.number)
        return cast(H.shards[number].astext, _DOUBLE), cast(H.highest[f"shard {number}"].astext, _DOUBLE)
    return COLUMNS[figure.value], cast(H.highest[figure.value].astext, _DOUBLE)


_FIRST = select(func.min(H.checked_at))
# Built once: that takes longer than PostgreSQL takes for them.
_SEEN, _PROCESSES, _HAPPENINGS = _seen(), _processes(), _happenings()
