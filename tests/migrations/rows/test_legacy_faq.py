"""The FAQ that everybody shared, shared out to guilds and put together again."""

from collections.abc import Iterable

import asyncpg
import pytest

from tests.fixtures import legacy
from tests.migrations.rows.conftest import Live

A, B, C = sorted(legacy.GUILDS)
SEARCHES = 40
KEPT = "SELECT to_regnamespace('concierge_kept_002') IS NOT NULL"


async def start(live: Live, guilds: Iterable[int]) -> legacy.Rows:
    """A database at 001 with 40 entries and searches, that has heard of these guilds."""
    return await live.filled(legacy.generate(SEARCHES, guilds=tuple(guilds)))


async def entries(live: Live) -> list[asyncpg.Record]:
    return await live.fetch("SELECT id, guild_id, title, summary, keywords FROM faq_entries ORDER BY id")


async def searched_in(live: Live) -> set[int]:
    return {row[0] for row in await live.fetch("SELECT DISTINCT guild_id FROM faq_search_logs")}


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
    live: Live, guilds: tuple[int, ...], options: dict[str, str], homes: list[int], searches: int
):
    original = await start(live, guilds)
    before = await live.contents()
    await live.upgrade("002", **options)

    found = await entries(live)
    ids = {row["id"] for row in original["faq_entries"]}
    assert len(found) == SEARCHES * len(homes)
    assert {row["id"] for row in found if row["guild_id"] == homes[0]} == ids
    for guild in homes:
        assert texts(found, guild) == texts(found, homes[0])
    assert await searched_in(live) == {searches}

    await live.downgrade("001")
    assert await live.contents() == before
    await live.upgrade("002", **options)
    again = await entries(live)
    assert [texts(again, guild) for guild in homes] == [texts(found, guild) for guild in homes]
    assert len(again) == len(found)


async def test_going_back_right_away_leaves_nothing_aside(live: Live):
    await start(live, (A, B, C))
    await live.upgrade("002")
    # That 002 was applied is on record here, with details that 001 cannot hold.
    await live.execute("DELETE FROM audit_logs WHERE details IS NOT NULL")
    await live.downgrade("001")
    assert not await live.fetchval(KEPT)


async def test_what_guilds_made_of_their_entries_survives_going_back_and_forth(live: Live):
    rows = await start(live, (A, B, C))
    shared = [row["id"] for row in rows["faq_entries"]]
    await live.upgrade("002")
    # The first guild edits its own, the second deletes its copy, the third writes a new one.
    await live.execute("UPDATE faq_entries SET title = 'ours' WHERE id = $1", shared[0])
    await live.execute("DELETE FROM faq_entries WHERE guild_id = $1 AND legacy ->> 'copy_of' = $2", B, str(shared[1]))
    new = await live.fetchval(
        "INSERT INTO faq_entries (guild_id, title, summary, keywords) VALUES ($1, 'new', '👋', '{a}') RETURNING id",
        C,
    )
    await live.execute("INSERT INTO faq_search_logs (guild_id, query) VALUES ($1, 'where?')", C)
    # And the first guild deletes an entry that the others keep.
    await live.execute("DELETE FROM faq_entries WHERE id = $1", shared[2])
    at_002 = await entries(live)

    await live.downgrade("001")
    assert await live.fetchval(KEPT)
    back = {row["id"]: row for row in await live.fetch("SELECT * FROM faq_entries")}
    # One of each: the shared ones, the edited one beside its former self, the new one.
    assert len(back) == SEARCHES + 2
    assert back[shared[0]]["title"] == "ours"
    assert back[new]["summary"] == "👋"
    assert set(shared) - set(back) == {shared[2]}

    await live.upgrade("002")
    again = await entries(live)
    for guild in (A, B, C):
        assert texts(again, guild) == texts(at_002, guild)
    assert [row["guild_id"] for row in again if row["id"] == new] == [C]
    assert await searched_in(live) == {0, C}
    assert not await live.fetchval(KEPT)


async def test_an_entry_deleted_at_001_stays_deleted_and_one_written_there_is_for_everybody(live: Live):
    await start(live, (A, B))
    await live.upgrade("002")
    add = "INSERT INTO faq_entries (guild_id, title, summary) VALUES ($1, $2, '') RETURNING id"
    doomed, kept = [await live.fetchval(add, B, title) for title in ("doomed", "kept")]
    await live.downgrade("001")
    await live.execute("DELETE FROM faq_entries WHERE id = $1", doomed)
    await live.execute("INSERT INTO faq_entries (title) VALUES ('for all')")
    await live.upgrade("002")
    found = await entries(live)
    assert [row["guild_id"] for row in found if row["title"] == "kept"] == [B]
    assert sorted(row["guild_id"] for row in found if row["title"] == "for all") == [A, B]
    assert not [row for row in found if row["title"] == "doomed"]
    assert kept in {row["id"] for row in found}
