"""A deletion is killed at any of its statements: nothing is half done, and nothing that was asked for is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.db import DatabaseUrl
from app.uow import UnitOfWorkFactory
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.personal import Somebody, everything, fill, rows_naming
from tests.fixtures.postgres import connect
from tests.fixtures.town import Town

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
ERASING = """
SELECT count(*) FROM pg_locks AS held JOIN pg_stat_activity AS one USING (pid)
WHERE held.locktype = 'advisory' AND held.objid = 0x65726173 AND held.granted AND one.datname = current_database()
"""
HELD_UP = f"{ERASING} AND one.wait_event_type = 'Lock'"
AGAIN = "somebody was erased again"
STEADY = ("settings_history", "onboarding", "guild_rules", "support_tickets", "faq_search_logs")
"""Tables of which the jobs of the bot delete nothing while the test looks."""


async def until(is_so: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(60):
        while not await is_so():
            await asyncio.sleep(0.05)


async def named(uow: UnitOfWorkFactory, user_id: int) -> dict[str, Any]:
    async with uow() as work:
        return rows_naming(await everything(work._session), user_id)


async def filled(uow: UnitOfWorkFactory, town: Town) -> None:
    async with uow() as work:
        await fill(work._session, Somebody(town.alice.id, town.guild.id, town.mallory.id, town.moderator.id))


async def is_erased(uow: UnitOfWorkFactory, user_id: int) -> bool:
    """Tell whether nothing is left but a block, which would be lifted otherwise."""
    left = await named(uow, user_id)
    return {row.get("scope") for rows in left.values() for row in rows} <= {"ticket_blocked"}


# The first statement, some between, and the last.
@pytest.mark.parametrize("table", ["reminders", "faq_entries", "audit_logs", "onboarding", "support_tickets"])
async def test_a_deletion_that_is_killed_in_between_is_done_at_the_next_start(
    start: Start,
    stand_in: StandIn,
    town: Town,
    own_database: DatabaseUrl,
    own_uow: UnitOfWorkFactory,
    tmp_path: Path,
    table: str,
) -> None:
    await filled(own_uow, town)
    process = await start()
    await stand_in.ready()
    alice = stand_in.person(town.alice, town.general)
    asked = await alice.slash("privacy delete", server="all")
    before = await named(own_uow, alice.id)
    holder, watching = await connect(own_database), await connect(own_database)
    try:
        async with holder.transaction():
            await holder.execute(f"SELECT 1 FROM {table} FOR UPDATE")
            pressed = asyncio.create_task(alice.click(asked, "Delete"))
            await until(lambda: watching.fetchval(HELD_UP))
            await process.killed(stand_in)
        # PostgreSQL finishes the statement that waited, and then finds that nobody is there.
        await until(lambda: _none(watching, ERASING))
    finally:
        await holder.close()
        await watching.close()
    after = await named(own_uow, alice.id)
    assert {name: len(after.get(name, ())) for name in STEADY} == {name: len(before[name]) for name in STEADY}
    assert str(alice.id) in (tmp_path / "erasures.jsonl").read_text()

    again = await start()
    await again.says(AGAIN)
    await stand_in.ready()
    assert await is_erased(own_uow, alice.id)
    pressed.cancel()
    await asyncio.gather(pressed, return_exceptions=True)


async def _none(connection: Any, query: str) -> bool:
    return not await connection.fetchval(query)


async def test_a_deletion_that_is_killed_before_it_is_reported_is_done_once(
    start: Start, stand_in: StandIn, town: Town, own_uow: UnitOfWorkFactory
) -> None:
    await filled(own_uow, town)
    process = await start()
    await stand_in.ready()
    alice = stand_in.person(town.alice, town.general)
    asked = await alice.slash("privacy delete", server="all")
    stand_in.faults.hold(CALLBACK)
    pressed = asyncio.create_task(alice.click(asked, "Delete"))
    await until(lambda: is_erased(own_uow, alice.id))
    await process.killed(stand_in)
    stand_in.faults.clear()
    assert await is_erased(own_uow, alice.id)
    again = await start()
    await stand_in.ready()
    assert AGAIN not in again.printed
    assert await is_erased(own_uow, alice.id)
    pressed.cancel()
    await asyncio.gather(pressed, return_exceptions=True)
