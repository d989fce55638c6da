"""What statements of several features have in common."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    TableValuedAlias,
    Text,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.types import TypeEngine

from app.core.commits import ALONE, CHANGES_NOTHING, SINGLY, note_write
from app.core.privacy.exporting import Read, Row, stored
from app.core.privacy.report import Stored
from app.core.privacy.tables import Table as PersonalTable
from app.kept_statements import carry_out, kept
from app.models.base import Base

M = TypeVar("M", bound=Base)
QUIETLY = {"synchronize_session": False}
"""For a statement that changes rows of which the session holds none that is looked at afterwards."""
FRESHLY = {"synchronize_session": False, "populate_existing": True}
"""For one that returns the rows as they are now, also those that the session holds."""
MOMENT = DateTime(timezone=True)
"""The type of a moment that is given with a statement."""
WITHOUT_THE_DISK: ColumnElement[Any] = func.set_config("synchronous_commit", "off", True)
"""Beside what a statement returns, it lets that commit not wait for the disk: for what may be lost in a crash."""
Shards = tuple[int, Collection[int]]
"""How many shards there are, and which of them a process has."""


def given_rows(name: str, **columns: tuple[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Return lists that are given with the statement as a table; each column has the parameter's name and the type."""
    lists = (bindparam(parameter, type_=ARRAY(kind)) for parameter, kind in columns.values())
    named = (column(label, kind) for label, (_, kind) in columns.items())
    return func.unnest(*lists).table_valued(*named, name=name).render_derived()


def version_of(table: str) -> ColumnElement[str]:
    """Return what tells a state of a row from any later one: the number of the transaction that wrote it.

    https://www.postgresql.org/docs/current/ddl-system-columns.html
    """
    return literal_column(f"CAST({table}.xmin AS text)", Text)


def served(guild_id: Any, shards: Shards | None) -> list[ColumnElement[bool]]:
    """Return the condition that a process serves the server of a row; None is a process that serves all."""
    if shards is None:
        return []
    count, mine = shards
    # https://discord.com/developers/docs/events/gateway#sharding
    return [(guild_id // 2**22 % count).in_(sorted(mine))]


def once(some: Select[Any]) -> Select[Any]:
    """Have a query carried out once, however what is around it is planned.

    One that locks rows and passes over those of others finds other rows each time. PostgreSQL may carry it out for each
    row that is compared with what it finds, and more rows than its limit are changed or deleted then.
    """
    found = some.cte()
    return select(*found.c)


def without_person(columns: Collection[Any], user_id: int, instead: int | None = None) -> dict[Any, Any]:
    """Return values in which each of these columns that holds a person's id has another value instead."""
    return {one: case((one == user_id, literal(instead, BigInteger)), else_=one) for one in columns}


def only_flags(legacy: Any) -> Any:
    """Return what of the column `legacy` says that a value may break a rule, without any value of before."""
    each = func.jsonb_each(legacy).table_valued(column("key", Text), column("value", JSONB), name="each")
    each = each.render_derived()
    flags = func.jsonb_object_agg(each.c.key, each.c.value, type_=JSONB)
    return select(flags).select_from(each).where(func.jsonb_typeof(each.c.value) == "boolean").scalar_subquery()


def here(model: Any, guild_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of some servers: a look into an index for each."""
    return among(model.guild_id, guild_ids)


def among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that an id is one of these, however many: PostgreSQL takes 32,767 values at once."""
    return column == func.any(literal(list(ids), ARRAY(BigInteger)))


def occurs(document: Any, user_id: int) -> ColumnElement[bool]:
    """Return the condition that a person occurs anywhere in a document."""
    written = cast(document, Text)
    return written.contains(str(user_id)) & written.regexp_match(f"(?<![0-9]){user_id}(?![0-9])")


async def written(session: AsyncSession, statement: Any, facts: Mapping[str, Any], *, is_kept: bool = True) -> Any:
    """Carry out one statement that writes; return the row that it returns, if it does.

    It goes past the session's objects, which takes half as long.
    """
    rows = await _past(session, statement, facts, is_kept=is_kept)
    return rows[0] if rows else None


async def every(
    session: AsyncSession,
    statement: Any,
    facts: Mapping[str, Any],
    *,
    options: Any = None,
    is_kept: bool = True,
    meanwhile: Callable[[], object] | None = None,
) -> Sequence[Any]:
    """Carry out a statement and return its rows, past the session's objects where it holds none that matter.

    So it is where each statement is a transaction by itself, and there it goes past all of SQLAlchemy as well if it
    `is_kept`: the same each time, but for what is given. After a rest of some milliseconds, as people press buttons,
    that saves most of what SQLAlchemy takes, which is more than the driver and PostgreSQL take together. Then
    `meanwhile`, which raises nothing, is called while PostgreSQL is at work.
    """
    if not (SINGLY in session.info or CHANGES_NOTHING in session.info):
        return (await session.execute(statement, facts, execution_options=options or {})).all()
    return await _past(session, statement, facts, is_kept=is_kept, meanwhile=meanwhile)


async def first(session: AsyncSession, statement: Any, facts: Mapping[str, Any], **more: Any) -> Any:
    """Do the same, and return the first row."""
    rows = await every(session, statement, facts, **more)
    return rows[0] if rows else None


async def first_of(
    session: AsyncSession, model: type[M], statement: Any, facts: Mapping[str, Any], **more: Any
) -> tuple[M, Any] | None:
    """Do the same with a statement that returns a model's row, perhaps with more: return its object, and the row."""
    row = await first(session, statement, facts, **more)
    if row is None:
        return None
    return (row[0], row) if isinstance(row[0], model) else (_object(model, row), row)


async def rows_of(
    session: AsyncSession, model: type[M], statement: Any, facts: Mapping[str, Any], *, is_kept: bool = True
) -> list[tuple[M, Any]]:
    """Do the same for all rows of a query: return the object of each, and the row."""
    if not (SINGLY in session.info or CHANGES_NOTHING in session.info):
        return [(row[0], row) for row in await session.execute(statement, facts)]
    return [(_object(model, row), row) for row in await _past(session, statement, facts, is_kept=is_kept)]


async def _past(
    session: AsyncSession,
    statement: Any,
    facts: Mapping[str, Any],
    *,
    is_kept: bool,
    meanwhile: Callable[[], object] | None = None,
) -> Sequence[Any]:
    """Carry out a statement past the session's objects, and past all of SQLAlchemy if that can be."""
    about_to = partial(note_write, session.info) if statement.is_dml else None
    engine = session.info.get(ALONE)
    if is_kept and engine is not None and not session.in_transaction():
        ready = kept(engine, statement, facts)
        if ready is not None:
            return await carry_out(engine, ready, facts, about_to=about_to, meanwhile=meanwhile)
    connection = await session.connection()
    if about_to is not None:
        about_to()
    return (await connection.execute(statement, facts)).all()


def _object(model: type[M], row: Any) -> M:
    """Make the object of a row that nothing is written through. As of any other, what was not loaded cannot be read."""
    made: M = model.__mapper__.class_manager.new_instance()
    names, values = _loaded(model, row._fields)
    vars(made).update(zip(names, values(row), strict=True))
    make_transient_to_detached(made)
    return made


def with_others(row: M, values: Mapping[str, Any]) -> M:
    """Return an object that has other values than a row's in some places, and through which nothing is written.

    What was not loaded of the row reads as None.
    """
    made: M = type(row).__mapper__.class_manager.new_instance()
    # Each has a state of its own, which SQLAlchemy keeps among the values.
    vars(made).update({**vars(row), **values, **vars(made)})
    return made


@lru_cache
def _loaded(model: type[Base], fields: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the attributes that a query for a model's rows reads, and what takes their values out of a row."""
    names = tuple(one.key for one in model.__mapper__.column_attrs if not one.deferred)
    return names, itemgetter(*(fields.index(model.__mapper__.columns[name].name) for name in names))


async def find_rows(
    session: AsyncSession, model: Any, *conditions: Any, without: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return rows as PostgreSQL writes them as JSON, with the columns that are usually not loaded, but for some.

    So a moment is a text, of any year; and 10,000 rows take a third of the time that objects would.
    """
    table = model.__table__
    written: Any = func.to_jsonb(literal_column(table.name), type_=JSONB)
    for name in without:
        written = written.op("-", return_type=JSONB())(name)
    return list((await session.scalars(select(written).where(*conditions).order_by(*table.primary_key))).all())


async def told(
    table: PersonalTable, rows: Iterable[Row], user_id: int, documents: Mapping[str, Read] | None = None
) -> Sequence[Stored]:
    """Write rows for the person whom they are about: in a thread, as there may be very many."""
    return await asyncio.to_thread(stored, table, rows, user_id, documents)


async def guilds_in(session: AsyncSession, models: Sequence[Any], shards: Shards | None = None) -> Sequence[int]:
    """Return the servers that have rows of these, the lowest number first.

    It is a look into the index of `guild_id` for each, however many rows it has.
    """
    listed, found = _guilds_in(tuple(models))
    return (await session.scalars(found.where(*served(listed, shards)))).all()


@cache
def _guilds_in(models: tuple[Any, ...]) -> tuple[ColumnElement[int], Select[tuple[int]]]:
    """Return the statement of `guilds_in`, which takes longer to build than to carry out, and what it returns."""
    listed = union(*(select(_guilds_of(model)) for model in models)).subquery("listed").c.guild_id
    return listed, select(listed).where(listed.is_not(None)).order_by(listed)


def _guilds_of(model: Any) -> ColumnElement[int]:
    guild_id = model.__table__.c.guild_id
    first = select(func.min(guild_id).label("guild_id")).where(guild_id > 0)
    servers = first.cte(f"servers_of_{model.__tablename__}", recursive=True)
    following = select(func.min(guild_id)).where(guild_id > servers.c.guild_id).scalar_subquery()
    return servers.union_all(select(following).where(servers.c.guild_id.is_not(None))).c.guild_id


async def guilds_with(
    session: AsyncSession, columns: Sequence[Any], user_id: int, guild_ids: Sequence[int]
) -> Sequence[int]:
    """Return those of some servers in which one of these columns names somebody, the lowest number first.

    It is a look into the index of both for each.
    """
    found = union(
        *(select(one.class_.guild_id).where(here(one.class_, guild_ids), one == user_id) for one in columns)
    ).subquery()
    return (await session.scalars(select(found.c.guild_id).order_by(found.c.guild_id))).all()


async def forget_some(session: AsyncSession, model: Any, guild_id: int, limit: int) -> int:
    """Delete some rows of a server, whatever they are, and return how many. Those that somebody has locked stay."""
    table = model.__table__
    key = tuple_(*table.primary_key)
    some = select(*table.primary_key).where(table.c.guild_id == guild_id).limit(limit).with_for_update(skip_locked=True)
    gone = await session.execute(delete(table).where(key.in_(once(some))).returning(literal(1)))
    return len(gone.all())
