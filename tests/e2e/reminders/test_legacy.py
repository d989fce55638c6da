"""Reminders of the predecessor in the hands of people: they have a name, an event and a place beside what they say."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from app.bot import Bot
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.due import After, Fill, Stored, deliver
from tests.fixtures.town import Town

STORED = """
    INSERT INTO reminders (guild_id, channel_id, created_by, name, message, location, time, call_time, event_time,
        timezone, wake_at, created_at)
    VALUES ($1, $2, $3, $4, $5, 'The lamp room', $6, $7, $7, 'UTC', $8, $8)
"""
SAID = "Bring a torch"


Store = Callable[[str, str | None], Awaitable[None]]


@pytest.fixture
def store(bot: Bot, connection: asyncpg.Connection, town: Town, clock: ManualClock) -> Store:
    """Put an event of tomorrow into the table, with its name and message, as the migration leaves it."""

    async def put_there(name: str, message: str | None) -> None:
        event = (clock.now + timedelta(days=1)).replace(microsecond=0)
        await connection.execute(
            STORED.replace("$7, $7", "$7::timestamptz::time, $7"),
            town.guild.id,
            town.general.id,
            town.alice.id,
            name,
            message,
            (event - timedelta(hours=1)).time(),
            event,
            clock.now,
        )
        await deliver(bot)

    return put_there


@pytest.mark.parametrize("moves", [False, True])
async def test_what_it_says_can_be_changed_and_its_name_and_place_stay(
    alice: Person, town: Town, after: After, stored: Stored, store: Store, *, moves: bool
) -> None:
    await store("Open `evening`", "Doors open")
    shown = await alice.slash("reminder show", reminder="evening")
    assert r"**Open \`evening\`**" in shown.full_text
    assert "\n>>> Doors open\n" in shown.full_text
    await alice.submit(await alice.click(shown, "Edit"), {"What": SAID} | ({"When": "in 5h"} if moves else {}))
    (row,) = await stored()
    assert (row["name"], row["message"]) == ("Open `evening`", SAID)
    await after(days=1)
    (embed,) = town.general.messages[-1].embeds
    assert (embed["title"], embed["description"]) == ("Open `evening`", f">>> {SAID}")
    assert embed["fields"][-1]["value"] == "The lamp room"


async def test_a_name_alone_becomes_words(
    alice: Person, town: Town, after: After, stored: Stored, store: Store
) -> None:
    await store("Open evening", None)
    shown = await alice.slash("reminder show", reminder="evening")
    await alice.submit(await alice.click(shown, "Edit"), {"What": SAID})
    (row,) = await stored()
    assert (row["name"], row["message"]) == (SAID, SAID)
    await after(days=1)
    (embed,) = town.general.messages[-1].embeds
    assert (embed.get("title"), embed["description"]) == (None, f">>> {SAID}")


MANY = """
    INSERT INTO reminders (guild_id, channel_id, created_by, name, event_time, timezone, wake_at, created_at)
    SELECT $1, $2, $3, 'old ' || n, $4::timestamptz + interval '10 days', 'UTC', $4::timestamptz - interval '1 hour', $4
    FROM generate_series(1, 900) n
"""
UNPLANNED = "SELECT count(*) FROM reminders WHERE next_at IS NULL AND starts_at IS NULL AND state = 'waiting'"


async def test_what_is_due_does_not_wait_until_all_of_many_have_their_schedules(
    bot: Bot, connection: asyncpg.Connection, town: Town, clock: ManualClock, fill: Fill, alice: Person
) -> None:
    await connection.execute(MANY, town.guild.id, town.general.id, town.alice.id, clock.now)
    await fill(town.general, 1)
    await deliver(bot)
    (message,) = town.general.messages
    assert message.text.startswith("> n 1")
    async with asyncio.timeout(60):
        while await connection.fetchval(UNPLANNED):
            await asyncio.sleep(0.05)
    shown = await alice.slash("reminder show", reminder="old 900")
    assert "<t:" in shown.full_text
    assert len(town.general.messages) == 1
