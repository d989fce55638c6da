"""What the FAQ's search and its suggestions take with up to 100,000 entries in one guild and 1,000 guilds beside it.

Beside them rapidfuzz's `WRatio` over the same titles. The processor's time is that of PostgreSQL for this connection
and of this process together, which does not depend on what else the machine does.
"""

import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import create_engine, normalize
from app.models import FaqEntry
from app.services.faq.indexing import FaqIndexingService
from app.services.faq.searching import FaqSearchService
from benchmarks import faq_data
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database

SIZES = (1_000, 10_000, 100_000)
GUILDS, EACH = 1000, 20
ASKED = 300
COMPARED = 10
SEARCH_MS, SUGGEST_MS, TIMES = 15, 10, 50


async def measure() -> list[Figure]:
    """Search, and suggestions for every third letter typed, in a random order of all kinds of queries."""
    with tempfile.TemporaryDirectory(prefix="concierge-faq-") as folder, database() as address:
        faq_data.fetched(Path(folder))
        engine = create_engine(normalize(address))
        try:
            async with AsyncSession(engine) as session:
                return await _measured(session)
        finally:
            await engine.dispose()


async def _measured(session: AsyncSession) -> list[Figure]:
    entries = faq_data.entries()
    asked = faq_data.queries(entries)
    random.Random(3).shuffle(asked)
    made, figures, size = _made(entries), list[Figure](), 0
    await _store(session, [{**next(made), "guild_id": 2 + number % GUILDS} for number in range(GUILDS * EACH)])
    for wanted in SIZES:
        await _store(session, [{**one, "guild_id": 1} for one in islice(made, wanted - size)])
        size = wanted
        figures += await _of(session, asked[:ASKED], size)
    figures += await _compared(session, asked[:COMPARED], figures)
    return figures


def _made(entries: list[faq_data.Entry]) -> Iterator[dict[str, Any]]:
    """Entries of halves of real titles and of sentences of real answers, each with a number of its own."""
    luck = random.Random(1)
    own, sentences = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for one in entries:
        own[one.language].append(one.title)
        sentences[one.language] += [part for part in re.split(r"(?<=[.。!?？])\s*", one.answer) if len(part) > 20]
    number = 0
    while True:
        number += 1
        language = luck.choice(entries).language
        one, other = luck.choice(own[language]), luck.choice(own[language])
        title = one[: (len(one) + 1) // 2] + other[len(other) // 2 :]
        answer = " ".join(luck.choices(sentences[language], k=luck.randrange(1, 6)))
        yield {
            "title": f"{title[:240]} {number}",
            "summary": answer[:4000],
            "language": faq_data.LOCALES.get(language, language),
        }


async def _store(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), 5000):
        await session.execute(insert(FaqEntry), rows[at : at + 5000])
        await session.commit()
    indexing = FaqIndexingService(session)
    while await indexing.index_next(1000):
        await session.commit()
    await session.rollback()
    connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    await connection.execute(text("SET statement_timeout = 0"))
    await connection.execute(text("VACUUM ANALYZE faq_entries"))
    await session.rollback()


async def _of(session: AsyncSession, asked: list[faq_data.Query], size: int) -> list[Figure]:
    search = FaqSearchService(session)
    server = await session.scalar(text("SELECT pg_backend_pid()"))

    async def timed(ask: Callable[[], Awaitable[object]]) -> tuple[float, float]:
        began, worked = time.perf_counter(), _worked(server)
        await ask()
        return (time.perf_counter() - began) * 1000, _worked(server) - worked

    searched, suggested = list[tuple[float, float]](), list[tuple[float, float]]()
    for query in asked:
        language = faq_data.LOCALES.get(query.language, query.language)
        searched.append(await timed(lambda query=query, language=language: search.search(1, query.text, [language])))
        for length in range(1, min(len(query.text), 16), 3):
            typed = query.text[:length]
            suggested.append(await timed(lambda typed=typed, language=language: search.suggest(1, typed, [language])))
    figures = list[Figure]()
    for name, taken, most in (("search", searched, SEARCH_MS), ("suggestions", suggested, SUGGEST_MS)):
        of = f"{name} among {size:,}"
        figures += [
            Figure(f"{of}: p50", quantile([one[0] for one in taken], 0.5), "ms"),
            Figure(f"{of}: p95", quantile([one[0] for one in taken], 0.95), "ms", most=most),
            Figure(f"{of}: p50 of the processor", quantile([one[1] for one in taken], 0.5), "ms"),
            Figure(f"{of}: p95 of the processor", quantile([one[1] for one in taken], 0.95), "ms", most=most),
        ]
    return figures


def _worked(server: int | None) -> float:
    """Milliseconds of the processor, of PostgreSQL and this process."""
    return int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e6 + 1000 * time.process_time()


async def _compared(session: AsyncSession, asked: list[faq_data.Query], figures: list[Figure]) -> list[Figure]:
    from rapidfuzz import fuzz, process  # pyright: ignore[reportMissingImports] -- fetched when measuring

    titles = (await session.scalars(text("SELECT title FROM faq_entries WHERE guild_id = 1"))).all()
    taken = list[float]()
    for query in asked:
        began = time.process_time()
        process.extract(query.text, titles, scorer=fuzz.WRatio, limit=3)
        taken.append((time.process_time() - began) * 1000)
    usual = quantile(taken, 0.5)
    mine = next(one.value for one in figures if one.name == f"search among {SIZES[-1]:,}: p50 of the processor")
    return [
        Figure(f"rapidfuzz's WRatio over {len(titles):,} titles: p50 of the processor", usual, "ms"),
        Figure("how many times that of the search", usual / mine, "", least=TIMES),
    ]
