"""What an entry is found by: made when it is written, and for rows of before in batches.

`search` holds each word in several forms. In front of each is the mark of the server and a letter for where it stands:
`t` title, `k` keywords, `a` answer with a digit (1 it is in there, up to 4 the answer is about it), `w` a word of title
or keywords as it was written, `d` the same with a letter left out. So one index answers for one server, one place and
one word, however many other servers there are, and no row has to be read to see how well it fits.
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
    exists,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.faq.analysis import misspellings, words
from app.core.faq.folding import title_key
from app.core.faq.languages import dictionaries
from app.core.faq.tokens import mark
from app.models.faq_entry import FaqEntry

RULES = 1
"""The version of what is made here. With a higher one, all entries are made anew."""
VERSION: ColumnElement[int] = literal_column(
    f"{RULES * 1000} + current_setting('server_version_num')::int / 10000", Integer
)
"""Together with the server's version, whose stems may be others than those of the one before."""
USUAL_LENGTH = 100
"""Words of an answer."""
BATCH = 200
_MADE = """
WITH word AS (
    SELECT * FROM unnest(:entries, :kinds, :counts, :weights, :plain, :written)
        AS word (entry, kind, n, weight, plain, written)
), dictionary AS (
    SELECT entry, name, name::regdictionary AS dictionary, place
    FROM unnest(:of, :names) WITH ORDINALITY AS dictionary (entry, name, place)
), form AS (
    SELECT DISTINCT entry, kind, plain, n, weight, form
    FROM word CROSS JOIN LATERAL (
        SELECT plain
        UNION
        SELECT unnest(ts_lexize(dictionary, spelt)) FROM dictionary, unnest(ARRAY[plain, written]) AS spelt
        WHERE dictionary.entry = word.entry
    ) AS form (form)
), token AS (
    SELECT entry, CASE
        WHEN kind LIKE '%a' THEN kind || level ELSE kind
    END || form AS token
    FROM (SELECT entry, kind, form, sum(n) AS n, min(weight) AS weight FROM form GROUP BY entry, kind, form) AS counted,
        generate_series(1, CASE
            WHEN kind NOT LIKE '%a' OR n / (n + weight) < 0.3 THEN 1
            WHEN n / (n + weight) < 0.45 THEN 2
            WHEN n / (n + weight) < 0.6 THEN 3
            ELSE 4
        END) AS level
    UNION ALL
    SELECT * FROM unnest(:token_of, :tokens)
)
SELECT entry, array_to_tsvector(array_agg(DISTINCT token)) AS search FROM token GROUP BY entry
"""
_TYPES: Mapping[str, Any] = {
    "entries": Integer,
    "kinds": Text,
    "counts": Integer,
    "weights": Float,
    "plain": Text,
    "written": Text,
    "of": Integer,
    "names": Text,
    "token_of": Integer,
    "tokens": Text,
}


class Found(NamedTuple):
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

    def add(self, number: int, entry: Found) -> None:
        at = mark(entry.guild_id)
        answer = words(entry.answer)
        weight = 1.2 * (0.25 + 0.75 * len(answer) / USUAL_LENGTH)
        named = [*words(entry.title), *(word for keyword in entry.keywords for word in words(keyword))]
        for kind, of in (
            ("t", words(entry.title)),
            ("k", [word for keyword in entry.keywords for word in words(keyword)]),
            ("a", answer),
        ):
            for word, count in Counter(of).items():
                self._put(number, f"{at}{kind}", count, weight, word.text, word.written)
        for name in dictionaries([entry.language]):
            self.given["of"].append(number)
            self.given["names"].append(name)
        for word in dict.fromkeys(named):
            self.given["tokens"].append(f"{at}w{word.text}")
            if not word.is_pair:
                self.given["tokens"] += [f"{at}d{one}" for one in misspellings(word.text)]
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
    parts = _Parts()
    parts.add(0, Found(guild_id, title, answer, list(keywords), language))
    return {
        "title_key": title_key(title),
        "search": parts.statement(f"(SELECT search FROM ({_MADE}) AS made)"),  # noqa: S608 -- a constant
        "search_version": VERSION,
    }


class FaqIndexingService:
    """Makes what entries are found by."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

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
            parts.add(id_, Found(guild_id, title, answer, keywords, language))
            if needs_key:
                keys.setdefault((guild_id, title_key(title)), id_)
        await self._name(keys)
        made = parts.statement(_MADE).columns(entry=Integer, search=TSVECTOR).subquery("made")
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == made.c.entry)
            .values(search=made.c.search, search_version=VERSION)
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
        is_taken = exists().where(
            other.guild_id == FaqEntry.guild_id, other.title_key == given.c.key, other.deleted_at.is_(None)
        )
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == given.c.entry, ~is_taken)
            .values(title_key=given.c.key)
            .execution_options(synchronize_session=False)
        )

    async def index_next(self, most: int = BATCH) -> int:
        """Do it for some that were made by older rules, or never. Returns how many; 0 when there are none left."""
        query = select(FaqEntry.id).where(FaqEntry.search_version < VERSION).order_by(FaqEntry.search_version)
        found = await self._session.scalars(query.limit(most).with_for_update(skip_locked=True))
        return await self.index(found.all())
