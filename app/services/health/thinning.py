"""Thinning the health trend with age: minutes become hours, hours become days, and what is old enough goes.

Each step is one statement over some of the rows of one process, so that nobody waits for it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import (
    REAL,
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Interval,
    Table,
    Text,
    bindparam,
    case,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.health.trend import Figure
from app.core.health_kinds import HealthGrain, HealthKind
from app.core.records import record
from app.models.health_check import HealthCheck
from app.services.health.rows import EMPTY, EPOCH, SAMPLE, constant, each_service
from app.services.statements import QUIETLY

H = HealthCheck
TABLE = cast("Table", HealthCheck.__table__)
BATCH = 1000
"""Rows of one statement."""
THINNING_LOCK = 1_746_221
"""One process thins at a time."""
KEEP = timedelta(days=730)


@record
class Thinning:
    """What becomes of samples of a grain when they are old."""

    of: HealthGrain
    into: HealthGrain
    step: timedelta
    after: timedelta
    """How old they are then."""


STEPS = (
    Thinning(HealthGrain.MINUTE, HealthGrain.HOUR, timedelta(hours=1), timedelta(days=2)),
    Thinning(HealthGrain.HOUR, HealthGrain.DAY, timedelta(days=1), timedelta(days=90)),
)


class HealthThinningService:
    """Thins in small steps. A job calls it; no person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def thin(self, *, limit: int = BATCH) -> int:
        """Thin, or forget, about so many rows at most; return how many.

        0 if there are none, or if another process is just doing it.
        """
        if not await self._session.scalar(_LOCK):
            return 0
        for one in STEPS:
            if thinned := await self._thin(one, limit):
                return thinned
        facts = {"before": self._clock() - KEEP, "most": limit}
        return len((await self._session.scalars(_FORGET, facts, execution_options=QUIETLY)).all())

    async def _thin(self, one: Thinning, limit: int) -> int:
        now = self._clock()
        # Only times that are over as a whole.
        before = EPOCH + (now - one.after - EPOCH) // one.step * one.step
        facts = {"of": one.of.value, "step": one.step, "epoch": EPOCH, "before": before, "most": limit}
        found = (await self._session.execute(_FIND, facts)).first()
        if found is None:
            return 0
        service, begins, ends = found
        facts |= {"into": one.into.value, "service": service, "begins": begins, "ends": ends}
        return (await self._session.scalar(_THIN, facts)) or 0


def _parameter(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


_OF, _INTO = _parameter("of", Text()), _parameter("into", Text())
_MOMENT = DateTime(timezone=True)
_BEFORE, _MOST = _parameter("before", _MOMENT), _parameter("most", Integer())
_FIGURES = tuple(one.value for one in Figure if one is not Figure.GUILDS)


def _step(at: Any) -> Any:
    return func.date_bin(_parameter("step", Interval()), at, _parameter("epoch", _MOMENT), type_=_MOMENT)


def _find() -> Any:
    """Select a process with samples that are old, and the time of about as many of them as one statement takes."""
    services = each_service()
    old = (H.service == services.c.service, H.grain == _OF, H.kind == SAMPLE, H.checked_at < _BEFORE)
    oldest = select(H.checked_at).where(*old).order_by(H.checked_at).limit(1).lateral("oldest")
    later = select(H.checked_at).where(*old).order_by(H.checked_at).offset(_MOST).limit(1).lateral("later")
    begins = _step(oldest.c.checked_at)
    ends = func.greatest(_step(func.coalesce(later.c.checked_at, _BEFORE)), begins + _parameter("step", Interval()))
    return (
        select(services.c.service, begins.label("begins"), ends.label("ends"))
        .select_from(services.join(oldest, true()).outerjoin(later, true()))
        .limit(1)
    )


def _thin() -> Any:
    """Replace samples by means of them."""
    old = (
        delete(TABLE)
        .where(
            H.service == _parameter("service", Text()),
            H.grain == _OF,
            H.kind == SAMPLE,
            H.checked_at >= _parameter("begins", _MOMENT),
            H.checked_at < _parameter("ends", _MOMENT),
        )
        .returning(*TABLE.c)
        .cte("old")
    )
    c = old.c
    means = select(_step(c.checked_at).label("at"), *_columns(c)).group_by(_step(c.checked_at)).cte("means")
    documents = {
        "queues": _document(old, _entries(c.queues), _mean, "queues"),
        "shards": _document(old, _entries(c.shards), _mean, "shards"),
        "highest": _document(old, _highest(c), _most, "highest", only_known=True),
    }
    source: Any = means
    for found in documents.values():
        source = source.outerjoin(found, found.c.at == means.c.at)
    names: list[str] = [one.name for one in means.c if one.name != "at"]
    values: list[Any] = [_parameter("service", Text()), _INTO, means.c.at]
    values += [means.c[name] for name in names]
    values += [func.coalesce(found.c.document, EMPTY) for found in documents.values()]
    made = (
        insert(TABLE)
        .from_select(
            ["service", "grain", "checked_at", *names, *documents],
            select(*values).select_from(source),
        )
        .returning(TABLE.c.id)
        .cte("made")
    )
    # Both are done as a whole, however little of it is read.
    return select(select(func.count()).select_from(old).scalar_subquery()).where(
        select(func.count()).select_from(made).scalar_subquery() >= 0
    )


def _columns(c: Any) -> list[Any]:
    """Return what becomes of each column."""
    answered = c.db_status != literal("down")
    count = func.sum(c.samples)
    found: list[Any] = [
        count.label("samples"),
        literal(HealthKind.SAMPLE.value, Text()).label("kind"),
        case((func.bool_or(answered), _last(c.db_status, c, answered)), else_=literal("down")).label("db_status"),
        *(_last(c[name], c).label(name) for name in ("version", "revision", "gpt_status", "since")),
        *(func.max(c[name]).label(name) for name in ("uptime_seconds", "database_pool_size", "active_commands_24h")),
        sql_cast(func.round(_mean(c.guild_count, c.samples)), Integer()).label("guild_count"),
    ]
    return [*found, *(sql_cast(_mean(c[name], c.samples), REAL[float]()).label(name) for name in _FIGURES)]


def _mean(value: Any, samples: Any) -> Any:
    weight = func.sum(samples).filter(value.is_not(None))
    return func.sum(sql_cast(value, Double[float]()) * samples) / weight


def _most(value: Any, samples: Any) -> Any:
    del samples
    return func.max(value)


def _last(value: Any, c: Any, *conditions: ColumnElement[bool]) -> Any:
    """Return the newest value that there is."""
    newest = func.array_agg(aggregate_order_by(value, c.checked_at.desc())).filter(value.is_not(None), *conditions)
    return newest[1]


def _entries(document: Any) -> Any:
    """Select what is in a document, by its key."""
    each = func.jsonb_each_text(document).table_valued(column("key", Text()), column("value", Text())).render_derived()
    return select(each.c.key, sql_cast(each.c.value, Double[float]()).label("value"))


def _highest(c: Any) -> Any:
    """Select the most that each figure was, and what it was in a row that says nothing of that."""
    of_shards = _entries(c.shards).subquery()
    pairs: list[Any] = [part for name in (*_FIGURES, "guild_count") for part in (constant(name), c[name])]
    each = union_all(
        _entries(c.highest),
        _entries(func.jsonb_build_object(*pairs, type_=JSONB())),
        select(func.concat("shard ", of_shards.c.key), of_shards.c.value),
    ).subquery()
    return select(each.c.key, each.c.value)


def _document(old: Any, entries: Any, reduce: Callable[[Any, Any], Any], name: str, *, only_known: bool = False) -> Any:
    """Select a document for each step, of what the entries of its rows come to."""
    each = entries.where(true()).lateral(f"each_{name}")
    at = _step(old.c.checked_at)
    reduced = (
        select(at.label("at"), each.c.key, reduce(each.c.value, old.c.samples).label("value"))
        .select_from(old.join(each, true()))
        .group_by(at, each.c.key)
        .subquery()
    )
    known: Any = reduced.c.value.is_not(None) if only_known else true()
    document = func.jsonb_object_agg(reduced.c.key, reduced.c.value)
    return select(reduced.c.at, document.label("document")).where(known).group_by(reduced.c.at).cte(f"of_{name}")


def _forget() -> Any:
    old = select(H.id).where(H.checked_at < _BEFORE).order_by(H.checked_at).limit(_MOST)
    return delete(H).where(H.id.in_(old)).returning(H.id)


_LOCK = select(func.pg_try_advisory_xact_lock(literal(THINNING_LOCK), type_=Boolean()))
# Built once: that takes longer than PostgreSQL takes for them.
_FIND, _THIN, _FORGET = _find(), _thin(), _forget()
