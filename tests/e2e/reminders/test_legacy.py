"""Reminders of the predecessor in the hands of people: they have a name, an event and a place beside what they say."""

from datetime import timedelta

import pytest

from app.bot import Bot
from app.db import DatabaseUrl
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import connect
from tests.fixtures.reminders.due import After, Stored, deliver
from tests.fixtures.town import Town

STORED = """
    INSERT INTO reminders (guild_id, channel_id, created_by, name, message, location, time, call_time, event_time,
        timezone, wake_at, created_at)
    VALUES ($1, $2, $3, $4, $5, 'The lamp room', $6, $7, $7, 'UTC', $8, $8)
"""
SAID = "Bring a torch"


async def store(database: DatabaseUrl, town: Town, clock: ManualClock, *, name: str, message: str | None) -> None:
    """Put an event of tomorrow into the table, as the migration leaves it."""
    event = (clock.now + timedelta(days=1)).replace(microsecond=0)
    connection = await connect(database)
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
    await connection.close()


@pytest.mark.parametrize("moves", [False, True])
async def test_what_it_says_can_be_changed_and_its_name_and_place_stay(
    alice: Person,
    town: Town,
    after: After,
    bot: Bot,
    clock: ManualClock,
    stored: Stored,
    own_database: DatabaseUrl,
    *,
    moves: bool,
) -> None:
    await store(own_database, town, clock, name="Open `evening`", message="Doors open")
    await deliver(bot)
    shown = await alice.slash("reminder show", reminder="evening")
    assert r"**Open \`evening\`**" in shown.full_text
    assert "\nDoors open\n" in shown.full_text
    await alice.submit(await alice.click(shown, "Edit"), {"What": SAID} | ({"When": "in 5h"} if moves else {}))
    (row,) = await stored()
    assert (row["name"], row["message"]) == ("Open `evening`", SAID)
    await after(days=1)
    (embed,) = town.general.messages[-1].embeds
    assert (embed["title"], embed["description"]) == ("Open `evening`", SAID)
    assert embed["fields"][-1]["value"] == "The lamp room"


async def test_one_that_only_had_a_name_gets_words_of_its_own(
    alice: Person, town: Town, after: After, bot: Bot, clock: ManualClock, stored: Stored, own_database: DatabaseUrl
) -> None:
    await store(own_database, town, clock, name="Open evening", message=None)
    await deliver(bot)
    shown = await alice.slash("reminder show", reminder="evening")
    await alice.submit(await alice.click(shown, "Edit"), {"What": SAID})
    (row,) = await stored()
    assert (row["name"], row["message"]) == (SAID, SAID)
    await after(days=1)
    (embed,) = town.general.messages[-1].embeds
    assert (embed.get("title"), embed["description"]) == (None, SAID)
