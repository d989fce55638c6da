"""What was searched for in vain: grouped by what it asks, and dealt with by staff."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.analysis import Word, words
from app.core.faq.errors import EntryNotFound, GapNotFound
from app.core.faq.gaps import Gap, GapPage, Handled
from app.core.faq.grouping import MAX_TEXTS, grouped
from app.core.faq.languages import dictionaries
from app.core.records import record
from app.models.faq_entry import FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.staff import require_staff
from app.services.statements import MOMENT, QUIETLY, given_rows

L = FaqSearchLog
PER_PAGE = 5
"""That can be chosen from."""
MAX_DAYS = 366


@record
class _Asked:
    """One wording, as it is compared, that was searched for in vain."""

    key: str
    count: int
    last_at: datetime
    language: str | None


class GapService:
    """Shows staff what is not answered, and takes down what they do about it. Raises SearchesNotAllowed."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def page(self, actor: Actor, page: int, *, days: int) -> GapPage:
        """Return a page of what was asked within the last days, or the last one if there are fewer."""
        require_staff(actor)
        asked = await self._asked(actor.guild_id, days)
        groups = await self._groups(asked)
        pages = max(-(-len(groups) // PER_PAGE), 1)
        page = min(max(page, 0), pages - 1)
        shown = groups[page * PER_PAGE : (page + 1) * PER_PAGE]
        gaps = await self._described(actor.guild_id, days, shown)
        return GapPage(gaps, page, pages, len(groups), is_all=len(asked) < MAX_TEXTS)

    async def one(self, actor: Actor, log_id: int, *, days: int = MAX_DAYS) -> Gap:
        """Return the group that a search belongs to, named by that search. Raises GapNotFound."""
        key, wording = await self._asked_in(actor, log_id)
        for group in await self._groups(await self._asked(actor.guild_id, days)):
            if any(one.key == key for one in group):
                (gap,) = await self._described(actor.guild_id, days, [group])
                return replace(gap, log_id=log_id, wording=wording or key)
        raise GapNotFound

    async def wording(self, actor: Actor, log_id: int) -> str:
        """Return what was searched for in a search in vain. Raises GapNotFound."""
        key, wording = await self._asked_in(actor, log_id)
        return wording or key

    async def answer(self, actor: Actor, gap: Gap, entry_id: int) -> Handled:
        """Take down that an entry answers a group; who wanted to be told will be. Raises EntryNotFound."""
        require_staff(actor)
        there = select(FaqEntry.id).where(
            FaqEntry.id == entry_id, FaqEntry.guild_id == actor.guild_id, FaqEntry.deleted_at.is_(None)
        )
        if await self._session.scalar(there) is None:
            raise EntryNotFound
        return await self._handle(actor, gap, entry_id)

    async def dismiss(self, actor: Actor, log_id: int, *, days: int = MAX_DAYS) -> Handled:
        """Take down that a group needs no answer, neither now nor when it is asked again. Raises GapNotFound."""
        return await self._handle(actor, await self.one(actor, log_id, days=days), None)

    async def undo(self, actor: Actor, at: datetime) -> int:
        """Take back what this person did about a group at that moment; return how many searches it was about.

        Who was told already is not told again. Raises GapNotFound.
        """
        require_staff(actor)
        mine = (L.guild_id == actor.guild_id, L.handled_at == at, L.handled_by == actor.user_id, L.opened_id.is_(None))
        undone = await self._session.scalars(
            update(L)
            .where(*mine)
            .values({L.handled_at: None, L.handled_by: None, L.answered_id: None})
            .returning(L.id)
            .execution_options(**QUIETLY)
        )
        count = len(undone.all())
        if not count:
            raise GapNotFound
        return count

    async def _asked_in(self, actor: Actor, log_id: int) -> tuple[str, str | None]:
        require_staff(actor)
        found = (
            await self._session.execute(
                select(L.query_key, L.query).where(L.id == log_id, L.guild_id == actor.guild_id, in_vain(L))
            )
        ).first()
        if found is None or found.query_key is None:
            raise GapNotFound
        return found.query_key, found.query

    async def _handle(self, actor: Actor, gap: Gap, entry_id: int | None) -> Handled:
        return await handle(self._session, actor, self._clock(), gap.keys, entry_id, wording=gap.wording)

    async def _asked(self, guild_id: int, days: int) -> Sequence[_Asked]:
        """Return what was searched for in vain, the most frequent first."""
        count, last_at = func.count(), func.max(L.searched_at)
        done = aliased(L)
        unneeded = select(done.query_key).where(done.guild_id == guild_id, is_dismissed(done))
        query = (
            select(L.query_key, count, last_at, func.max(L.language))
            .where(
                L.guild_id == guild_id,
                L.searched_at >= self._clock() - timedelta(days=days),
                in_vain(L),
                L.query_key.not_in(unneeded),
            )
            .group_by(L.query_key)
            .order_by(count.desc(), last_at.desc(), L.query_key)
            .limit(MAX_TEXTS)
        )
        rows = await self._session.execute(query)
        return [_Asked(key or "", many, at, language) for key, many, at, language in rows]

    async def _groups(self, asked: Sequence[_Asked]) -> list[list[_Asked]]:
        """Put what asks the same together, the most frequent first."""
        # In threads: thousands of texts take a tenth of a second.
        texts = await asyncio.to_thread(lambda: [words(one.key) for one in asked])
        small = await self._small(texts, {one.language for one in asked})
        numbers = await asyncio.to_thread(grouped, texts, small)
        groups = [[asked[number] for number in group] for group in numbers]
        return sorted(groups, key=lambda group: (-sum(one.count for one in group), -_latest(group).timestamp()))

    async def _small(self, texts: Sequence[Sequence[Word]], languages: Collection[str | None]) -> set[str]:
        """Return the words of texts that say nothing by themselves in one of these languages, such as "how"."""
        found = {word.text for text in texts for word in text if not word.is_pair}
        facts = {"words": list(found), "names": dictionaries(languages)}
        return set(await self._session.scalars(_SMALL, facts)) if found else set()

    async def _described(self, guild_id: int, days: int, groups: Sequence[Sequence[_Asked]]) -> list[Gap]:
        """Count the people of some groups, and find how their first wording was written."""
        if not groups:
            return []
        facts = {
            "guild": guild_id,
            "since": self._clock() - timedelta(days=days),
            "keys": [one.key for group in groups for one in group],
            "numbers": [number for number, group in enumerate(groups) for _ in group],
            "leads": [place == 0 for group in groups for place in range(len(group))],
        }
        found = {row.number: row for row in await self._session.execute(_DESCRIBING, facts)}
        return [
            Gap(
                log_id=found[number].log_id,
                wording=found[number].wording or group[0].key,
                keys=tuple(one.key for one in group),
                asked=sum(one.count for one in group),
                without_result=found[number].without_result,
                people=found[number].people,
                waiting=found[number].waiting,
                last_at=_latest(group),
                language=found[number].language,
            )
            for number, group in enumerate(groups)
            if number in found
        ]


def in_vain(log: Any) -> ColumnElement[bool]:
    """Match searches that led to nothing, and that nobody has dealt with. What the bot says by itself is none."""
    return and_(
        log.opened_id.is_(None),
        log.handled_at.is_(None),
        log.query_key.is_not(None),
        log.source != SearchSource.AUTOMATIC,
        log.is_helpful.is_not(True),
    )


def is_dismissed(log: Any) -> ColumnElement[bool]:
    """Match searches that need no answer."""
    return and_(
        log.opened_id.is_(None),
        log.handled_at.is_not(None),
        log.answered_id.is_(None),
        log.query_key.is_not(None),
    )


async def handle(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    keys: Collection[str],
    entry_id: int | None,
    *,
    wording: str,
) -> Handled:
    """Deal with all searches in vain for these, however long ago. Who does it need not be told of it."""
    wants = and_(L.to_tell, L.told_at.is_(None), L.user_id.is_not(None), L.user_id != actor.user_id)
    done = (
        await session.execute(
            update(L)
            .where(L.guild_id == actor.guild_id, L.query_key.in_(list(keys)), in_vain(L))
            .values({L.handled_at: now, L.handled_by: actor.user_id, L.answered_id: entry_id})
            .returning(case((wants, L.user_id)))
            .execution_options(**QUIETLY)
        )
    ).all()
    if not done:
        raise GapNotFound
    waiting = {user_id for (user_id,) in done if user_id is not None}
    return Handled(now, actor.user_id, len(done), wording, len(waiting) if entry_id is not None else 0)


def _latest(group: Sequence[_Asked]) -> datetime:
    return max(one.last_at for one in group)


def _describing() -> Any:
    wanted = given_rows("wanted", key=("keys", Text()), number=("numbers", Integer()), leads=("leads", Boolean()))
    leads = wanted.c.leads
    return (
        select(
            wanted.c.number.label("number"),
            func.max(L.id).filter(leads).label("log_id"),
            func.mode().within_group(L.query).filter(leads).label("wording"),
            func.count().filter(L.results_count == 0).label("without_result"),
            func.count(L.user_id.distinct()).label("people"),
            func.count(L.user_id.distinct()).filter(L.to_tell, L.told_at.is_(None)).label("waiting"),
            func.mode().within_group(L.language).label("language"),
        )
        .select_from(wanted.join(L, L.query_key == wanted.c.key))
        .where(
            L.guild_id == bindparam("guild", type_=BigInteger()),
            L.searched_at >= bindparam("since", type_=MOMENT),
            in_vain(L),
        )
        .group_by(wanted.c.number)
    )


_DESCRIBING = _describing()
_SMALL = sql(
    """
    SELECT word FROM unnest(:words) AS word
    WHERE EXISTS (SELECT FROM unnest(:names) AS name WHERE ts_lexize(name::regdictionary, word) = '{}')
    """
).bindparams(bindparam("words", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(Text)))
