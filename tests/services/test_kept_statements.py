"""Statements that the driver carries out itself give what SQLAlchemy would give, and fail as it would."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Float,
    MetaData,
    Numeric,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import connection_pool
from app.core.commits import has_committed
from app.db import DatabaseUrl, create_engine, session_factory
from app.kept_statements import carry_out, kept
from app.lazy_session import LazySession
from app.models import BotSetting, FaqEntry, Reminder, SupportTicket
from app.models.reminder import ReminderState
from app.services.statements import first, rows_of, written
from app.uow import DatabaseUnavailable, UnitOfWork, UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import connect

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
SLEEPING = select(func.pg_sleep(bindparam("seconds")))
MADE_UP = Table(
    "made_up",
    MetaData(),
    Column("id", BigInteger),
    Column("told", DateTime, default=datetime.now, onupdate=datetime.now),
)
PID = select(func.pg_backend_pid().label("pid"))
ADDING = insert(BotSetting).values(
    guild_id=bindparam("in_guild"),
    scope="general",
    key="page_size",
    value=bindparam("in_value", type_=BotSetting.__table__.c.value.type),
    value_type="number",
    updated_at=MOMENT,
)
ADDING_ROW = ADDING.returning(BotSetting.key, BotSetting.value)


Meanwhile = Callable[[], object] | None


async def rows(engine: AsyncEngine, statement: Any, meanwhile: Meanwhile = None, **facts: Any) -> Sequence[Any]:
    ready = kept(engine, statement, facts)
    assert ready is not None
    return await carry_out(engine, ready, facts, meanwhile=meanwhile)


async def test_rows_are_those_that_sqlalchemy_reads(own_engine: AsyncEngine, own_uow: UnitOfWorkFactory) -> None:
    """With lists, choices, documents, moments and nothing at all, by place and by name."""
    async with own_uow() as work:
        facts = {"name": "tea", "created_by": 2, "channel_id": 3, "next_at": MOMENT, "subscribers": [7, 8]}
        work._session.add(Reminder(guild_id=1, message="Ω “tea”", state=ReminderState.WAITING, **facts))
        happened = [{"kind": "opened", "by": None}]
        work._session.add(
            SupportTicket(guild_id=1, number=1, description="", user_id=2, team_role_ids=[4, 5], events=happened)
        )
        work._session.add(FaqEntry(guild_id=1, title="How?", summary="So."))
    for model in (Reminder, SupportTicket, FaqEntry):
        extra = func.count().over().label("total")
        query = select(model, extra, literal("x").label("x"), literal_column("NULL", Text).label("x")).where(
            cast("Any", model).guild_id == bindparam("in_guild")
        )
        async with own_engine.connect() as connection:
            (expected,) = (await connection.execute(query, {"in_guild": 1})).all()
        (found,) = await rows(own_engine, query, in_guild=1)
        assert tuple(found) == tuple(expected)
        assert [type(one) for one in found] == [type(one) for one in expected]
        assert (found.total, found.guild_id, found.x) == (1, 1, "x")
        async with own_uow.reading() as work:
            ((made, row),) = await rows_of(work._session, model, query, {"in_guild": 1})
        assert (made.id, row.total) == (expected.id, 1)
        assert await rows(own_engine, query, in_guild=2) == []


async def test_what_is_given_may_change_and_its_names_may_not(own_engine: AsyncEngine) -> None:
    asking = select((bindparam("a", type_=Text) + bindparam("b", "!", Text)).label("said"))
    assert (await rows(own_engine, asking, a="one"))[0].said == "one!"
    assert (await rows(own_engine, asking, a="two"))[0].said == "two!"
    assert kept(own_engine, asking, {"a": "one", "b": "?"}) is None


@pytest.mark.parametrize(
    "statement",
    [
        # A list of values is written into the statement each time, and so is what Python adds to a row.
        select(FaqEntry.id).where(FaqEntry.id.in_(bindparam("ids", expanding=True))),
        insert(MADE_UP).values(id=1),
        update(MADE_UP).values(id=1),
        select(bindparam("counted", callable_=itertools.count().__next__, type_=BigInteger)),
        # What becomes of a number depends on what the server says that it is.
        select(func.avg(FaqEntry.id, type_=Numeric)),
        select(func.array_agg(1.5, type_=ARRAY(Float))),
    ],
    ids=["list", "insert", "update", "called", "number", "numbers"],
)
async def test_what_sqlalchemy_completes_each_time_is_left_to_it(own_engine: AsyncEngine, statement: Any) -> None:
    facts = {"ids": [1]} if "ids" in statement.compile().params else {}
    ready = kept(own_engine, statement, facts)
    assert ready is None


async def test_a_refusal_is_the_same_and_keeps_the_connection(
    own_engine: AsyncEngine, own_uow: UnitOfWorkFactory
) -> None:
    (before,) = await rows(own_engine, PID)
    (made,) = await rows(own_engine, ADDING_ROW, in_guild=1, in_value=[1])
    assert (made.key, made.value) == ("page_size", [1])
    with pytest.raises(IntegrityError) as caught:
        await rows(own_engine, ADDING_ROW, in_guild=1, in_value="secret")
    assert cast("Any", caught.value.orig).sqlstate == "23505"
    assert "secret" not in str(caught.value).split("DETAIL")[0]
    (after,) = await rows(own_engine, PID)
    assert after.pid == before.pid

    async def add(work: UnitOfWork) -> Any:
        return await written(work._session, ADDING_ROW, {"in_guild": 2, "in_value": 7})

    assert (await own_uow.at_once(add)).value == 7
    assert has_committed()
    with pytest.raises(RuntimeError, match="for reading"):
        async with own_uow.reading() as work:
            await written(work._session, ADDING_ROW, {"in_guild": 3, "in_value": 7})


@pytest.mark.parametrize("is_kept", [True, False])
async def test_it_is_known_that_something_was_saved(own_uow: UnitOfWorkFactory, *, is_kept: bool) -> None:
    """Also where SQLAlchemy writes it, as the first thing that the session is made for."""
    facts = {"in_guild": 1, "in_value": 7}
    await own_uow.at_once(lambda work: written(work._session, ADDING_ROW, facts, is_kept=is_kept))
    assert has_committed()


async def test_what_was_cut_off_in_the_middle_is_in_doubt(own_uow: UnitOfWorkFactory) -> None:
    cutting, facts = ADDING.returning(func.pg_terminate_backend(func.pg_backend_pid())), {"in_guild": 1, "in_value": 7}
    for is_kept in (True, False):
        with pytest.raises(DatabaseUnavailable, match="check whether it was saved"):
            await own_uow.at_once(lambda work, is_kept=is_kept: written(work._session, cutting, facts, is_kept=is_kept))


async def test_in_a_transaction_it_is_a_part_of_it(own_uow: UnitOfWorkFactory, own_engine: AsyncEngine) -> None:
    async def add(times: int) -> None:
        async with own_uow() as work:
            for _ in range(times):
                await written(work._session, ADDING_ROW, {"in_guild": 1, "in_value": 7})
            raise LookupError

    with pytest.raises(LookupError):
        await add(1)
    with pytest.raises(IntegrityError):
        await add(2)
    keys = select(BotSetting.key).where(BotSetting.guild_id == bindparam("guild"))
    assert await rows(own_engine, keys, guild=1) == []


async def test_a_limit_of_time_and_a_lost_connection_are_the_databases(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl
) -> None:
    stopping = select(func.pg_terminate_backend(func.pg_backend_pid()))
    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        async with own_uow.reading() as work:
            await first(work._session, stopping, {})
    engine = create_engine(own_database, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(select(func.set_config("statement_timeout", "100ms", False)))
        await connection.commit()
    with pytest.raises(DBAPIError) as caught:
        await rows(engine, SLEEPING, seconds=20)
    assert cast("Any", caught.value.orig).sqlstate == "57014"
    await engine.dispose()


async def test_without_a_database_nothing_is_in_doubt(relay: Relay, clock: ManualClock) -> None:
    engine = create_engine(relay.database)
    uow = UnitOfWorkFactory(session_factory(engine), clock)

    async def change(work: UnitOfWork) -> None:
        await written(work._session, ADDING_ROW, {"in_guild": 1, "in_value": 7})

    # As another command, of which nothing is said to whoever gives the next.
    await asyncio.create_task(uow.at_once(change))
    await relay.cut()
    # Until the end of the connection has arrived: what is sent before that is in doubt.
    await asyncio.sleep(0.5)
    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        await uow.at_once(change)
    await relay.open()
    async with uow.reading() as work:
        assert (await first(work._session, PID, {})).pid
    await engine.dispose()


@pytest.mark.parametrize("cancels", [1, 2])
@pytest.mark.parametrize("meanwhile", [None, lambda: None])
async def test_what_is_cancelled_leaves_a_pool_that_works(
    own_database: DatabaseUrl, cancels: int, meanwhile: Meanwhile
) -> None:
    engine = create_engine(own_database, pool_size=1)
    pool = cast("Any", engine.pool)
    for number in range(3):
        slow = asyncio.create_task(rows(engine, SLEEPING, meanwhile, seconds=20))
        async with asyncio.timeout(20):
            while not pool.checkedout():
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1 * number)
        for _ in range(cancels):
            slow.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert pool.checkedout() == 0
        async with asyncio.timeout(20):
            assert (await rows(engine, PID))[0].pid
    await engine.dispose()


async def test_something_else_is_done_while_the_server_is_at_work(own_engine: AsyncEngine) -> None:
    done = list[str]()

    async def fetch() -> None:
        await rows(own_engine, SLEEPING, lambda: done.append("meanwhile"), seconds=0.5)
        done.append("fetched")

    async with asyncio.timeout(20):
        fetching = asyncio.create_task(fetch())
        await asyncio.sleep(0.25)
        done.append("between")
        await fetching
    assert done == ["meanwhile", "between", "fetched"]
    with pytest.raises(DBAPIError):
        await rows(own_engine, select(literal_column("1 / 0")), lambda: done.append("refused"))
    assert done[-1] == "refused"
    assert (await rows(own_engine, PID, lambda: None))[0].pid


async def test_what_is_due_to_be_made_anew_is(own_database: DatabaseUrl) -> None:
    """As connections are that are older than the pool keeps them, or that the server has closed."""
    engine = create_engine(own_database)
    pool = cast("Any", engine.pool)
    first_pid = (await rows(engine, PID))[0].pid
    assert (await rows(engine, PID))[0].pid == first_pid
    pool._recycle = 0.1
    await asyncio.sleep(0.2)
    second_pid = (await rows(engine, PID))[0].pid
    assert second_pid != first_pid
    pool._recycle = 1800
    async with engine.connect() as connection:
        await connection.invalidate()
    third_pid = (await rows(engine, PID))[0].pid
    assert third_pid != second_pid
    server = await connect(own_database)
    await server.execute("SELECT pg_terminate_backend($1)", third_pid)
    await server.close()
    (record,) = pool._pool._queue._queue
    async with asyncio.timeout(20):
        while not record.dbapi_connection.driver_connection.is_closed():
            await asyncio.sleep(0.02)
    assert (await rows(engine, PID))[0].pid != third_pid
    assert pool.checkedout() == 0
    await engine.dispose()


async def test_what_comes_back_after_the_end_is_closed(own_database: DatabaseUrl) -> None:
    engine = create_engine(own_database)
    await rows(engine, PID)
    slow = asyncio.create_task(rows(engine, SLEEPING, seconds=0.5))
    pool = cast("Any", engine.pool)
    async with asyncio.timeout(20):
        while not pool.checkedout():
            await asyncio.sleep(0.01)
    await engine.dispose()
    await slow
    (record,) = pool._pool._queue._queue
    assert record.dbapi_connection is None
    assert (await rows(engine, PID))[0].pid
    await engine.dispose()


async def test_more_at_once_than_the_pool_keeps_leave_no_connection_behind(
    own_database: DatabaseUrl, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_pool, "SPARE_SECONDS", 0.3)
    engine = create_engine(own_database, pool_size=2)
    pids = {found[0].pid for found in await asyncio.gather(*(rows(engine, PID) for _ in range(20)))}
    assert len(pids) > 2
    there = select(func.count()).where(literal_column("pid").in_(sorted(pids))).select_from(table("pg_stat_activity"))
    async with asyncio.timeout(20):
        async with engine.connect() as connection:
            while (await connection.scalar(there) or 0) > 2:
                # PostgreSQL says the same until the end of a transaction.
                await connection.rollback()
                await asyncio.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    await engine.dispose()


async def test_a_statement_outlives_a_change_of_its_table(own_engine: AsyncEngine) -> None:
    async with own_engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE changing (a) AS VALUES (1)")
    asking = select(literal_column("a")).select_from(table("changing"))
    for _ in range(7):
        assert (await rows(own_engine, asking))[0].a == 1
    async with own_engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE changing ALTER a TYPE text")
    assert (await rows(own_engine, asking))[0].a == "1"


async def test_a_session_is_made_when_it_is_needed(own_uow: UnitOfWorkFactory) -> None:
    async with own_uow.reading() as work:
        session = cast("LazySession", work._session)
        assert (await first(session, PID, {})).pid
        assert not session.is_made
        session.info["noted"] = before = "before"
        assert await session.scalar(PID)
        assert session.is_made
        assert (session.sync_session.info["noted"], session.in_transaction()) == (before, True)
        # On the connection that it holds now.
        assert (await first(session, PID, {})).pid == await session.scalar(PID)
    assert not session.in_transaction()
    with pytest.raises(AttributeError):
        session.nothing_of_that_name  # noqa: B018 -- to look is what is tested

    async def add(work: UnitOfWork) -> None:
        work._session.add(FaqEntry(guild_id=1, title="How?", summary="So."))

    await own_uow.at_once(add)
    async with own_uow.reading() as work:
        assert (await first(work._session, select(FaqEntry.title), {})).title == "How?"
