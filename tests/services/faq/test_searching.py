"""What the search of the FAQ finds, by script and kind of query, and what it makes of anything that may be typed."""

import re
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models.faq_entry import FaqEntry
from app.services.faq.indexing import FaqIndexingService, search_values
from app.services.faq.searching import FaqSearchService
from tests.fixtures.faq.found import ENTRIES, everything_is_found, fill

ODD = [
    "",
    "   ",
    "\0",
    "how do I",
    "the",
    "'\"& | ! :* <-> ()",
    "\\",
    "-- '; DROP TABLE faq_entries; --",
    "👍🏽 🎊",
    "**bold** `code` ||spoiler|| [a](https://a.b/c)",
    "<@123456789012345678> <#123456789012345678> <a:wave:123456789012345678> </faq search:123456789012345678>",
    "x" * 4000,
    "word " * 800,
    "密" * 4000,
    "\ud800",
    "\u0300\u0301",
    "a\u200bb",
]

MANY = """
INSERT INTO faq_entries (guild_id, title, title_key, summary, search, search_version)
SELECT 1 + n % 3, 'Filler', 'filler ' || n, repeat('lorem ', 40),
    array_to_tsvector(ARRAY['000000' || 1 + n % 3 || 'tfiller', '0000001t' || n % 900, '0000001a1' || n % 50]), 1
FROM generate_series(1, 8000) AS n
"""


@pytest.fixture
async def filled(own_engine: AsyncEngine) -> AsyncGenerator[AsyncSession]:
    """The entries, in two guilds."""
    async with AsyncSession(own_engine, expire_on_commit=False) as session:
        await fill(session)
        yield session


async def test_it_finds_words_however_they_are_written(filled: AsyncSession) -> None:
    await everything_is_found(filled)
    await filled.execute(update(FaqEntry).where(FaqEntry.guild_id == 1).values(enabled=False))
    assert not await FaqSearchService(filled).search(1, "reset password", ["en-US"])
    assert not await FaqSearchService(filled).suggest(1, "How do", ["en-US"])
    # Those of the other guild are no others.
    await everything_is_found(filled, 2)


async def test_it_is_sure_of_what_was_asked_and_not_of_what_was_not(filled: AsyncSession) -> None:
    search = FaqSearchService(filled)
    for typed in ("how do i reset my password", "reset my password pls", "LOGIN", "Wie andere ich meine einstellungen"):
        assert (await search.search(1, typed, ["en-US", "de"]))[0].confidence >= 0.7, typed
    for typed in (
        "ok",
        "thanks!",
        "how are you?",
        "what is the weather like",
        "my dog can open doors",
        "the rules of chess",
    ):
        assert all(hit.confidence < 0.7 for hit in await search.search(1, typed, ["en-US", "de"])), typed


LARGE = """
INSERT INTO faq_entries (guild_id, title, title_key, summary, language, search_version)
SELECT 3, 'Install ' || word || ' ' || n, 'install ' || word || ' ' || n, 'Install the package of ' || word, 'en-US', 0
FROM generate_series(1, 2400) AS n,
    LATERAL (SELECT (ARRAY['server', 'client', 'driver', 'package'])[1 + n % 4] || n % 37 AS word) AS named
"""
WRITTEN_TOGETHER = [
    ("Wie lade ich das Installationsprogramm?", "Das Programm zum Installieren liegt auf dem Server."),
    ("Wo ist der Datenschutz geregelt?", "Die Datenschutzerklärung steht im Kanal für Regeln."),
    ("Wie ändere ich meinen Namen?", "In den Einstellungen des Kontos, unter Profil."),
    ("Wann ist das nächste Treffen?", "Am Freitag um acht im Sprachkanal."),
]


async def test_answers_are_found_by_words_that_are_written_together_or_formed_otherwise(filled: AsyncSession) -> None:
    for number, (_, answer) in enumerate(WRITTEN_TOGETHER):
        values = search_values(4, f"Nr. {number}", answer, [], "de")
        filled.add(FaqEntry(guild_id=4, title=f"Nr. {number}", summary=answer, language="de", **values))
    await filled.flush()
    for typed, title in (
        ("installation", "Nr. 0"),
        ("datenschutz regeln", "Nr. 1"),
        ("kontoeinstellungen", "Nr. 2"),
        ("freitagstreffen", "Nr. 3"),
    ):
        found = await FaqSearchService(filled).search(4, typed, ["de"])
        assert [hit.title for hit in found[:1]] == [title], (typed, found)


async def test_the_words_that_most_entries_have_count_in_a_large_faq_as_well(filled: AsyncSession) -> None:
    await filled.execute(text(LARGE))
    written = [
        ("How do I install a printer?", "Choose it in the settings."),
        ("How do I remove a printer?", "Choose it in the settings."),
        ("A package that is broken", "Install it again."),
    ]
    for title, answer in written:
        values = search_values(3, title, answer, [], "en-US")
        filled.add(FaqEntry(guild_id=3, title=title, summary=answer, language="en-US", **values))
    await filled.flush()
    while await FaqIndexingService(filled).index_next(1000):
        pass
    search = FaqSearchService(filled)
    for statistics in ("SELECT 1", "ANALYZE faq_entries"):
        await filled.execute(text(statistics))
        for typed, title in (
            ("printer install", written[0][0]),
            ("install the broken package again", written[2][0]),
            ("instal server1 1000", "Install server1 1000"),
            ("install driver5", "Install driver5"),
        ):
            found = await search.search(3, typed, ["en-US"])
            assert found[0].title.startswith(title), (typed, statistics, found)


async def test_autocomplete_finds_what_begins_like_that(filled: AsyncSession) -> None:
    search = FaqSearchService(filled)
    for typed in ("h", "How d", "how do i r", "reset", "rese", "reset m", "reset my pas", "pass", "log"):
        assert "How do I reset my password?" in [one.title for one in await search.suggest(1, typed, ["en-US"])], typed
    assert len(await search.suggest(1, "", ["en-US"])) == len(ENTRIES)
    # A letter missing, wrong, too many, or two that changed places; the last word still being typed.
    for typed in ("pasword", "paswo", "pasxwor", "resset my passw", "lgoin", "how do i rest my"):
        assert "How do I reset my password?" in [one.title for one in await search.suggest(1, typed, ["en-US"])], typed
    assert not await search.suggest(1, "psword rules", ["en-US"])
    assert not await search.suggest(1, "xsed", ["en-US"])


@pytest.mark.parametrize("way", ["search", "suggest"])
async def test_whatever_is_typed_is_answered(filled: AsyncSession, way: str) -> None:
    for typed in ODD:
        found = await getattr(FaqSearchService(filled), way)(1, typed, ["en-US", "xx", ""])
        assert isinstance(found, list), typed

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=60))
    def read_all(typed: str) -> None:
        seen.append(typed)

    seen = list[str]()
    read_all()
    for typed in seen:
        await getattr(FaqSearchService(filled), way)(1, typed, ["en-US"])


async def test_each_is_one_round_trip_by_the_index_whatever_postgresql_knows(filled: AsyncSession) -> None:
    await filled.execute(text(MANY))
    connection = await filled.connection()
    sent = list[str]()
    event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
    for typed in ("reset my password", "сменить пароль", "パスワードを変更する", "비밀번호", "pasword"):
        await FaqSearchService(filled).search(1, typed, ["en-US"])
        await FaqSearchService(filled).suggest(1, typed, ["en-US"])
    assert len(sent) == 10
    statements = list(dict.fromkeys(sent))
    assert len(statements) == 2
    for statistics in ("", "ANALYZE faq_entries"):
        # As after an import, and as usual; planned for all that may be asked, as it is after some times.
        await filled.execute(text(statistics or "SELECT 1"))
        for number, statement in enumerate(statements):
            name = f"asked_{number}_{len(statistics)}"
            await connection.exec_driver_sql(f"PREPARE {name} AS {statement}")
            await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            nothing = ", ".join(["NULL"] * max(int(one) for one in re.findall(r"\$(\d+)", statement)))
            rows = await connection.exec_driver_sql(f"EXPLAIN EXECUTE {name}({nothing})")
            plan = "\n".join(row[0] for row in rows)
            assert "Bitmap Index Scan on ix_faq_entries_search" in plan, plan
            assert "uq_faq_entries_title_key" in plan, plan
            assert "Seq Scan on faq_entries" not in plan, plan


async def test_rows_of_before_are_indexed_in_batches(filled: AsyncSession) -> None:
    indexing, search = FaqIndexingService(filled), FaqSearchService(filled)
    made_of = select(FaqEntry.id, FaqEntry.search, FaqEntry.title_size, FaqEntry.title_key).order_by(FaqEntry.id)
    made = (await filled.execute(made_of)).all()
    assert await indexing.waiting() == (24, 0)
    await filled.execute(update(FaqEntry).values(search=None, search_version=0, title_size=0, title_key=None))
    assert not await search.search(1, "reset password", ["en-US"])
    done = list[int]()
    while count := await indexing.index_next(10):
        done.append(count)
    assert done == [10, 10, 4]
    assert (await filled.execute(made_of)).all() == made
