"""Figures about the FAQ, counted by the database. What they mean is in `app.core.faq.figures`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy import literal as value
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.figures import Asked, Counts, FaqFigures, Opened, Week
from app.core.faq.policy import FaqPolicy
from app.core.scheduling.periods import last_days
from app.core.scheduling.zones import zone_info
from app.models.faq_entry import FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.staff import require_staff

L = FaqSearchLog
TOP = 10
"""How many searches and answers are named."""
WEEK = 7
FROM_THE_INDEX = text("SET LOCAL random_page_cost = 1")
"""Of a server with most of the searches, PostgreSQL would read the whole table, which takes twice as long."""


class FaqFiguresService:
    """Counts searches, in three queries however many there are: all of them, exactly."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(self, actor: Actor, policy: FaqPolicy, *, days: int) -> FaqFigures:
        """Return the figures of the last days, by weeks of the server's clock. Raises SearchesNotAllowed."""
        require_staff(actor)
        now = self._clock()
        period = last_days(days, WEEK, zone_info(policy.timezone), now)
        facts = {"guild": actor.guild_id, "since": period.since, "until": period.until, "most": TOP}
        people = await self._session.scalar(_PEOPLE, facts) or 0
        await self._session.execute(FROM_THE_INDEX)
        weeks = await self._weeks({**facts, "bounds": list(period.bounds[:-1])})
        searched, missing = await self._words(facts)
        total = Counts()
        for counts in weeks.values():
            total = total.plus(counts)
        words_since = now - policy.keep_searches
        return FaqFigures(
            period,
            total,
            people,
            tuple(Week(start, weeks.get(number, Counts())) for number, start in enumerate(period.bounds[:-1], 1)),
            searched,
            missing,
            await self._answers(facts),
            words_since if words_since > period.since + timedelta(days=1) else None,
        )

    async def _weeks(self, facts: Mapping[str, Any]) -> dict[int, Counts]:
        rows = await self._session.execute(_COUNTING, facts)
        return {row[0]: Counts(*row[1:]) for row in rows}

    async def _words(self, facts: Mapping[str, Any]) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
        """Return what was searched for most often, and what most often without a result."""
        rows = (await self._session.execute(_WORDS, facts)).all()
        found = [(kind, Asked(wording or "", *numbers)) for kind, wording, *numbers in rows]
        searched = sorted((one for kind, one in found if kind == "all"), key=lambda one: (-one.count, one.wording))
        missing = [one for kind, one in found if kind == "none"]
        return tuple(searched), tuple(sorted(missing, key=lambda one: (-one.without_result, one.wording)))

    async def _answers(self, facts: Mapping[str, Any]) -> tuple[Opened, ...]:
        return tuple(Opened(*row) for row in await self._session.execute(_ANSWERS, facts))


_HERE: ColumnElement[bool] = and_(
    L.guild_id == bindparam("guild", type_=BigInteger()),
    L.searched_at >= bindparam("since", type_=DateTime(timezone=True)),
    L.searched_at <= bindparam("until", type_=DateTime(timezone=True)),
)
_IS_SEARCH = L.source != SearchSource.AUTOMATIC


def _counting() -> Any:
    """Count searches by week: first all that are alike, which takes one look at each, then sums of those."""
    # Through a function, as PostgreSQL takes no array of a parameter there.
    bounds = bindparam("bounds", type_=ARRAY(DateTime(timezone=True)))
    alike = {
        "week": func.width_bucket(L.searched_at, bounds, type_=Integer),
        "source": L.source,
        "found_none": L.results_count == 0,
        "was_opened": L.opened_id.is_not(None),
        "is_helpful": L.is_helpful,
        "no_ticket": L.ticket_at.is_(None),
    }
    kinds = [value.label(name) for name, value in alike.items()]
    of = select(*kinds, func.count().label("many")).where(_HERE).group_by(*kinds).subquery().c
    is_search, is_before_ticket = of.source != SearchSource.AUTOMATIC, of.source == SearchSource.TICKET
    helped, did_not = of.is_helpful.is_(True), of.is_helpful.is_(False)
    succeeded = or_(helped, and_(of.was_opened, ~did_not))

    def total(*conditions: ColumnElement[bool]) -> Any:
        return cast(func.coalesce(func.sum(of.many).filter(*conditions), 0), BigInteger)

    return select(
        of.week,
        total(is_search),
        total(is_search, of.found_none),
        total(is_search, succeeded),
        total(is_search, helped),
        total(is_search, did_not),
        total(of.source.in_([SearchSource.SEARCH, SearchSource.MESSAGE]), of.no_ticket),
        total(is_before_ticket),
        total(is_before_ticket, of.no_ticket, succeeded),
        total(~is_search),
        total(~is_search, helped),
        total(~is_search, did_not),
    ).group_by(of.week)


def _count(*conditions: ColumnElement[bool]) -> Any:
    return func.count().filter(*conditions)


def _people() -> Any:
    # From an index alone, which knows nothing of what it was.
    people = select(L.user_id).where(_HERE, L.user_id.is_not(None)).group_by(L.user_id).subquery()
    return select(func.count()).select_from(people)


def _words() -> Any:
    """Select what was searched for most, and what found nothing most often."""
    none = _count(L.results_count == 0)
    by_key = (
        select(L.query_key.label("key"), func.count().label("all"), none.label("none"))
        .where(_HERE, L.query_key.is_not(None), _IS_SEARCH)
        .group_by(L.query_key)
        .cte("by_key")
    )
    most = bindparam("most", type_=BigInteger())

    def top(kind: str, count: Any) -> Any:
        first = (
            select(value(kind).label("kind"), by_key).where(count > 0).order_by(count.desc(), by_key.c.key).limit(most)
        )
        return select(first.subquery())

    chosen = union_all(top("all", by_key.c.all), top("none", by_key.c.none)).cte("chosen")
    return select(chosen.c.kind, chosen.c.key, chosen.c.all, chosen.c.none)


def _answers() -> Any:
    opened = (
        select(
            L.opened_id.label("entry_id"),
            func.count().label("count"),
            _count(L.is_helpful.is_(True)).label("helpful"),
            _count(L.is_helpful.is_(False)).label("unhelpful"),
        )
        .where(_HERE, L.opened_id.is_not(None))
        .group_by(L.opened_id)
        .order_by(func.count().desc(), L.opened_id)
        .limit(bindparam("most", type_=BigInteger()))
        .subquery()
    )
    there = and_(
        FaqEntry.id == opened.c.entry_id,
        FaqEntry.guild_id == bindparam("guild", type_=BigInteger()),
        FaqEntry.deleted_at.is_(None),
    )
    return (
        select(opened.c.entry_id, FaqEntry.title, opened.c.count, opened.c.helpful, opened.c.unhelpful)
        .select_from(opened.outerjoin(FaqEntry, there))
        .order_by(opened.c.count.desc(), opened.c.entry_id)
    )


# Built once: that takes as long as PostgreSQL takes for some thousand searches.
_COUNTING, _PEOPLE, _WORDS, _ANSWERS = _counting(), _people(), _words(), _answers()
