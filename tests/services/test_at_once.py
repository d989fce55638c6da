"""What is read or changed without a transaction around it: as exact as in one, and in fewer round trips."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.commits import WROTE
from app.core.faq.entries import Draft
from app.core.onboarding.answers import read_answers
from app.core.onboarding.questions import QuestionKind
from app.db import DatabaseUrl, create_engine, session_factory
from app.models import FaqEntry, Onboarding, SupportTicket
from app.pooler import Pooling
from app.services.tickets.opening import Request
from app.uow import DatabaseUnavailable, UnitOfWork, UnitOfWorkFactory
from tests.fixtures.onboarding.services import ALICE
from tests.fixtures.onboarding.services import policy as asking_policy
from tests.fixtures.onboarding.tables import Asking, filled_in
from tests.fixtures.tickets.services import kind, policy

AT_ONCE = 30
STAFF = Actor(1, 7, is_staff=True)
Change = Callable[[UnitOfWork], Awaitable[Any]]


async def sent(uow: UnitOfWorkFactory, do: Callable[[], Awaitable[object]]) -> list[str]:
    """The first word of all that was sent to the server meanwhile, over the one connection that its pool has."""
    words: list[str] = []

    def note(query: str) -> None:
        words.append(query.split(None, 1)[0].strip(";"))

    async with uow() as work:
        connection = await work._session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
    # What the driver sends by itself, and what SQLAlchemy has it prepare.
    driver.add_query_logger(lambda record: note(record.query))
    event.listen(connection.sync_engine, "before_cursor_execute", lambda *given: note(given[2]))
    await do()
    await asyncio.sleep(0)
    return words


def opening(user_id: int, **chosen: Any) -> Change:
    request = Request(kind(), "My cat is ill")
    return lambda work: work.tickets.opening.begin(Actor(1, user_id), policy(kind(), **chosen), request)


async def test_only_a_transaction_costs_round_trips_of_its_own(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl, clock: Clock
) -> None:
    async def look() -> None:
        async with own_uow.reading() as work:
            await work.tickets.opening.check(ALICE, policy(kind()), "001")

    # The driver asks about types once.
    await own_uow.at_once(opening(3))
    assert await sent(own_uow, look) == ["SELECT"]
    assert await sent(own_uow, lambda: own_uow.at_once(opening(1))) == ["INSERT"]
    # Behind a pooler the limits of statements hold for a transaction only.
    pooled = create_engine(own_database, pooling=Pooling.TRANSACTION)
    uow = UnitOfWorkFactory(session_factory(pooled), clock)
    await uow.at_once(opening(4))
    words = await sent(uow, lambda: uow.at_once(opening(2)))
    assert sorted(words) == ["BEGIN", "COMMIT", "INSERT", "SELECT", "SELECT"]
    await pooled.dispose()


async def test_what_is_for_reading_changes_nothing(own_uow: UnitOfWorkFactory) -> None:
    with pytest.raises(RuntimeError, match="for reading"):
        async with own_uow.reading() as work:
            await work.tickets.opening.begin(ALICE, policy(kind()), Request(kind(), "Help"))
    async with own_uow() as work:
        assert await work._session.scalar(select(func.count()).select_from(SupportTicket)) == 0
        entry = await work.faq.entries.add(STAFF, Draft("How?", "So."))
    # Nor what is changed in a row, which no statement says until it is written.
    with pytest.raises(RuntimeError, match="for reading"):
        async with own_uow.reading() as work:
            await work.faq.entries.remove(STAFF, entry.id)
    with pytest.raises(RuntimeError, match="for reading"):
        async with own_uow.reading() as work:
            await work.faq.entries.add(STAFF, Draft("Why?", "So."))
    async with own_uow() as work:
        assert [(one.title, one.deleted_at) for one in await work._session.scalars(select(FaqEntry))] == [
            ("How?", None)
        ]


@pytest.mark.parametrize("pooling", [Pooling.NONE, Pooling.TRANSACTION])
async def test_a_snapshot_is_of_one_moment_and_changes_nothing(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl, clock: Clock, pooling: Pooling
) -> None:
    engine = create_engine(own_database, pool_size=1, pooling=pooling)
    uow = UnitOfWorkFactory(session_factory(engine), clock)
    many = select(func.count()).select_from(FaqEntry)
    async with uow.snapshot() as work:
        assert await work._session.scalar(many) == 0
        async with own_uow() as other:
            await other.faq.entries.add(STAFF, Draft("How?", "So."))
        assert await work._session.scalar(many) == 0
    with pytest.raises(RuntimeError, match="for reading"):
        async with uow.snapshot() as work:
            await work.faq.entries.add(STAFF, Draft("Why?", "So."))
    # Nor by a statement in which the change is a part of a question: the server itself refuses it.
    made = insert(FaqEntry).values(guild_id=1, title="Why?", summary="So.").returning(FaqEntry.id).cte("made")
    with pytest.raises(DBAPIError, match="read-only"):
        async with uow.snapshot() as work:
            await work._session.scalar(select(made.c.id))
    # The connection is as before for whoever has it next.
    async with uow() as work:
        assert await work._session.scalar(many) == 1
        async with own_uow() as other:
            await other.faq.entries.add(STAFF, Draft("Why?", "So."))
        assert await work._session.scalar(many) == 2
    await engine.dispose()


async def test_numbers_and_limits_are_exact_however_many_open_at_once(own_uow: UnitOfWorkFactory) -> None:
    most = AT_ONCE - 5
    opened = await asyncio.gather(
        *(own_uow.at_once(opening(user, per_server=most)) for user in range(AT_ONCE)), return_exceptions=True
    )
    numbers = sorted(one.number for one in opened if isinstance(one, SupportTicket))
    assert numbers == list(range(1, most + 1))
    assert len([one for one in opened if "open tickets, and takes no more" in str(one)]) == AT_ONCE - most
    again = await asyncio.gather(*(own_uow.at_once(opening(99)) for _ in range(9)), return_exceptions=True)
    assert [one.number for one in again if isinstance(one, SupportTicket)] == [most + 1]


async def test_of_a_hundred_who_open_at_once_without_an_faq_each_has_one_number(own_uow: UnitOfWorkFactory) -> None:
    async def opened(user_id: int) -> SupportTicket:
        actor, request = Actor(1, user_id), Request(kind(), "My cat is ill")
        chosen = policy(kind(), per_server=200)
        found = await own_uow.at_once(lambda work: work.tickets.opening.begin_without_faq(actor, chosen, request))
        if found is None:
            # Somebody else had the lock.
            found = await own_uow.at_once(lambda work: work.tickets.opening.begin(actor, chosen, request))
        return found

    tickets = await asyncio.gather(*(opened(1000 + user) for user in range(100)))
    assert sorted(one.number for one in tickets) == list(range(1, 101))
    assert len({one.user_id for one in tickets}) == 100


async def test_a_ticket_is_begun_without_a_search_only_where_nothing_is_in_the_way(own_uow: UnitOfWorkFactory) -> None:
    async def begun(user_id: int, **chosen: Any) -> SupportTicket | None:
        request = Request(kind(), "My cat is ill")

        async def begin(work: UnitOfWork) -> SupportTicket | None:
            found = await work.tickets.opening.begin_without_faq(Actor(1, user_id), policy(kind(), **chosen), request)
            # A second statement that fails would be told of as if something had been saved, else.
            assert bool(work.tickets.opening._session.info.get(WROTE)) is (found is not None)
            return found

        return await own_uow.at_once(begin)

    first = await begun(11)
    assert first is not None
    assert first.number == 1
    assert await begun(11) is None
    assert await begun(12, per_server=1) is None
    manager = Actor(1, 1, is_manager=True, is_staff=True)
    async with own_uow() as work:
        await work.faq.entries.add(Actor(2, 1, is_manager=True, is_staff=True), Draft("Elsewhere", "It is another's."))
    second = await begun(12)
    assert second is not None
    assert second.number == 2
    async with own_uow() as work:
        await work.faq.entries.add(manager, Draft("How is my cat?", "It is well."))
    assert await begun(13) is None
    assert (await own_uow.at_once(opening(13))).number == 3


async def test_of_steps_at_once_none_is_lost(own_uow: UnitOfWorkFactory) -> None:
    asking, asks = Asking(own_uow), asking_policy(mode="questions")
    ids = [await asking.ask(f"Question {place}", QuestionKind.SHORT, place=place) for place in range(1, 6)]
    start = await own_uow.at_once(lambda work: work.onboarding.flow.begin(ALICE, asks))
    forms = {form.question_id: form for form in filled_in(start, **{f"q{one}": f"to {one}" for one in ids})}
    await asyncio.gather(
        *(
            own_uow.at_once(lambda work, form=forms[one]: work.onboarding.flow.answer(ALICE, asks, [form]))
            for one in ids
        )
    )
    row = await asking.row(ALICE)
    assert {key: answer.values for key, answer in read_answers(row.responses).items()} == {
        one: (f"to {one}",) for one in ids
    }
    ended = await asyncio.gather(
        *(own_uow.at_once(lambda work: work.onboarding.flow.confirm(ALICE, asks)) for _ in range(5))
    )
    assert sorted(one.is_new for one in ended) == [False] * 4 + [True]


async def test_a_connection_that_dies_while_something_is_saved_leaves_that_open(own_uow: UnitOfWorkFactory) -> None:
    async def change(work: UnitOfWork) -> None:
        cut = func.pg_terminate_backend(func.pg_backend_pid())
        await work._session.execute(update(Onboarding).values(step="x").returning(cut))

    async def prepare() -> None:
        async with own_uow() as work:
            work._session.add(Onboarding(guild_id=1, user_id=1, state="asked"))

    await asyncio.create_task(prepare())
    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        async with own_uow() as work:
            await change(work)
    with pytest.raises(DatabaseUnavailable, match="check whether it was saved"):
        await own_uow.at_once(change)


@pytest.mark.parametrize("cancels", [1, 2])
async def test_what_is_cancelled_leaves_a_pool_that_works(
    own_database: DatabaseUrl, clock: Clock, cancels: int
) -> None:
    engine = create_engine(own_database, pool_size=1)
    uow, pool = UnitOfWorkFactory(session_factory(engine), clock), cast("Any", engine.pool)
    for _ in range(3):
        slow = asyncio.create_task(uow.at_once(lambda work: work._session.execute(text("SELECT pg_sleep(20)"))))
        async with asyncio.timeout(20):
            while not pool.checkedout():
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        for _ in range(cancels):
            slow.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await slow
        async with asyncio.timeout(20):
            found = await uow.at_once(lambda work: work._session.execute(text("SELECT 7")))
            assert found.scalar() == 7
            while pool.checkedout():
                await asyncio.sleep(0.01)
    await engine.dispose()
