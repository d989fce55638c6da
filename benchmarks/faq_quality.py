"""How often the FAQ's search has the right answer among its first three, by language and kind of query.

Beside it: plain `ILIKE`, `websearch_to_tsquery` in the language's own configuration, and rapidfuzz over all titles.
"""

import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.faq.smalltalk import is_small_talk
from app.db import create_engine, normalize
from app.models import FaqEntry
from app.services.faq.indexing import FaqIndexingService
from app.services.faq.searching import FaqSearchService
from benchmarks import faq_data
from benchmarks.faq_data import LANGUAGES, Entry, Query
from benchmarks.figures import Figure
from benchmarks.processes import database

FIRST = 3
EVERY = 8
"""Of so many queries one is asked of the others, too."""
OURS = ("translated question", "question to all answers")
"""Which are not: the same questions once more."""
LEAST = {"title": 0.9, "first half": 0.9, "typo": 0.9, "question to answer": 0.6, "translated question": 0.6}
CONFIGURATIONS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
}
ILIKE = r"""
SELECT id FROM faq_entries
WHERE guild_id = :guild AND (title ILIKE '%' || :typed || '%' OR summary ILIKE '%' || :typed || '%')
ORDER BY id LIMIT 3
"""
WEBSEARCH = """
SELECT id FROM faq_entries, websearch_to_tsquery(CAST(:configuration AS regconfig), :typed) AS query
WHERE guild_id = :guild AND to_tsvector(CAST(:configuration AS regconfig), title || ' ' || summary) @@ query
ORDER BY ts_rank(to_tsvector(CAST(:configuration AS regconfig), title || ' ' || summary), query) DESC LIMIT 3
"""


async def measure() -> list[Figure]:
    """Each query once. Whole questions look among answers whose titles are numbers: those of one language, and all."""
    with tempfile.TemporaryDirectory(prefix="concierge-faq-") as folder, database() as address:
        faq_data.fetched(Path(folder))
        engine = create_engine(normalize(address))
        try:
            async with AsyncSession(engine) as session:
                return await _measured(session)
        finally:
            await engine.dispose()


def _guild(entry: Entry) -> int:
    """One for each language of the Debian FAQ, one for Perl's, one for Python's."""
    return 10 + LANGUAGES.index(entry.language) if entry.key.startswith("debian") else 30 + entry.key.startswith("perl")


async def _measured(session: AsyncSession) -> list[Figure]:
    entries = faq_data.entries()
    named = await _stored(session, [(1, entry, entry.title) for entry in entries])
    numbered = await _stored(session, [(_guild(one), one, f"No. {number}") for number, one in enumerate(entries)])
    together = await _stored(session, [(2, one, f"No. {number}") for number, one in enumerate(entries)])
    guilds = {entry.key: _guild(entry) for entry in entries}
    asked = [(1, query, named) for query in faq_data.queries(entries)]
    whole = faq_data.whole_questions(entries)
    alone = [*whole, *faq_data.translated_questions(entries)]
    asked += [(guilds[min(query.right)], query, numbered) for query in alone]
    asked += [(2, replace(query, kind="question to all answers"), together) for query in whole]
    places = defaultdict[tuple[str, str], list[float]](list)
    others = defaultdict[tuple[str, str], list[bool]](list)
    search, sure = FaqSearchService(session), list[bool]()
    by_key = {entry.key: entry.title for entry in entries}
    titles = {id_: by_key[key] for id_, key in named.items()}
    for number, (guild, query, keys) in enumerate(asked):
        locale = faq_data.LOCALES.get(query.language, query.language)
        hits = await search.search(guild, query.text, [locale])
        found = [keys[hit.id] for hit in hits]
        place = next((1 / n for n, key in enumerate(found, 1) if key in query.right), 0.0)
        places[query.kind, query.language].append(place)
        if query.kind == "title":
            sure.append(bool(hits) and hits[0].confidence >= 0.7)
        if number % EVERY == 0 and query.kind not in OURS:
            for name, way in _OTHERS.items():
                if guild != 1 and way is _rapidfuzz:
                    continue  # it compares titles
                rows = await way(session, titles, guild, query)
                others[query.kind, name].append(any(keys.get(row) in query.right for row in rows))
    talk = await _talk(search)
    return [
        *_by_language(places),
        *_by_kind(places, others),
        Figure(
            f"small talk ({len(talk)}) that gets an answer by itself (0.7)", 100 * sum(talk) / len(talk), "%", most=1
        ),
        Figure(f"titles ({len(sure)}) that would", 100 * sum(sure) / len(sure), "%", least=95),
    ]


async def _stored(session: AsyncSession, rows: Sequence[tuple[int, Entry, str]]) -> dict[int, str]:
    values = [
        {
            "guild_id": guild,
            "title": title,
            "summary": entry.answer,
            "keywords": list(entry.keywords) if guild == 1 else [],
            "language": faq_data.LOCALES.get(entry.language, entry.language),
        }
        for guild, entry, title in rows
    ]
    ids = (await session.scalars(insert(FaqEntry).returning(FaqEntry.id, sort_by_parameter_order=True), values)).all()
    indexing = FaqIndexingService(session)
    while await indexing.index_next():
        await session.commit()
    await session.execute(text("ANALYZE faq_entries"))
    await session.commit()
    return {id_: entry.key for id_, (_, entry, _) in zip(ids, rows, strict=True)}


async def _talk(search: FaqSearchService) -> list[bool]:
    found = list[bool]()
    for said, language in faq_data.small_talk():
        hits = await search.search(1, said, [faq_data.LOCALES.get(language, language)])
        found.append(bool(hits) and hits[0].confidence >= 0.7 and not is_small_talk(said))
    return found


def _by_language(places: dict[tuple[str, str], list[float]]) -> list[Figure]:
    def least(kind: str, language: str) -> float | None:
        # Where much was never translated, only pairs of which both parts are in the language say how it is found.
        is_mixed = kind == "question to answer" and ("translated question", language) in places
        return None if is_mixed else LEAST.get(kind)

    return [
        Figure(f"{kind}, {language} ({len(found)}): recall@3", _recall(found), "", least=least(kind, language))
        for (kind, language), found in sorted(places.items())
    ]


def _by_kind(places: dict[tuple[str, str], list[float]], others: dict[tuple[str, str], list[bool]]) -> list[Figure]:
    figures = list[Figure]()
    for kind in dict.fromkeys(kind for kind, _ in places):
        found = [place for (one, _), of in places.items() if one == kind for place in of]
        figures.append(Figure(f"{kind}, all ({len(found)}): recall@3", _recall(found), "", least=LEAST.get(kind)))
        figures.append(Figure(f"{kind}: mean reciprocal rank", sum(found) / len(found), ""))
        figures += [
            Figure(f"{kind}: recall@3 of {name}", sum(of) / len(of), "")
            for (one, name), of in others.items()
            if one == kind
        ]
    return figures


def _recall(found: Sequence[float]) -> float:
    return sum(place >= 1 / FIRST for place in found) / len(found)


Way = Callable[[AsyncSession, dict[int, str], int, Query], Awaitable[Sequence[int]]]


async def _ilike(session: AsyncSession, _: dict[int, str], guild: int, query: Query) -> Sequence[int]:
    return (await session.scalars(text(ILIKE), {"guild": guild, "typed": query.text})).all()


async def _websearch(session: AsyncSession, _: dict[int, str], guild: int, query: Query) -> Sequence[int]:
    facts: dict[str, Any] = {
        "guild": guild,
        "typed": query.text,
        "configuration": CONFIGURATIONS.get(query.language, "simple"),
    }
    return (await session.scalars(text(WEBSEARCH), facts)).all()


async def _rapidfuzz(_: AsyncSession, titles: dict[int, str], guild: int, query: Query) -> Sequence[int]:
    from rapidfuzz import fuzz, process  # pyright: ignore[reportMissingImports] -- fetched when measuring

    del guild
    return [match[2] for match in process.extract(query.text, titles, scorer=fuzz.WRatio, limit=FIRST)]


_OTHERS: dict[str, Way] = {"ILIKE": _ilike, "websearch_to_tsquery": _websearch, "rapidfuzz WRatio": _rapidfuzz}
