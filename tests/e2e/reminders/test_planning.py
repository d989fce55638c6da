"""Planning the rows of the predecessor beside messages that are being sent."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from app.bot import Bot
from app.core.errors import BotError
from app.db import DatabaseUrl
from app.jobs.reminders import planning
from app.jobs.reminders.planning import BACKLOG, Planning
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import connect
from tests.fixtures.town import Town

ROWS = 3
OLD = """
    INSERT INTO reminders (guild_id, name, message, channel_id, time, days, timezone, wake_at, created_at)
    SELECT $1, 'old ' || n, 'old ' || n, $2, '04:00', ARRAY['0'], 'Europe/Brussels', $4, '2015-01-01'
    FROM generate_series(1, $3) n
"""
FOREVER = 600.0
ONE_FAILS_AND_OTHERS_TAKE_A_WHILE = """
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.name = 'old 1' THEN RAISE EXCEPTION USING ERRCODE = 'lock_not_available'; END IF;
        PERFORM pg_sleep(1);
        RETURN NEW;
    END $$;
    CREATE TRIGGER slowly BEFORE UPDATE ON reminders FOR EACH ROW EXECUTE FUNCTION slowly()
"""


@dataclass
class Beside:
    """Planning, as many messages under way as a test says, and what has a schedule by then."""

    connection: asyncpg.Connection
    many: int = 0
    planning: Planning | None = None

    async def begin(self, *ids: int) -> None:
        assert self.planning is not None
        await self.planning.begin(ids)

    async def planned(self) -> int:
        return await self.connection.fetchval("SELECT count(*) FROM reminders WHERE rrule IS NOT NULL")

    async def until_planned(self, many: int) -> None:
        async with asyncio.timeout(20):
            while await self.planned() < many:
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="session")
async def beside(bot: Bot, town: Town, clock: ManualClock, own_database: DatabaseUrl) -> AsyncGenerator[Beside]:
    await bot.jobs.stop()
    connection = await connect(own_database)
    await connection.execute(OLD, town.guild.id, town.general.id, ROWS, clock.now)
    beside = Beside(connection)
    beside.planning = Planning(bot, lambda _: None, lambda: beside.many)
    yield beside
    await beside.planning.stop()
    await connection.close()


async def test_planning_gives_way_to_many_messages_but_not_to_few(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "GIVE_WAY_SECONDS", FOREVER)
    beside.many = BACKLOG + 1
    await beside.begin()
    await asyncio.sleep(0.3)
    assert await beside.planned() == 0
    beside.many = BACKLOG
    await beside.until_planned(ROWS)


async def test_what_is_due_is_planned_at_once_whatever_is_under_way(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "GIVE_WAY_SECONDS", FOREVER)
    beside.many = BACKLOG + 1
    first = await beside.connection.fetchval("SELECT min(id) FROM reminders")
    await beside.begin(first)
    assert await beside.planned() == 1


async def test_planning_gives_way_only_for_a_moment(beside: Beside) -> None:
    beside.many = BACKLOG + 1
    await beside.begin()
    await beside.until_planned(ROWS)


async def test_planning_that_gives_way_stops_at_once(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "GIVE_WAY_SECONDS", FOREVER)
    beside.many = BACKLOG + 1
    await beside.begin()
    assert beside.planning is not None
    async with asyncio.timeout(20):
        await beside.planning.stop()
    assert not beside.planning.is_under_way
    assert await beside.planned() == 0


async def test_what_is_planned_beside_one_that_fails_is_done_before_anything_else_is_found(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BATCH", 1)
    await beside.connection.execute(ONE_FAILS_AND_OTHERS_TAKE_A_WHILE)
    assert beside.planning is not None
    with pytest.raises(BotError):
        await beside.planning._plan_some()
    assert await beside.planned() == ROWS - 1
