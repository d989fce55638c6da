"""Somebody is erased while others write: what they had read before does not bring anybody back, and nothing is lost."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from app.core.privacy.pending import Pending, Waits
from app.core.privacy.report import Erasure
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.db import DatabaseUrl
from app.models import AuditLog, FaqEntry, SupportTicket
from app.services.analytics.rows import SEEN
from app.services.analytics.sums import LOCK
from app.uow import UnitOfWork, UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import connect

TOWN, ALICE, BOB, STAFF = 7_000_000_000_000_001, 111_222_333_444_555_101, 111_222_333_444_555_102, 12
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


async def erase(uow: UnitOfWorkFactory, clock: ManualClock, guild_id: int = TOWN) -> Erasure:
    async with uow() as work:
        return await erase_in(work, clock, guild_id)


async def erase_in(work: UnitOfWork, clock: ManualClock, guild_id: int = TOWN) -> Erasure:
    return await work.personal_data.erase(Tombstone.new(ALICE, guild_id, clock(), is_complete=False))


async def postponed(uow: UnitOfWorkFactory) -> int:
    async with uow() as work:
        return await work.personal_data.erase_postponed(10)


async def pending(uow: UnitOfWorkFactory, kind: Waits) -> list[Pending]:
    async with uow() as work:
        return list(await work.erasures.pending(kind))


async def used_yesterday(uow: UnitOfWorkFactory, clock: ManualClock, *people: int) -> None:
    """Let people have used something, and go on to when the sums of that day can be made."""
    async with uow() as work:
        facts: dict[str, Any] = {"guild_id": TOWN, "command_name": "help", "command_type": "slash", "outcome": "ok"}
        rows = [facts | {"user_id": one, "created_at": clock(), "success": True, "count": 1} for one in people]
        await work._session.execute(insert(AuditLog), rows)
    clock.move(days=2)


async def seen(uow: UnitOfWorkFactory) -> list[int]:
    async with uow() as work:
        found = await work._session.scalars(select(AuditLog.people_ids).where(AuditLog.command_type == SEEN))
        return sorted({one for ids in found for one in ids or ()})


async def add_up(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        assert await work.analytics.sums.add_up()
    async with uow() as work:
        await work.analytics.sums.add_up_everywhere()


async def held_up(connection: asyncpg.Connection) -> None:
    """Return once somebody waits for a lock."""
    async with asyncio.timeout(20):
        while not await connection.fetchval(WAITING):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("guild_id", [TOWN, EVERYWHERE])
async def test_sums_that_are_being_made_do_not_bring_somebody_back(
    own_uow: UnitOfWorkFactory, clock: ManualClock, guild_id: int
) -> None:
    await used_yesterday(own_uow, clock, ALICE, BOB)
    await add_up(own_uow)
    clock.move(days=1)
    await used_yesterday(own_uow, clock, BOB)
    async with own_uow() as work:
        # A batch that has read who was seen before, and is not saved yet.
        assert await work.analytics.sums.add_up()
        async with asyncio.timeout(20):
            erasure = await erase(own_uow, clock, guild_id)
        assert erasure.found_something
        # It is looked at again only once that batch is saved.
        assert await postponed(own_uow) == 0
    assert ALICE in await seen(own_uow)
    assert await pending(own_uow, Waits.SEEN) == [Pending(Waits.SEEN, guild_id, ALICE)]
    assert await postponed(own_uow) == 1
    assert await seen(own_uow) == [BOB]
    assert await pending(own_uow, Waits.SEEN) == []
    await used_yesterday(own_uow, clock, BOB)
    await add_up(own_uow)
    assert await seen(own_uow) == [BOB]


async def test_no_sums_are_begun_until_somebody_is_erased(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await used_yesterday(own_uow, clock, ALICE, BOB)
    async with own_uow() as work:
        await erase_in(work, clock)
        async with own_uow() as other:
            assert not await other.analytics.sums.add_up()
    assert await pending(own_uow, Waits.SEEN) == []
    await add_up(own_uow)
    assert await seen(own_uow) == [BOB]


async def test_nobody_waits_for_rows_that_sums_have_locked(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    await used_yesterday(own_uow, clock, ALICE, BOB)
    await add_up(own_uow)
    other = await connect(own_database)
    try:
        async with other.transaction():
            # As a batch does at its end, when it deletes the oldest versions.
            await other.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            await other.execute(f"SELECT 1 FROM audit_logs WHERE command_type = '{SEEN}' FOR UPDATE")
            async with asyncio.timeout(20):
                await erase(own_uow, clock)
    finally:
        await other.close()
    assert await postponed(own_uow) == 1
    assert await seen(own_uow) == [BOB]


async def ticket(uow: UnitOfWorkFactory, status: str) -> int:
    async with uow() as work:
        row = {"guild_id": TOWN, "user_id": ALICE, "number": 1, "status": status, "type": "help", "type_name": "Help"}
        made = insert(SupportTicket).values(**row, description="My cat is ill").returning(SupportTicket.id)
        found = await work._session.scalar(made)
    assert found is not None
    return found


async def description(uow: UnitOfWorkFactory) -> str | None:
    async with uow() as work:
        return await work._session.scalar(select(SupportTicket.description))


@pytest.mark.parametrize("is_postponed", [False, True])
async def test_a_ticket_that_is_opened_again_at_that_moment_goes_on(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl, clock: ManualClock, *, is_postponed: bool
) -> None:
    ticket_id = await ticket(own_uow, "open" if is_postponed else "closed")
    if is_postponed:
        assert (await erase(own_uow, clock)).open_tickets == 1
    other, watching = await connect(own_database), await connect(own_database)
    try:
        await other.execute("UPDATE support_tickets SET status = 'closed'")
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE support_tickets SET status = 'open'")
        erasing = asyncio.create_task(postponed(own_uow) if is_postponed else erase(own_uow, clock))
        await held_up(watching)
        await transaction.commit()
        done = await erasing
        assert done == 0 if is_postponed else isinstance(done, Erasure) and done.open_tickets == 1
        assert await description(own_uow) == "My cat is ill"
        assert await pending(own_uow, Waits.TICKET) == [Pending(Waits.TICKET, ticket_id, ALICE)]
        await other.execute("UPDATE support_tickets SET status = 'closed'")
    finally:
        await other.close()
        await watching.close()
    assert await postponed(own_uow) == 1
    assert await description(own_uow) == ""
    assert await pending(own_uow, Waits.TICKET) == []


@pytest.mark.parametrize("before", [2, 3, 4, 5])
async def test_a_ticket_that_is_opened_again_between_two_statements_is_not_missed(
    own_uow: UnitOfWorkFactory, own_engine: AsyncEngine, own_database: DatabaseUrl, clock: ManualClock, before: int
) -> None:
    ticket_id = await ticket(own_uow, "closed")
    other, statements, is_open = await connect(own_database), list[str](), list[bool]()

    async def reopen() -> None:
        try:
            await other.execute("SET lock_timeout = '200ms'; UPDATE support_tickets SET status = 'open'")
            is_open.append(True)
        except asyncpg.LockNotAvailableError:
            is_open.append(False)

    def about_to_execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "support_tickets" in statement:
            statements.append(statement)
            if len(statements) == before:
                await_only(reopen())

    event.listen(own_engine.sync_engine, "before_cursor_execute", about_to_execute)
    try:
        erasure = await erase(own_uow, clock)
    finally:
        event.remove(own_engine.sync_engine, "before_cursor_execute", about_to_execute)
        await other.close()
    assert is_open == [before == 2], statements
    goes_on = [Pending(Waits.TICKET, ticket_id, ALICE)] if is_open[0] else []
    assert await pending(own_uow, Waits.TICKET) == goes_on
    assert erasure.open_tickets == len(goes_on)
    assert await description(own_uow) == ("My cat is ill" if is_open[0] else "")


async def test_many_tickets_can_wait(own_uow: UnitOfWorkFactory) -> None:
    """More than PostgreSQL takes as values of a statement."""
    waiting = [Pending(Waits.TICKET, number, ALICE) for number in range(1, 33_001)]
    async with own_uow() as work:
        await work.erasures.postpone(waiting)
    assert await postponed(own_uow) == 10
    assert len(await pending(own_uow, Waits.TICKET)) == len(waiting) - 10


async def test_a_version_of_an_entry_that_somebody_writes_at_that_moment_stays(
    own_uow: UnitOfWorkFactory, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    async with own_uow() as work:
        history = [{"version": 1, "at": clock().isoformat(), "title": "A", "answer": "a", "by": str(ALICE)}]
        row = {"guild_id": TOWN, "title": "Cats", "summary": "b", "created_by": ALICE, "history": history}
        await work._session.execute(insert(FaqEntry).values(row))
    other, watching = await connect(own_database), await connect(own_database)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("""UPDATE faq_entries SET history = history || '[{"version": 2, "by": "12"}]'""")
        erasing = asyncio.create_task(erase(own_uow, clock))
        await held_up(watching)
        await transaction.commit()
        await erasing
    finally:
        await other.close()
        await watching.close()
    async with own_uow() as work:
        left = await work._session.scalar(text("SELECT history FROM faq_entries"))
    assert [one["version"] for one in left] == [1, 2]
    assert str(ALICE) not in str(left)
