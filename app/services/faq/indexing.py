"""What an entry is found by: made when it is written, and for rows of before in batches.

`search` holds each word in several forms. In front of each is the mark of the server and a letter for where it stands:
`t` title, `k` keywords, `h` an answer that is about it, `l` an answer that only has it, `w` a word of title or keywords
as it was written, `d` the same with a letter left out, `q` and `p` the beginnings of words of title or keywords and of
the answer. So one index answers for one server, one place and one word, however many other servers there are.

Behind each, where the position of a word would be, stands how much the answer is about it, which is read of the best
entries alone; 1 where it means nothing, because `ts_filter`, which picks out the words asked for, drops those without.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.faq.analysis import beginnings, misspellings, words
from app.core.faq.folding import title_key
from app.core.faq.languages import dictionary
from app.core.faq.tokens import ALL, MUCH, mark
from app.models.faq_entry import FaqEntry

RULES = 2
"""The version of what is made here. With a higher one, all entries are made anew."""
VERSION: ColumnElement[int] = literal_column(
    f"{RULES * 1000} + current_setting('server_version_num')::int / 10000", Integer
)
"""Together with the server's version, whose stems may be others than those of the one before."""
LENIENCE = 0.5
"""How often a word may be repeated before that says little more, as in BM25."""
USUAL_LENGTH = 100
"""Words of an answer that make it as hard once more to be about one of them."""
BATCH = 200
_MADE = f"""
WITH word AS (
    SELECT * FROM unnest(:entries, :kinds, :counts, :weights, :plain, :written, :dictionaries)
        AS word (entry, kind, n, weight, plain, written, dictionary)
), lexed AS (
    SELECT entry, kind, n, weight, plain, ts_lexize(dictionary::regdictionary, plain) AS stems,
        CASE WHEN written <> plain THEN ts_lexize(dictionary::regdictionary, written) END AS others
    FROM word
), kept AS (
    SELECT * FROM lexed WHERE stems IS DISTINCT FROM '{{}}' AND others IS DISTINCT FROM '{{}}'
), form AS (
    SELECT entry, kind, form, sum(n) AS n, min(weight) AS weight FROM (
        SELECT DISTINCT entry, kind, n, weight, plain, form
        FROM kept CROSS JOIN LATERAL unnest(plain || coalesce(stems, '{{}}') || coalesce(others, '{{}}')) AS form
    ) AS forms GROUP BY entry, kind, form
), named AS (
    SELECT entry, kind, form, 1 AS much FROM form WHERE kind NOT LIKE '%a'
    UNION ALL
    SELECT entry, left(kind, -1) || CASE WHEN much < {MUCH} THEN 'l' ELSE 'h' END, form, much FROM (
        SELECT *, greatest(1, round({ALL} * n / (n + weight)))::int AS much FROM form WHERE kind LIKE '%a'
    ) AS answered
), token AS (
    SELECT entry, kind || form || ':' || much AS token, NULL AS titled FROM named
    UNION ALL
    SELECT *, NULL FROM unnest(:token_of, :tokens)
    UNION ALL
    SELECT entry, NULL, plain FROM kept WHERE kind LIKE '%t'
)
SELECT entry, string_agg(token, ' ')::tsvector AS search, count(DISTINCT titled)::int AS size
FROM token GROUP BY entry
"""  # noqa: S608 -- numbers of ours
_TYPES: Mapping[str, Any] = {
    "entries": Integer,
    "kinds": Text,
    "counts": Integer,
    "weights": Float,
    "plain": Text,
    "written": Text,
    "dictionaries": Text,
    "token_of": Integer,
    "tokens": Text,
}


class Entry(NamedTuple):
    """What of an entry is searched."""

    guild_id: int
    title: str
    answer: str
    keywords: Sequence[str]
    language: str | None


@dataclass
class _Parts:
    """The words of some entries, as PostgreSQL is handed them."""

    given: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _TYPES})

    def add(self, number: int, entry: Entry) -> None:
        at, title, answer = mark(entry.guild_id), words(entry.title), words(entry.answer)
        named = [word for keyword in entry.keywords for word in words(keyword)]
        weight = LENIENCE + len(answer) / USUAL_LENGTH
        for kind, of in (("t", title), ("k", named), ("a", answer)):
            for word, count in Counter(of).items():
                name = dictionary(entry.language, word.text, is_pair=word.is_pair)
                self._put(number, f"{at}{kind}", count, weight, word.text, word.written, name)
        tokens = self.given["tokens"]
        for begins, count in Counter(begins for word in answer for begins in beginnings(word)).items():
            tokens.append(f"{at}p{begins}:{max(1, round(ALL * count / (count + weight)))}")
        for word in dict.fromkeys([*title, *named]):
            tokens += [f"{at}w{word.text}:1", *(f"{at}q{begins}:1" for begins in beginnings(word))]
            if not word.is_pair:
                tokens += [f"{at}d{one}:1" for one in misspellings(word.text)]
        self.given["token_of"] += [number] * (len(self.given["tokens"]) - len(self.given["token_of"]))

    def _put(self, *values: Any) -> None:
        for name, value in zip(_TYPES, values, strict=False):
            self.given[name].append(value)

    def statement(self, sql: str) -> TextClause:
        return text(sql).bindparams(
            *(
                bindparam(name, value, type_=ARRAY(kind), unique=True)
                for (name, kind), value in zip(_TYPES.items(), self.given.values(), strict=True)
            )
        )


def search_values(
    guild_id: int, title: str, answer: str, keywords: Iterable[str], language: str | None
) -> dict[str, Any]:
    """Return the columns by which an entry is found, for an INSERT or an UPDATE of it.

    `language` is Discord's code of the entry's, or of its server's. Whoever writes many at once leaves these columns
    out (but not `title_key`) and calls `FaqIndexingService.index` after that, in the same transaction.
    """
    whole, alone = _Parts(), _Parts()
    whole.add(0, Entry(guild_id, title, answer, list(keywords), language))
    alone.add(0, Entry(guild_id, title, "", [], language))
    return {
        "title_key": title_key(title),
        "search": whole.statement(f"(SELECT search FROM ({_MADE}) AS made)"),  # noqa: S608 -- a constant
        "title_size": alone.statement(f"coalesce((SELECT size FROM ({_MADE}) AS made), 0)"),  # noqa: S608 -- likewise
        "search_version": VERSION,
    }


class FaqIndexingService:
    """Makes what entries are found by."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def waiting(self) -> tuple[int, int]:
        """Return how many entries there are, and how many of them were made by older rules or never."""
        query = select(func.count(), func.count().filter(FaqEntry.search_version < VERSION))
        row = (await self._session.execute(query)).one()
        return row[0], row[1]

    async def index(self, entry_ids: Sequence[int]) -> int:
        """Make it anew for these entries, which may be of any server. Returns how many there were."""
        query = select(
            FaqEntry.id,
            FaqEntry.guild_id,
            FaqEntry.title,
            FaqEntry.summary,
            FaqEntry.keywords,
            FaqEntry.language,
            FaqEntry.title_key.is_(None) & FaqEntry.deleted_at.is_(None),
        ).where(FaqEntry.id.in_(entry_ids))
        rows = (await self._session.execute(query.order_by(FaqEntry.id).with_for_update())).all()
        parts, keys = _Parts(), dict[tuple[int, str], int]()
        for id_, guild_id, title, answer, keywords, language, needs_key in rows:
            parts.add(id_, Entry(guild_id, title, answer, keywords, language))
            if needs_key:
                keys.setdefault((guild_id, title_key(title)), id_)
        await self._name(keys)
        made = parts.statement(_MADE).columns(entry=Integer, search=TSVECTOR, size=Integer).subquery("made")
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == made.c.entry)
            .values(search=made.c.search, title_size=made.c.size, search_version=VERSION)
            .execution_options(synchronize_session=False)
        )
        return len(rows)

    async def _name(self, keys: Mapping[tuple[int, str], int]) -> None:
        """Give entries the title that they are compared by, unless another one has it already."""
        if not keys:
            return
        given = func.unnest(
            cast(list(keys.values()), ARRAY(Integer)), cast([key for _, key in keys], ARRAY(Text))
        ).table_valued(column("entry", Integer), column("key", Text), name="given")
        given = given.render_derived()
        other = aliased(FaqEntry)
        # Looked up one by one: as a join, PostgreSQL may compare each with each.
        taken = (
            select(other.id)
            .where(other.guild_id == FaqEntry.guild_id, other.title_key == given.c.key, other.deleted_at.is_(None))
            .limit(1)
            .scalar_subquery()
        )
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == given.c.entry, taken.is_(None))
            .values(title_key=given.c.key)
            .execution_options(synchronize_session=False)
        )

    async def index_next(self, most: int = BATCH) -> int:
        """Do it for some that were made by older rules, or never. Returns how many; 0 when there are none left."""
        query = select(FaqEntry.id).where(FaqEntry.search_version < VERSION).order_by(FaqEntry.search_version)
        found = await self._session.scalars(query.limit(most).with_for_update(skip_locked=True))
        return await self.index(found.all())
