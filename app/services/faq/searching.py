"""Finding entries by what somebody typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Float, Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.faq.confidence import Match, telling
from app.core.faq.folding import title_key
from app.core.faq.languages import base
from app.core.faq.limits import MAX_RESULTS
from app.core.faq.query import Query, read
from app.core.faq.tokens import BEGINNING_LEVELS, LEVELS, mark

MAX_SUGGESTED = 25
UNSURE = 0.3
"""How sure it is at most of an answer to what is no question."""
# `guild_id + 0` can be looked up in no index: PostgreSQL would read all of a guild where the words are in few rows.
_SEARCH = """
WITH word AS (
    SELECT * FROM unnest(:places, :plain, :written, :dictionaries) AS word (place, plain, written, dictionary)
), lexed AS (
    SELECT place, plain, ts_lexize(dictionary::regdictionary, plain) AS stems,
        CASE WHEN written <> plain THEN ts_lexize(dictionary::regdictionary, written) END AS others
    FROM word
), kept AS MATERIALIZED (
    SELECT place FROM lexed GROUP BY place HAVING NOT bool_or(coalesce(stems = '{}' OR others = '{}', false))
), used AS MATERIALIZED (
    SELECT place FROM kept UNION SELECT place FROM word WHERE NOT EXISTS (SELECT FROM kept)
), frequent AS MATERIALIZED (
    SELECT word AS token, share * reltuples AS known
    FROM pg_stats CROSS JOIN unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, share)
        CROSS JOIN (SELECT reltuples FROM pg_class WHERE oid = 'faq_entries'::regclass) AS size
    WHERE schemaname = current_schema() AND tablename = 'faq_entries' AND attname = 'search'
        AND share * reltuples > 1000 AND starts_with(word, :mark)
), size AS MATERIALIZED (
    SELECT CASE WHEN count(*) < 2000 THEN greatest(count(*), 50) ELSE 20000 END::int AS entries,
        count(*) >= 2000 AS is_large
    FROM (SELECT FROM faq_entries WHERE guild_id = :guild_id LIMIT 2000) AS counted
), token AS (
    SELECT place, 'w' AS family, kind, share, most, :mark || prefix || form AS token
    FROM kept JOIN lexed USING (place)
        CROSS JOIN LATERAL unnest(plain || coalesce(stems, '{}') || coalesce(others, '{}')) AS form
        CROSS JOIN unnest(:prefixes, :kinds, :shares, :mosts, :of_large)
            AS kind (prefix, kind, share, most, of_large) JOIN size ON of_large = is_large
    UNION
    SELECT place, 'b', kind, share, most, :mark || prefix || begins
    FROM unnest(:begins_of, :begins) AS beginning (place, begins) JOIN kept USING (place)
        CROSS JOIN unnest(:begin_prefixes, :begin_kinds, :begin_shares, :begin_mosts, :begin_of_large)
            AS kind (prefix, kind, share, most, of_large) JOIN size ON of_large = is_large
    UNION
    SELECT place, 'w', 'w', 0.9, 200, :mark || 'w' || plain FROM word WHERE NOT EXISTS (SELECT FROM kept)
), meant AS MATERIALIZED (
    SELECT place, family, kind, share, most, string_agg(token, '|') AS query, coalesce(max(known), 0) AS known
    FROM token LEFT JOIN frequent USING (token) GROUP BY place, family, kind, share, most
), rare AS MATERIALIZED (
    SELECT place, family, kind, share, known, ids FROM (
        SELECT place, family, kind, share, most, known, query::tsquery AS query FROM meant WHERE known = 0
        UNION ALL
        SELECT -1, 'all', 'all', 20.0, 50, 0, string_agg('(' || query || ')', '&')::tsquery FROM (
            SELECT string_agg(query, '|') AS query, max(known) AS known FROM meant
            WHERE kind IN ('t', 'k') GROUP BY place
        ) AS word HAVING max(known) > 0
    ) AS asked CROSS JOIN LATERAL (
        SELECT array_agg(id) AS ids FROM (
            SELECT id FROM faq_entries
            WHERE search @@ query AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
            LIMIT most
        ) AS entry
    ) AS entries WHERE ids IS NOT NULL
), list AS MATERIALIZED (
    SELECT * FROM rare
    UNION ALL
    SELECT place, family, kind, share, known, ids FROM meant CROSS JOIN LATERAL (
        SELECT array_agg(id) AS ids FROM (
            SELECT id FROM faq_entries
            WHERE search @@ query::tsquery AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
            LIMIT most
        ) AS entry
    ) AS entries WHERE ids IS NOT NULL AND known > 0 AND kind IN ('t', 'k', 'w')
        AND NOT EXISTS (SELECT FROM rare WHERE kind IN ('t', 'k', 'w', 'a5', 'a6', 'a7'))
), unknown AS MATERIALIZED (
    SELECT place FROM kept
    EXCEPT SELECT place FROM list WHERE family = 'w' EXCEPT SELECT place FROM meant WHERE known > 0
), misspelt AS MATERIALIZED (
    SELECT place, 'd' AS family, 'd' AS kind, 0.7::float8 AS share, 0::float8 AS known, ids FROM (
        SELECT place, string_agg(:mark || 'd' || spelt, '|')::tsquery AS query
        FROM unnest(:mis_of, :mis) AS mis (place, spelt) JOIN unknown USING (place) GROUP BY place
    ) AS asked CROSS JOIN LATERAL (
        SELECT array_agg(id) AS ids FROM (
            SELECT id FROM faq_entries
            WHERE search @@ query AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
            LIMIT 200
        ) AS entry
    ) AS entries WHERE ids IS NOT NULL
), found AS MATERIALIZED (
    SELECT * FROM list UNION ALL SELECT * FROM misspelt
), often AS (
    SELECT place, family, greatest(sum(cardinality(ids)), max(known))::int AS often FROM found GROUP BY place, family
), weighed AS MATERIALIZED (
    SELECT place, kind, often, ids,
        share * ln(1 + greatest(entries - often + 0.5, 0.05 * entries)::float8 / (often + 0.5)) AS weight
    FROM found JOIN often USING (place, family), size
), best AS MATERIALIZED (
    SELECT id, sum(weight) AS score FROM weighed CROSS JOIN unnest(ids) AS id GROUP BY id
    ORDER BY score DESC, id LIMIT 40
), detail AS (
    SELECT id, min(score) AS score, array_agg(place) AS places, array_agg(kind) AS kinds
    FROM best JOIN (weighed CROSS JOIN unnest(ids) AS id) USING (id) GROUP BY id
), begun AS (
    SELECT id FROM faq_entries
    WHERE guild_id = :guild_id AND title_key >= :key AND title_key < :after AND deleted_at IS NULL AND enabled
    ORDER BY title_key LIMIT 10
)
SELECT id, title, language, keywords, title_size, title_key, score, places, kinds FROM (
    SELECT * FROM detail UNION ALL SELECT id, 0, '{}', '{}' FROM begun
) AS id JOIN faq_entries USING (id)
UNION ALL
SELECT NULL, NULL, NULL, NULL, (SELECT entries FROM size), NULL, NULL, array_agg(place), array_agg(often::text) FROM (
    SELECT place, greatest(max(often), max(known)::int) AS often FROM used
        LEFT JOIN often USING (place) LEFT JOIN meant USING (place) GROUP BY place
) AS told
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
    WHERE search @@ CAST(:query AS tsquery) AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL LIMIT :most
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
        query = read(typed)
        if not query.key:
            return []
        rows = (await self._session.execute(_STATEMENT, _parameters(guild_id, query, languages))).all()
        told = next(row for row in rows if row[0] is None)
        often: dict[int, int] = {
            place: int(count or 0) for place, count in zip(told[7] or (), told[8] or (), strict=True)
        }
        tell = telling(often, told[4])
        matches = dict[int, Match]()
        titles, spoken = dict[int, str](), [base(one) for one in languages]
        for id_, title, language, keywords, size, key, score, places, kinds in (row for row in rows if row is not told):
            titles[id_] = title
            match = matches.setdefault(id_, Match(size))
            match.is_it = key == query.key or any(title_key(one) == query.key for one in keywords)
            match.is_own_language = base(language) in spoken[:1]
            match.begins = key is not None and key.startswith(query.key)
            match.score = max(match.score, score)
            for place, kind in zip(places, kinds, strict=True):
                match.add(place, kind)
            match.complete(title, query.words, often)
        ranked = sorted(matches, key=lambda id_: (-matches[id_].rank(tell), id_))
        most = UNSURE if query.is_small_talk else 1.0
        return [Hit(id_, titles[id_], min(most, matches[id_].confidence(tell))) for id_ in ranked[:limit]]

    async def suggest(
        self, guild_id: int, typed: str, languages: Sequence[str], *, limit: int = MAX_SUGGESTED
    ) -> Sequence[Suggestion]:
        """Return entries whose title begins with what was typed so far, then those with its words, for autocomplete."""
        del languages  # beginnings of words have no stems
        query = read(typed)
        terms = [f"{mark(guild_id)}w{word.text}" for word in query.words]
        if terms:
            terms[-1] += ":*"
        rows = await self._session.execute(
            text(_SUGGEST),
            {
                "guild_id": guild_id,
                "key": query.key,
                "after": f"{query.key}\U0010ffff",
                "query": " & ".join(terms),
                "most": limit,
            },
        )
        found = {row[0]: Suggestion(row[0], row[1]) for row in rows}
        return list(found.values())[:limit]


def _parameters(guild_id: int, query: Query, languages: Sequence[str]) -> dict[str, Any]:
    lexed, begun, spelt = query.lexed(languages), query.beginnings, query.misspellings
    return {
        **_kinds(len(query.words)),
        "guild_id": guild_id,
        "mark": mark(guild_id),
        "key": query.key,
        "after": f"{query.key}\U0010ffff",
        "places": [one[0] for one in lexed],
        "plain": [one[1] for one in lexed],
        "written": [one[2] for one in lexed],
        "dictionaries": [one[3] for one in lexed],
        "begins_of": [place for place, _ in begun],
        "begins": [begins for _, begins in begun],
        "mis_of": [place for place, _ in spelt],
        "mis": [one for _, one in spelt],
    }


# Where a word is looked for: in which places of the index, what they are called together, how much it tells to be found
# there, and of how many entries at most. The less it tells, the fewer. In a large FAQ it is looked for less finely, the
# more so the more words there are: each lookup takes its time.
_NAMED = [("t", "t", 1.0, 400), ("k", "k", 0.9, 200)]
_FINE = [*_NAMED, *((f"a{n}", f"a{n}", 0.8 * (n + 0.5) / LEVELS, 200) for n in range(LEVELS))]
_FINE_BEGUN = [
    ("q", "q", 0.3, 100),
    *((f"p{n}", f"p{n}", 0.4 * (n + 0.5) / BEGINNING_LEVELS, 200) for n in range(BEGINNING_LEVELS)),
]
_COARSE = [
    *_NAMED,
    *(("a1", "a1", 0.2, 60), ("a2", "a1", 0.2, 60), ("a3", "a3", 0.4, 100), ("a4", "a3", 0.4, 100)),
    *(("a5", "a5", 0.6, 150), ("a6", "a5", 0.6, 150), ("a7", "a7", 0.75, 200)),
]
_COARSE_BEGUN = [("q", "q", 0.3, 100), ("p1", "p1", 0.15, 40), ("p2", "p2", 0.3, 80), ("p3", "p2", 0.3, 80)]
_COARSEST = [
    *_NAMED,
    *(("a3", "a3", 0.35, 100), ("a4", "a3", 0.35, 100)),
    *(("a5", "a5", 0.65, 100), ("a6", "a5", 0.65, 100), ("a7", "a5", 0.65, 100)),
]
MANY_WORDS = 10


def _kinds(count: int) -> dict[str, Any]:
    """Return in which places so many words are looked for, in a small FAQ and in a large one."""
    large, large_begun = (_COARSE, _COARSE_BEGUN) if count <= MANY_WORDS else (_COARSEST, _COARSE_BEGUN[:1])
    whole = [*((*one, False) for one in _FINE), *((*one, True) for one in large)]
    begun = [*((*one, False) for one in _FINE_BEGUN), *((*one, True) for one in large_begun)]
    names = ("prefixes", "kinds", "shares", "mosts", "of_large")
    return {name: [one[at] for one in whole] for at, name in enumerate(names)} | {
        f"begin_{name}": [one[at] for one in begun] for at, name in enumerate(names)
    }


_ARRAYS: Mapping[str, Any] = {
    "places": Integer,
    "plain": Text,
    "written": Text,
    "dictionaries": Text,
    "begins_of": Integer,
    "begins": Text,
    "mis_of": Integer,
    "mis": Text,
    "prefixes": Text,
    "kinds": Text,
    "shares": Float,
    "mosts": Integer,
    "of_large": Boolean,
    "begin_prefixes": Text,
    "begin_kinds": Text,
    "begin_shares": Float,
    "begin_mosts": Integer,
    "begin_of_large": Boolean,
}
_STATEMENT = text(_SEARCH).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _ARRAYS.items()))
