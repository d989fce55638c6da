"""A real PgBouncer in transaction mode: no error, no limit lost, however many ask at once."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.boot import await_database
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import DatabaseUnreachable
from app.core.faq.entries import Draft
from app.core.onboarding.answers import read_answers
from app.core.onboarding.questions import QuestionKind
from app.db import DatabaseUrl, create_engine, pooling_of, session_factory
from app.migrate.connection.session import PooledConnection
from app.migrate.migrator import Migrator
from app.pooler import Pooling
from app.uow import UnitOfWorkFactory
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.onboarding.services import ALICE
from tests.fixtures.onboarding.services import policy as asking_policy
from tests.fixtures.onboarding.tables import Asking, filled_in
from tests.fixtures.postgres import execute, fetchval, url_text
from tests.fixtures.town import Town

COMMANDS = 96
STAFF = Actor(1, 7, is_staff=True)


def address_of(pooled: DatabaseUrl) -> str:
    return pooled.url.set(drivername="postgresql").render_as_string()


async def test_the_bot_works_through_a_pooler_in_transaction_mode(
    pooled: DatabaseUrl, own_database: DatabaseUrl, clock: Clock
) -> None:
    assert await pooling_of(pooled) is Pooling.TRANSACTION
    assert await pooling_of(own_database) is Pooling.NONE
    engine = create_engine(pooled, pool_size=COMMANDS // 2, pooling=Pooling.TRANSACTION)
    uow = UnitOfWorkFactory(session_factory(engine), clock)

    async def command(number: int) -> None:
        async with uow() as work:
            await work.settings.get_snapshot(number % 7 + 1)
        async with engine.connect() as connection:
            limits = [
                await connection.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout", "jit")
            ]
            assert limits == ["10s", "3s", "off"]

    await asyncio.gather(*(command(number) for number in range(COMMANDS)))
    await execute(own_database, "ALTER TABLE bot_settings ADD COLUMN new_one integer")
    await asyncio.gather(*(command(number) for number in range(COMMANDS)))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('statement_timeout', '50ms', true)"))
        with pytest.raises(DBAPIError, match="statement timeout"):
            await connection.execute(text("SELECT pg_sleep(5)"))
    await engine.dispose()


async def test_what_takes_no_transaction_elsewhere_takes_one_through_a_pooler_and_loses_nothing(
    pooled: DatabaseUrl, clock: Clock
) -> None:
    engine = create_engine(pooled, pool_size=COMMANDS // 2, pooling=Pooling.TRANSACTION)
    uow = UnitOfWorkFactory(session_factory(engine), clock)
    # What is only read: a search of the FAQ, with the limits of each statement.
    async with uow() as work:
        entry = await work.faq.entries.add(STAFF, Draft("How do I reset my password?", "Press **Forgot**."))

    async def search() -> None:
        async with uow.reading() as work:
            hits = await work.faq.search.search(STAFF.guild_id, "resetting a pasword", ["en-US"])
            assert [hit.id for hit in hits] == [entry.id]
            assert await work._session.scalar(text("SHOW statement_timeout")) == "10s"

    # What reads first, and then changes something in one statement: steps of onboarding, all of one member's.
    asking, asks = Asking(uow), asking_policy(mode="questions")
    ids = [await asking.ask(f"Question {place}", QuestionKind.SHORT, place=place) for place in range(1, 6)]
    start = await uow.at_once(lambda work: work.onboarding.flow.begin(ALICE, asks))
    forms = {form.question_id: form for form in filled_in(start, **{f"q{one}": f"to {one}" for one in ids})}

    async def answer(one: int) -> None:
        await uow.at_once(lambda work: work.onboarding.flow.answer(ALICE, asks, [forms[one]]))

    await asyncio.gather(*map(answer, ids), *(search() for _ in range(COMMANDS)))
    row = await asking.row(ALICE)
    assert {key: found.values for key, found in read_answers(row.responses).items()} == {
        one: (f"to {one}",) for one in ids
    }
    confirms = (uow.at_once(lambda work: work.onboarding.flow.confirm(ALICE, asks)) for _ in range(5))
    assert sorted(one.is_new for one in await asyncio.gather(*confirms)) == [False] * 4 + [True]
    with pytest.raises(RuntimeError, match="for reading"):
        async with uow.reading() as work:
            await work.faq.entries.remove(STAFF, entry.id)
    await engine.dispose()


async def test_the_bot_works_through_a_pooler_in_session_mode(
    pooled_by_session: DatabaseUrl, own_database: DatabaseUrl, start: Start, stand_in: StandIn
) -> None:
    assert await pooling_of(pooled_by_session) is Pooling.SESSION
    process = await start(DATABASE_URL=address_of(pooled_by_session))
    await stand_in.ready()
    assert "through a pooler in session mode" in process.printed
    with pytest.raises(DatabaseUnreachable, match=r"does not pass on.*search_path.*ALTER ROLE"):
        await await_database(replace(pooled_by_session, server_settings={"search_path": "public"}))


async def test_what_an_address_sets_holds_through_a_pooler_that_refuses_it(
    pooled: DatabaseUrl, own_database: DatabaseUrl, start: Start, stand_in: StandIn, town: Town
) -> None:
    await execute(own_database, "CREATE SCHEMA mine")
    through = f"{address_of(pooled)}?search_path=mine"
    direct = f"{url_text(own_database)}{'&' if '?' in url_text(own_database) else '?'}search_path=mine"
    await start(DATABASE_URL=through, MIGRATION_DATABASE_URL=direct, MIGRATIONS_ON_BOOT="auto")
    await stand_in.ready()
    manager = stand_in.person(town.manager, town.general)
    await manager.slash("settings set", key="general.page_size", value="5")
    assert await fetchval(own_database, "SELECT value FROM mine.bot_settings") == "5"


async def test_nothing_of_migrate_goes_through_a_pooler_in_transaction_mode(
    pooled: DatabaseUrl, tmp_path: Path
) -> None:
    for address in (pooled, replace(pooled, server_settings={"search_path": "public"})):
        migrator = Migrator(address, backups=tmp_path)
        for command in (migrator.status, migrator.plan, migrator.check, migrator.history):
            with pytest.raises(PooledConnection, match="Set MIGRATION_DATABASE_URL to a direct connection"):
                await command()


async def test_start_and_doctor_name_the_pooler_and_the_direct_connection_it_needs(
    pooled: DatabaseUrl, own_database: DatabaseUrl, start: Start, stand_in: StandIn
) -> None:
    through = address_of(pooled)
    alone = await start(DATABASE_URL=through)
    assert await alone.ended() == 2
    assert alone.lines[-1].startswith("MIGRATION_DATABASE_URL: has to be a direct connection")
    ill = await start("doctor", DATABASE_URL=through)
    assert await ill.ended() == 1
    assert "Set MIGRATION_DATABASE_URL" in ill.printed
    well = await start(DATABASE_URL=through, MIGRATION_DATABASE_URL=url_text(own_database))
    await stand_in.ready()
    assert "through a pooler in transaction mode" in well.printed
    await well.killed(stand_in)
    # Without migrations the bot can do without.
    await start(DATABASE_URL=through, MIGRATIONS_ON_BOOT="off")
    await stand_in.ready()
