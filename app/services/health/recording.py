"""Writing the health trend: samples, and what happened to a process; also to one that can say nothing any more."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    REAL,
    ColumnElement,
    DateTime,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.clock import Clock
from app.core.health.figures import HealthFigures
from app.core.health.records import HealthRecord, Run, start_of
from app.core.health_kinds import HealthKind
from app.models.health_check import HealthCheck
from app.services.health.rows import EMPTY, SAMPLE, constant, each_service

H = HealthCheck
TABLE = cast_type(Table, HealthCheck.__table__)
MISSED = timedelta(seconds=90)
"""A process that has written nothing for so long, although the database was there, does not run any more."""
MAX_STARTS = 20
"""How many starts of each process are looked at: if more than that ended unnoticed, the oldest stay so."""
MAX_INTEGER = 2**31 - 1
ANSWERS, AWAY = "ok", "down"
"""What `db_status` says."""


class HealthRecordingService:
    """Writes. Whatever is written twice is there once."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def write(self, run: Run, records: Sequence[HealthRecord]) -> bool:
        """Write rows of a process, and that it began; return whether that was not known.

        If another process took it for ended, that is taken back.
        """
        rows = [_row(run, one) for one in (start_of(run, records[0].revision if records else None), *records)]
        written = (await self._session.execute(_INSERT, {"rows": rows})).all()
        await self._session.execute(_TAKE_BACK, {"service": run.service, "began": run.began})
        return any(kind == HealthKind.START for (kind,) in written)

    async def forget(self, run: Run) -> None:
        """Forget that a process began, and what happened to it since: for one that began in what is the future now."""
        await self._session.execute(_FORGET, {"service": run.service, "began": run.began})

    async def find_crashed(self, run: Run) -> list[str]:
        """Write down which other processes ended without saying so, and when each was last seen; return their names."""
        facts = {"service": run.service, "began": run.began, "seen_before": self._clock() - MISSED}
        return list((await self._session.scalars(_FIND_CRASHED, facts)).all())

    async def assume_stopped(self, run: Run) -> None:
        """Write down that earlier runs of the same process lasted until this one began.

        For a database that was restored: how they ended was lost with it, and nothing says that they crashed.
        """
        await self._session.execute(_ASSUME_STOPPED, {"service": run.service, "began": run.began})


def _row(run: Run, record: HealthRecord) -> Mapping[str, Any]:
    at = record.at.isoformat()
    row: dict[str, Any] = {
        "service": run.service,
        "version": run.version,
        "kind": record.kind.value,
        "checked_at": at,
        "since": record.since.isoformat() if record.since is not None else None,
        "revision": record.revision,
        "state": record.state.value if record.state is not None else None,
        "reasons": list(record.reasons) if record.state is not None else None,
        "uptime_seconds": min(max(int((record.at - run.began).total_seconds()), 0), MAX_INTEGER),
        "db_status": ANSWERS,
    }
    return {**row, **(_figures(record.figures) if record.figures is not None else {})}


def _figures(figures: HealthFigures) -> Mapping[str, Any]:
    known = {number: ms for number, ms in figures.shards.items() if ms is not None}
    return {
        "db_status": ANSWERS if figures.database_ms is not None else AWAY,
        "uptime_seconds": figures.uptime_seconds,
        "guild_count": figures.guilds,
        "database_pool_size": figures.pool_size,
        "database_ms": figures.database_ms,
        "pool_in_use": figures.pool_in_use,
        "pool_waiting": figures.pool_waiting,
        "loop_lag_ms": figures.loop_lag_ms,
        "gateway_ms": max(known.values(), default=None),
        "reconnects": figures.reconnects,
        "rate_limited": figures.rate_limited,
        "invalid_requests": figures.invalid_requests,
        "reminder_late_seconds": figures.reminder_late_seconds,
        "memory_mb": figures.memory_mb,
        "cpu_percent": figures.cpu_percent,
        "queues": dict(figures.queues),
        "shards": {str(number): ms for number, ms in figures.shards.items()},
        "highest": {"loop_lag_ms": figures.highest_loop_lag_ms},
    }


_TYPES: Mapping[str, Any] = {
    **dict.fromkeys(("service", "version", "kind", "revision", "state", "db_status"), Text()),
    **dict.fromkeys(("checked_at", "since"), DateTime(timezone=True)),
    **dict.fromkeys(("uptime_seconds", "guild_count", "database_pool_size"), Integer()),
    "reasons": ARRAY(Text()),
    **dict.fromkeys(
        (
            "database_ms",
            "pool_in_use",
            "pool_waiting",
            "loop_lag_ms",
            "gateway_ms",
            "reconnects",
            "rate_limited",
            "invalid_requests",
            "reminder_late_seconds",
            "memory_mb",
            "cpu_percent",
        ),
        REAL[float](),
    ),
    **dict.fromkeys(("queues", "shards", "highest"), JSONB()),
}
_SERVICE = bindparam("service", type_=Text())
_BEGAN = bindparam("began", type_=DateTime(timezone=True))


def _insert() -> Any:
    """Insert what is not there yet: an answer of the database that was lost does not tell whether it is."""
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB()))
        .table_valued(*(column(name, kind) for name, kind in _TYPES.items()), name="given")
        .render_derived(with_types=True)
    )
    there = exists().where(H.service == given.c.service, H.checked_at == given.c.checked_at, H.kind == given.c.kind)
    documents = {name: func.coalesce(given.c[name], EMPTY) for name in ("queues", "shards", "highest")}
    values = [documents.get(name, given.c[name]) for name in _TYPES]
    return insert(TABLE).from_select(list(_TYPES), select(*values).where(~there)).returning(H.kind)


def _take_back() -> Any:
    is_crash = and_(H.kind == HealthKind.CRASH, H.kind != SAMPLE)
    return delete(H).where(H.service == _SERVICE, is_crash, H.checked_at >= _BEGAN, H.since == _BEGAN)


def _forget() -> Any:
    return delete(H).where(H.service == _SERVICE, H.kind != SAMPLE, H.checked_at >= _BEGAN)


def _open_runs() -> Any:
    """Select runs of which nobody has written down how they ended, and when they were last seen."""
    services = each_service()
    start, end, seen = aliased(H), aliased(H), aliased(H)
    starts = (
        select(start.service, start.checked_at.label("began"), start.version, start.revision)
        .where(start.service == services.c.service, start.kind == HealthKind.START, start.kind != SAMPLE)
        .order_by(start.checked_at.desc())
        .limit(MAX_STARTS)
        .lateral()
    )
    run = select(starts).select_from(services).join(starts, true()).subquery("run").c
    ended = exists().where(
        end.service == run.service,
        end.kind != SAMPLE,
        end.kind.in_([HealthKind.STOP, HealthKind.CRASH]),
        end.checked_at >= run.began,
        end.since == run.began,
    )
    columns = (run.service, run.began, run.version, run.revision)
    # Else PostgreSQL would look for the samples of runs that have ended, behind all those that came later.
    unended = select(*columns).where(~ended).cte("unended").prefix_with("MATERIALIZED").c
    last = (
        select(seen.checked_at)
        .where(
            seen.service == unended.service,
            seen.checked_at >= unended.began,
            seen.kind == SAMPLE,
            seen.since == unended.began,
        )
        .order_by(seen.checked_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(*unended, func.coalesce(last, unended.began).label("seen")).subquery("open").c


def _end(kind: HealthKind, at: Any, run: Any, *conditions: ColumnElement[bool]) -> Any:
    """Insert how runs ended that did not say so themselves."""
    lasted = cast(func.least(func.extract("epoch", at - run.began), MAX_INTEGER), Integer())
    values: dict[str, Any] = {
        "service": run.service,
        "version": run.version,
        "revision": run.revision,
        "kind": constant(kind),
        "checked_at": at,
        "since": run.began,
        "uptime_seconds": func.greatest(lasted, 0),
        "db_status": constant(ANSWERS),
    }
    return insert(TABLE).from_select(list(values), select(*values.values()).where(*conditions)).returning(H.service)


def _find_crashed() -> Any:
    run = _open_runs()
    is_mine = and_(run.service == _SERVICE, run.began == _BEGAN)
    is_silent = run.seen < bindparam("seen_before", type_=DateTime(timezone=True))
    return _end(HealthKind.CRASH, run.seen, run, ~is_mine, is_silent)


def _assume_stopped() -> Any:
    run = _open_runs()
    return _end(HealthKind.STOP, _BEGAN, run, run.service == _SERVICE, run.began < _BEGAN)


# Built once: that takes longer than PostgreSQL takes for them.
_INSERT, _TAKE_BACK, _FORGET = _insert(), _take_back(), _forget()
_FIND_CRASHED, _ASSUME_STOPPED = _find_crashed(), _assume_stopped()
