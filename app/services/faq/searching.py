"""Finding entries by what somebody typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.commits import RECENT
from app.core.faq.confidence import Match, Telling
from app.core.faq.folding import title_key
from app.core.faq.languages import base
from app.core.faq.limits import MAX_RESULTS
from app.core.faq.query import Query, read
from app.core.faq.tokens import mark
from app.core.recent import Recent
from app.core.records import record
from app.services.faq.statements import SEARCH, SUGGEST
from app.services.statements import every

MAX_SUGGESTED = 25
UNSURE = 0.3
"""How sure it is at most of an answer to what is no question."""
_EMPTY = "faq is empty"
CANDIDATES = 40
"""Entries that are looked at closely."""


@record
class Suggestion:
    """An entry that is offered while somebody types."""

    id: int
    title: str


@record
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
        rows = await every(self._session, _SEARCH, _parameters(guild_id, query, languages))
        titles, spoken, matches = dict[int, str](), [base(one) for one in languages], dict[int, Match]()
        *candidates, (written, _, _, _, entries, _, *told) = rows
        self._note(guild_id, has_entries=written > 0)
        telling = Telling(entries, zip(*(one or () for one in told), strict=True))
        for id_, title, language, keywords, size, key, *found in candidates:
            titles[id_] = title
            match = matches[id_] = Match(size)
            match.is_it = key == query.key or any(title_key(one) == query.key for one in keywords)
            match.is_own_language = base(language) in spoken[:1]
            match.begins = key is not None and key.startswith(query.key)
            for place, kind, much in zip(*(one or () for one in found), strict=True):
                match.add((place, kind), much)
        ranked = sorted(matches, key=lambda id_: (-matches[id_].rank(telling), id_))
        most = UNSURE if query.is_small_talk else 1.0
        return [Hit(id_, titles[id_], min(most, matches[id_].confidence(telling))) for id_ in ranked[:limit]]

    def knows_of_none(self, guild_id: int) -> bool:
        """Tell whether the last search of this process there saw that the server has no entry. It may have by now."""
        recent: Recent | None = self._session.info.get(RECENT)
        return recent is not None and recent.get((_EMPTY, guild_id)) is True

    def _note(self, guild_id: int, *, has_entries: bool) -> None:
        recent: Recent | None = self._session.info.get(RECENT)
        if recent is None:
            return
        if has_entries:
            recent.forget((_EMPTY, guild_id))
        else:
            recent.keep((_EMPTY, guild_id), True)

    async def suggest(
        self, guild_id: int, typed: str, languages: Sequence[str], *, limit: int = MAX_SUGGESTED
    ) -> Sequence[Suggestion]:
        """Return entries whose title begins with what was typed so far, then those with its words, for autocomplete.

        Where there are none, those whose words are a letter apart.
        """
        del languages  # beginnings of words have no stems
        query = read(typed)
        rows = await every(
            self._session,
            _SUGGEST,
            {
                "guild_id": guild_id,
                "key": query.key,
                "after": f"{query.key}\U0010ffff",
                "named": " & ".join(query.so_far(mark(guild_id))),
                "spelt": " & ".join(query.nearly_so_far(mark(guild_id))),
                "most": limit,
            },
        )
        found = {row[0]: Suggestion(row[0], row[1]) for row in rows}
        return list(found.values())[:limit]


def _parameters(guild_id: int, query: Query, languages: Sequence[str]) -> dict[str, Any]:
    lexed, begun, spelt = query.lexed(languages), query.beginnings, query.misspellings
    return {
        "guild_id": guild_id,
        "mark": mark(guild_id),
        "key": query.key,
        "after": f"{query.key}\U0010ffff",
        "most": CANDIDATES,
        "places": [one[0] for one in lexed],
        "plain": [one[1] for one in lexed],
        "written": [one[2] for one in lexed],
        "dictionaries": [one[3] for one in lexed],
        "begins_of": [place for place, _ in begun],
        "begin_parts": [str(len(begins)) for _, begins in begun],
        "begins": [begins for _, begins in begun],
        "mis_of": [place for place, _ in spelt],
        "mis": [one for _, one in spelt],
    }


_ARRAYS: Mapping[str, Any] = {
    "places": Integer,
    "plain": Text,
    "written": Text,
    "dictionaries": Text,
    "begins_of": Integer,
    "begin_parts": Text,
    "begins": Text,
    "mis_of": Integer,
    "mis": Text,
}
_SEARCH = (
    text(SEARCH)
    .bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _ARRAYS.items()))
    .columns(
        id=Integer,
        title=Text,
        language=Text,
        keywords=ARRAY(Text),
        title_size=Integer,
        title_key=Text,
        places=ARRAY(Integer),
        kinds=ARRAY(Text),
        much=ARRAY(Integer),
    )
)
_SUGGEST = text(SUGGEST).columns(id=Integer, title=Text, way=Integer, title_key=Text)
