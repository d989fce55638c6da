"""Finding entries by what somebody typed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.faq.analysis import misspellings, words
from app.core.faq.folding import title_key
from app.core.faq.languages import dictionaries
from app.core.faq.limits import MAX_QUERY, MAX_RESULTS
from app.core.faq.tokens import mark

MAX_WORDS = 16
MAX_SUGGESTED = 25
_SEARCH = """
WITH word AS (
    SELECT * FROM unnest(:places, :plain, :written) AS word (place, plain, written)
), form AS (
    SELECT DISTINCT place, form FROM word CROSS JOIN LATERAL (
        SELECT plain
        UNION
        SELECT unnest(ts_lexize(name::regdictionary, spelt))
        FROM unnest(:names) AS name, unnest(ARRAY[plain, written]) AS spelt
    ) AS form (form)
), asked AS MATERIALIZED (
    SELECT place, kind, string_agg(:mark || kind || form, '|')::tsquery AS query
    FROM form, unnest(ARRAY['t', 'k', 'a1', 'a2', 'a3', 'a4']) AS kind GROUP BY place, kind
    UNION ALL
    SELECT place, 'd', string_agg(:mark || 'd' || spelt, '|')::tsquery FROM unnest(:mis_of, :mis) AS mis (place, spelt)
    GROUP BY place
), hit AS (
    SELECT place, kind, id, count(*) OVER (PARTITION BY place, kind) AS often
    FROM asked CROSS JOIN LATERAL (
        SELECT id FROM faq_entries WHERE search @@ query AND guild_id = :guild_id AND enabled AND deleted_at IS NULL
        LIMIT 1000
    ) AS entry
), best AS (
    SELECT id, sum(CASE kind WHEN 't' THEN 1 WHEN 'k' THEN 0.9 WHEN 'd' THEN 0.6 ELSE 0.2 END * ln(1 + 5000.0 / often))
        AS score, array_agg(place) AS places, array_agg(kind) AS kinds, array_agg(often) AS often
    FROM hit GROUP BY id ORDER BY score DESC, id LIMIT 50
)
SELECT id, title, places, kinds, often FROM best JOIN faq_entries USING (id)
UNION ALL (
    SELECT id, title, '{}', '{}', '{}' FROM faq_entries
    WHERE guild_id = :guild_id AND title_key = :key AND enabled AND deleted_at IS NULL
)
"""
_SUGGEST = """
SELECT id, title, 1 AS rank, title_key FROM (
    SELECT id, title, title_key FROM faq_entries
    WHERE guild_id = :guild_id AND title_key >= :key AND title_key < :after AND enabled AND deleted_at IS NULL
    ORDER BY title_key LIMIT :most
) AS begins
UNION ALL
SELECT id, title, 2, title_key FROM (
    SELECT id, title, title_key FROM faq_entries
    WHERE search @@ CAST(:query AS tsquery) AND guild_id = :guild_id AND enabled AND deleted_at IS NULL LIMIT :most
) AS contains
ORDER BY 3, 4
"""


@dataclass(frozen=True)
class Suggestion:
    """An entry that is offered while somebody types."""

    id: int
    title: str


@dataclass(frozen=True)
class Hit:
    """An entry that was found."""

    id: int
    title: str
    confidence: float
    """From 0 to 1: how sure it is that this is what was asked for."""


class FaqSearchService:
    """Searches the enabled entries of one server."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def search(
        self, guild_id: int, typed: str, languages: Sequence[str], *, limit: int = MAX_RESULTS
    ) -> Sequence[Hit]:
        """Return what fits best, the best first.

        `languages` are Discord's codes of the languages that it may be written in: the member's, the server's.
        Whatever is typed, this raises nothing: where there is no word in it, nothing is found.
        """
        asked = list(dict.fromkeys(words(typed[:MAX_QUERY])))[:MAX_WORDS]
        key = title_key(typed[:MAX_QUERY].replace("\0", ""))
        if not key:
            return []
        spelt = [
            (place, one) for place, word in enumerate(asked) if not word.is_pair for one in misspellings(word.text)
        ]
        rows = await self._session.execute(
            _statement(_SEARCH, places=Integer, plain=Text, written=Text, names=Text, mis_of=Integer, mis=Text),
            {
                "guild_id": guild_id,
                "mark": mark(guild_id),
                "key": key,
                "places": list(range(len(asked))),
                "plain": [word.text for word in asked],
                "written": [word.written for word in asked],
                "names": dictionaries(languages),
                "mis_of": [place for place, _ in spelt],
                "mis": [one for _, one in spelt],
            },
        )
        found: dict[int, Hit] = {}
        for id_, title, places, kinds, often in rows:
            if not kinds:
                found[id_] = Hit(id_, title, 1.0)
                continue
            weights = dict[int, float]()
            for place, kind, count in zip(places, kinds, often, strict=True):
                weight = {"t": 1.0, "k": 0.9, "d": 0.6}.get(kind, 0.5)
                weights[place] = max(weights.get(place, 0.0), weight / math.sqrt(1 + count / 1000))
            if id_ not in found:
                found[id_] = Hit(id_, title, min(0.99, sum(weights.values()) / len(asked)))
        return sorted(found.values(), key=lambda hit: -hit.confidence)[:limit]

    async def suggest(
        self, guild_id: int, typed: str, languages: Sequence[str], *, limit: int = MAX_SUGGESTED
    ) -> Sequence[Suggestion]:
        """Return entries whose title begins with what was typed so far, then those with its words, for autocomplete."""
        del languages  # beginnings of words have no stems
        key = title_key(typed[:MAX_QUERY].replace("\0", ""))
        asked = [word.text for word in dict.fromkeys(words(typed[:MAX_QUERY]))][:MAX_WORDS]
        terms = [f"{mark(guild_id)}w{word}" for word in asked]
        if terms:
            terms[-1] += ":*"
        rows = await self._session.execute(
            text(_SUGGEST),
            {
                "guild_id": guild_id,
                "key": key,
                "after": f"{key}\U0010ffff",
                "query": " & ".join(terms),
                "most": limit,
            },
        )
        found = {row[0]: Suggestion(row[0], row[1]) for row in rows}
        return list(found.values())[:limit]


def _statement(sql: str, **arrays: Any) -> Any:
    return text(sql).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in arrays.items()))
