"""Statements that are the same each time, carried out by the driver itself.

SQLAlchemy writes the SQL, says how values go in and come out, and lends a connection of its pool. What it does besides
around each statement takes longer than the driver needs for all of it, and is left out here.
"""

import types
from collections import namedtuple
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg  # pyright: ignore[reportMissingTypeStubs] -- it has none
from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from app.connection_pool import TurnTakingPool
from app.core.records import record
from app.driver_errors import OWN_ERRORS

Process = Callable[[Any], Any]
"""What makes of a value what the driver takes, or of one of the driver's what the type promises."""
NO_TYPE = 0
"""In place of the type that the server says a column has: what becomes of numbers depends on it, and nothing else."""


@record
class Kept:
    """A statement as the driver takes it."""

    sql: str
    keys: frozenset[str]
    """The names of what is given each time."""
    values: tuple[tuple[str, Any, Process | None], ...]
    """The name of each value in the order of the places, what it is where it is not given, and how it goes in."""
    make: Callable[..., Any]
    """Makes a row of its values."""
    results: tuple[tuple[int, Process], ...]
    """Which of them come out otherwise than the driver has them."""

    def arguments(self, facts: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of their places."""
        given = ((facts.get(name, default), process) for name, default, process in self.values)
        return [value if process is None else process(value) for value, process in given]

    def row(self, values: Sequence[Any]) -> Any:
        """Return a row with named values."""
        if not self.results:
            return self.make(*values)
        listed = list(values)
        for place, process in self.results:
            listed[place] = process(listed[place])
        return self.make(*listed)


_kept: WeakKeyDictionary[Any, Kept | None] = WeakKeyDictionary()


def kept(engine: AsyncEngine, statement: Any, facts: Mapping[str, Any]) -> Kept | None:
    """Return a statement as the driver takes it, written once.

    None if that cannot be: what is given has other names than the first time, or SQLAlchemy would complete the
    statement each time, or look each time at what kind of number the server returns.
    """
    if statement not in _kept:
        _kept[statement] = _written(statement, engine.dialect, facts)
    found = _kept[statement]
    return found if found is not None and facts.keys() == found.keys else None


def _written(statement: Any, dialect: Dialect, facts: Mapping[str, Any]) -> Kept | None:
    compiled: Any = statement.compile(dialect=dialect, column_keys=sorted(facts))
    completed = (
        *(compiled.post_compile_params, compiled.literal_execute_params, compiled.escaped_bind_names),
        *(compiled.insert_prefetch, compiled.update_prefetch),
        [one for one in compiled.binds.values() if one.callable],
    )
    if any(completed):
        return None
    given = compiled.construct_params(facts)
    columns = compiled._result_columns  # noqa: SLF001 -- there is no public name for what a statement returns
    try:
        outward = [one.type.dialect_impl(dialect).result_processor(dialect, NO_TYPE) for one in columns]
    except InvalidRequestError:
        return None
    return Kept(
        sql=compiled.string,
        keys=frozenset(facts),
        values=tuple(
            (name, given[name] if name not in facts else None, _inward(compiled.binds[name], dialect))
            for name in compiled.positiontup
        ),
        make=namedtuple("Row", [one.keyname for one in columns], rename=True),
        results=tuple((place, process) for place, process in enumerate(outward) if process is not None),
    )


def _inward(bind: Any, dialect: Dialect) -> Process | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


async def carry_out(
    engine: AsyncEngine,
    statement: Kept,
    facts: Mapping[str, Any],
    *,
    about_to: Callable[[], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[Any]:
    """Carry out a statement as a transaction by itself, and return its rows.

    `about_to` is called once there is a connection, and `meanwhile`, which raises nothing, while the server is at work.
    Raises what SQLAlchemy would: DBAPIError or IntegrityError, whose origin is the driver's error.
    """
    arguments = statement.arguments(facts)
    lent = await _lent_by(engine)
    try:
        if about_to is not None:
            about_to()
        fetching = lent.driver.fetch(statement.sql, *arguments)
        rows = await (fetching if meanwhile is None else _during(fetching, meanwhile))
    except asyncpg.PostgresError as error:
        kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
        is_lost = lent.driver.is_closed()
        await lent.give_back()
        raise kind(statement.sql, {}, error, connection_invalidated=is_lost) from error
    except OWN_ERRORS as error:
        is_lost = lent.driver.is_closed()
        await lent.end()
        raise DBAPIError(statement.sql, {}, error, connection_invalidated=is_lost) from error
    except BaseException:
        # Cancelled, say: what the server answers to it must not meet whoever borrows the connection next.
        await lent.end()
        raise
    await lent.give_back()
    return [statement.row(one) for one in rows]


@types.coroutine
def _during(fetching: Coroutine[Any, Any, Any], do: Callable[[], object]) -> Generator[Any, Any, Any]:
    """Have something fetched, and do something else once that is on its way.

    That is without a task for it, which would take the loop two more rounds.
    """
    try:
        # The driver sends it, and waits.
        waiting = fetching.send(None)
        do()
        while True:
            try:
                given = yield waiting
            except BaseException as error:  # noqa: BLE001 -- it is raised where the driver waits
                waiting = fetching.throw(error)
            else:
                waiting = fetching.send(given)
    except StopIteration as end:
        return end.value


class _Lent:
    """A connection that SQLAlchemy lends."""

    def __init__(self, fairy: Any) -> None:
        self.driver = fairy.driver_connection
        self._fairy = fairy

    async def give_back(self) -> None:
        # Until SQLAlchemy has tidied up after whoever had it, or closed what nobody is to have again.
        await greenlet_spawn(self._fairy.close)

    async def end(self) -> None:
        self._fairy.invalidate()


class _Idle:
    """A connection that was taken where it lay."""

    def __init__(self, pool: TurnTakingPool, record: Any) -> None:
        self.driver = record.dbapi_connection.driver_connection
        self._pool = pool
        self._record = record

    async def give_back(self) -> None:
        await self._pool.put_idle(self._record)

    async def end(self) -> None:
        self._record.invalidate()
        await self._pool.put_idle(self._record)


async def _lent_by(engine: AsyncEngine) -> _Idle | _Lent:
    pool = engine.pool
    if isinstance(pool, TurnTakingPool) and (record := pool.take_idle()) is not None:
        return _Idle(pool, record)
    return _Lent(await greenlet_spawn(engine.sync_engine.raw_connection))
