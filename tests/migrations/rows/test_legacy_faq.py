"""The FAQ that everybody shared, shared out to guilds and put together again."""

from collections.abc import Iterable

import asyncpg
import pytest

from app.db import DatabaseUrl
from tests.fixtures import legacy
from tests.migrations.running import connected, contents, downgrade, upgrade

A, B, C = sorted(legacy.GUILDS)
SEARCHES = 40
KEPT = "SELECT to_regnamespace('concierge_kept_002') IS NOT NULL"


async def start(database: DatabaseUrl, guilds: Iterable[int]) -> legacy.Rows:
    """A database at 001 with 40 entries and searches, that has heard of these guilds."""
    await upgrade(database, "001")
    rows = legacy.generate(SEARCHES, guilds=tuple(guilds))
    async with connected(database) as connection:
        await legacy.load(connection, rows)
    return rows


async def entries(database: DatabaseUrl) -> list[asyncpg.Record]:
    async with connected(database) as connection:
        return await connection.fetch("SELECT id, guild_id, title, summary, keywords FROM faq_entries ORDER BY id")


async def searched_in(database: DatabaseUrl) -> set[int]:
    async with connected(database) as connection:
        return {row[0] for row in await connection.fetch("SELECT DISTINCT guild_id FROM faq_search_logs")}


def texts(rows: Iterable[asyncpg.Record], guild: int) -> list[tuple[object, ...]]:
    return sorted((row["title"], row["summary"], str(row["keywords"])) for row in rows if row["guild_id"] == guild)


@pytest.mark.parametrize(
    ("guilds", "options", "homes", "searches"),
    [
        ((), {}, [0], 0),
        ((), {"faq_guild_id": "77"}, [77], 77),
        ((A,), {}, [A], A),
        ((A,), {"faq_guild_id": "77"}, [77, A], 77),
        ((A, B, C), {}, [A, B, C], 0),
        ((A, B, C), {"faq_guild_id": str(B)}, [A, B, C], B),
    ],
)
async def test_every_guild_gets_every_entry_and_the_first_keeps_the_id(
    empty_database: DatabaseUrl, guilds: tuple[int, ...], options: dict[str, str], homes: list[int], searches: int
):
    original = await start(empty_database, guilds)
    before = await contents(empty_database)
    await upgrade(empty_database, "002", **options)

    found = await entries(empty_database)
    ids = {row["id"] for row in original["faq_entries"]}
    assert len(found) == SEARCHES * len(homes)
    assert {row["id"] for row in found if row["guild_id"] == homes[0]} == ids
    for guild in homes:
        assert texts(found, guild) == texts(found, homes[0])
    assert await searched_in(empty_database) == {searches}

    await downgrade(empty_database, "001")
    assert await contents(empty_database) == before
    await upgrade(empty_database, "002", **options)
    again = await entries(empty_database)
    assert [texts(again, guild) for guild in homes] == [texts(found, guild) for guild in homes]
    assert len(again) == len(found)


async def test_going_back_right_away_leaves_nothing_aside(empty_database: DatabaseUrl):
    await start(empty_database, (A, B, C))
    await upgrade(empty_database, "002")
    async with connected(empty_database) as connection:
        # That 002 was applied is on record here, with details that 001 cannot hold.
        await connection.execute("DELETE FROM audit_logs WHERE details IS NOT NULL")
    await downgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        assert not await connection.fetchval(KEPT)


async def test_what_guilds_made_of_their_entries_survives_going_back_and_forth(empty_database: DatabaseUrl):
    rows = await start(empty_database, (A, B, C))
    shared = [row["id"] for row in rows["faq_entries"]]
    await upgrade(empty_database, "002")
    async with connected(empty_database) as connection:
        # The first guild edits its own, the second deletes its copy, the third writes a new one.
        await connection.execute("UPDATE faq_entries SET title = 'ours' WHERE id = $1", shared[0])
        await connection.execute(
            "DELETE FROM faq_entries WHERE guild_id = $1 AND legacy ->> 'copy_of' = $2", B, str(shared[1])
        )
        new = await connection.fetchval(
            "INSERT INTO faq_entries (guild_id, title, summary, keywords) VALUES ($1, 'new', '👋', '{a}') RETURNING id",
            C,
        )
        await connection.execute("INSERT INTO faq_search_logs (guild_id, query) VALUES ($1, 'where?')", C)
        # And the first guild deletes an entry that the others keep.
        await connection.execute("DELETE FROM faq_entries WHERE id = $1", shared[2])
    at_002 = await entries(empty_database)

    await downgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        assert await connection.fetchval(KEPT)
        back = {row["id"]: row for row in await connection.fetch("SELECT * FROM faq_entries")}
    # One of each: the shared ones, the edited one beside its former self, the new one.
    assert len(back) == SEARCHES + 2
    assert back[shared[0]]["title"] == "ours"
    assert back[new]["summary"] == "👋"
    assert set(shared) - set(back) == {shared[2]}

    await upgrade(empty_database, "002")
    again = await entries(empty_database)
    for guild in (A, B, C):
        assert texts(again, guild) == texts(at_002, guild)
    assert [row["guild_id"] for row in again if row["id"] == new] == [C]
    assert await searched_in(empty_database) == {0, C}
    async with connected(empty_database) as connection:
        assert not await connection.fetchval(KEPT)


async def test_an_entry_deleted_at_001_stays_deleted_and_one_written_there_is_for_everybody(
    empty_database: DatabaseUrl,
):
    await start(empty_database, (A, B))
    await upgrade(empty_database, "002")
    add = "INSERT INTO faq_entries (guild_id, title, summary) VALUES ($1, $2, '') RETURNING id"
    async with connected(empty_database) as connection:
        doomed, kept = [await connection.fetchval(add, B, title) for title in ("doomed", "kept")]
    await downgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        await connection.execute("DELETE FROM faq_entries WHERE id = $1", doomed)
        await connection.execute("INSERT INTO faq_entries (title) VALUES ('for all')")
    await upgrade(empty_database, "002")
    found = await entries(empty_database)
    assert [row["guild_id"] for row in found if row["title"] == "kept"] == [B]
    assert sorted(row["guild_id"] for row in found if row["title"] == "for all") == [A, B]
    assert not [row for row in found if row["title"] == "doomed"]
    assert kept in {row["id"] for row in found}
