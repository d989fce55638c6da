"""Sums of the days that are over. A job makes them; no person stands behind it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, and_, bindparam, delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.analytics.spans import Span, days_from, months_from
from app.core.clock import Clock
from app.core.records import record
from app.core.scheduling.zones import zone_info
from app.core.settings import general
from app.models import BotSetting
from app.models.audit_log import Grain
from app.services.analytics.adding import add_days, add_months
from app.services.analytics.rows import SEEN, A, at, constant, is_event, is_whole
from app.services.statements import MOMENT, QUIETLY, Shards, given_rows, served

BATCH = 20_000
"""Interactions of one batch, unless a single day of a server has more."""
MOST_DAYS = 1_000
"""Days of one batch, of all its servers."""
MOST_SERVERS = 200
"""Servers of one batch."""
FEW_SERVERS = 4
"""Of so many is looked first how much there is; of more if there is still room."""
WRITTEN_WITHIN = timedelta(minutes=16)
"""What is written later than this after it began may belong to a day that is summed: see `reopen`."""
SETTLED = timedelta(minutes=20)
"""How long after the end of a day its sums are made: what began before midnight is written by then."""
ALL_SETTLED = timedelta(hours=1)
"""The same for all servers together, whose interactions are written by several processes."""
LATEST = timedelta(days=1)
"""How late an interaction may be written to be counted nevertheless."""
LATELY = timedelta(days=3)
"""Days that were over within this are summed one by one, so that sums can be made again from each of them."""
KEPT_BEFORE = 5
"""How many versions of who was seen when are kept, for the same reason."""
LOCK = 0x73756D73
"""The key of PostgreSQL's lock on making sums: one process at a time, one batch after the other."""
LONGEST = "10min"
"""How long PostgreSQL may take for a batch. Few do for more than a second; a day of many millions takes its time."""
EVERYWHERE = 0
"""In the place of a server."""


@record
class _Backlog:
    """What of a server is not summed yet."""

    guild_id: int
    zone: ZoneInfo
    summed_until: datetime | None
    first: datetime
    """When the first interaction was that is in no sum."""
    until: datetime
    """How far the interactions of one batch reach."""
    many: int
    """How many interactions that are, at most."""

    def days(self, over: datetime, most: int) -> Sequence[Span]:
        """Return the days that one batch is about: at least one, if any is over."""
        found = list[Span]()
        for day in days_from(self.first, self.zone, after=self.summed_until, until=over):
            if found and (day.end > min(self.until, over - LATELY) or len(found) == most):
                break
            found.append(day)
        return found

    def months(self, days: Sequence[Span]) -> Iterable[Span]:
        """Return the months that are over once these days are summed."""
        return months_from(self.summed_until or days[0].start, self.zone, until=days[-1].end)


class SumsService:
    """Adds up what happened on each day, once, for the servers of some shards or for all of them together."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add_up(self, shards: Shards | None = None) -> bool:
        """Make the sums of one batch for servers of these shards, the oldest first; tell whether there may be more."""
        if not await self._lock():
            return False
        now = self._clock()
        over = now - SETTLED
        rows = await self._session.execute(_servers(_fixed(shards)), {"over": over, "most": MOST_SERVERS})
        waiting = [_Backlog(row.guild_id, _zone(row.zone), row.summed_until, row.first, over, 0) for row in rows]
        backlogs = await self._measured([one for one in waiting if one.days(over, 1)])
        return await self._add(backlogs, over, everywhere=False) or len(waiting) == MOST_SERVERS

    async def add_up_everywhere(self) -> bool:
        """Make the sums of one batch of days for all servers together; tell whether there may be more."""
        if not await self._lock():
            return False
        over = self._clock() - ALL_SETTLED
        summed_until = await self._session.scalar(UNTIL_EVERYWHERE)
        first = await self._session.scalar(
            _FIRST_EVERYWHERE, {"since": summed_until or datetime.min.replace(tzinfo=UTC)}
        )
        if first is None:
            return False
        backlog = _Backlog(EVERYWHERE, zone_info("UTC"), summed_until, first, over, 0)
        if not backlog.days(over, 1):
            return False
        many, until = (await self._session.execute(_reach_everywhere(), {"since": first, "most": BATCH})).one()
        reaching = _Backlog(EVERYWHERE, backlog.zone, summed_until, first, over if many < BATCH else until, many)
        return await self._add([reaching], over, everywhere=True)

    async def reopen(self, since: Mapping[int, datetime]) -> None:
        """Have sums made again, of each server from a moment on: interactions are about to be written late."""
        since = {guild_id: moment for guild_id, moment in since.items() if moment > self._clock() - LATEST}
        if not since:
            return
        await self._session.execute(_LOCK)
        oldest = self._clock() - LATELY
        facts = {"guilds": list(since), "since": list(since.values()), "oldest": oldest}
        await self._session.execute(_reopen(everywhere=False), facts, execution_options=QUIETLY)
        facts = {"guilds": [EVERYWHERE], "since": [min(since.values())], "oldest": oldest}
        await self._session.execute(_reopen(everywhere=True), facts, execution_options=QUIETLY)

    async def _lock(self) -> bool:
        """Tell whether this is the only one who makes sums now, and let it take as long as a single day may take."""
        await self._session.execute(_TAKE_TIME)
        return bool(await self._session.scalar(TRY_TO_LOCK))

    async def _measured(self, waiting: Sequence[_Backlog]) -> list[_Backlog]:
        """Return how far a batch reaches in each of these servers, and leave out those for which there is no room."""
        found, room, some = list[_Backlog](), BATCH, FEW_SERVERS
        while waiting and room > 0:
            now, waiting, some = waiting[:some], waiting[some:], 4 * some
            facts = {"guilds": [one.guild_id for one in now], "since": [one.first for one in now], "most": BATCH}
            reach = {row.guild_id: row for row in await self._session.execute(_reach(), facts)}
            for one in now:
                row = reach[one.guild_id]
                room -= row.many
                if found and room < 0:
                    break
                until = one.until if row.many < BATCH else row.until
                found.append(_Backlog(one.guild_id, one.zone, one.summed_until, one.first, until, row.many))
        return found

    async def _add(self, backlogs: Sequence[_Backlog], over: datetime, *, everywhere: bool) -> bool:
        days, months, guild_ids = list[tuple[int, Span]](), list[tuple[int, Span]](), list[int]()
        for one in backlogs:
            if len(days) >= MOST_DAYS:
                break
            of_one = one.days(over, MOST_DAYS - len(days))
            days += [(one.guild_id, day) for day in of_one]
            months += [(one.guild_id, month) for month in one.months(of_one)]
            guild_ids.append(one.guild_id)
        if not days:
            return False
        await self._session.execute(add_days(everywhere=everywhere), _facts(days), execution_options=QUIETLY)
        if months:
            await self._session.execute(add_months(everywhere=everywhere), _facts(months), execution_options=QUIETLY)
        guilds = {"guilds": guild_ids, "kept": KEPT_BEFORE}
        await self._session.execute(_forget_versions(everywhere=everywhere), guilds, execution_options=QUIETLY)
        return True


def _zone(chosen: Any) -> ZoneInfo:
    return zone_info(chosen if general.TIMEZONE.allows(chosen) else general.TIMEZONE.default)


def _facts(spans: Sequence[tuple[int, Span]]) -> dict[str, Any]:
    return {
        "guilds": [guild_id for guild_id, _ in spans],
        "starts": [span.start for _, span in spans],
        "ends": [span.end for _, span in spans],
        "numbers": [span.number for _, span in spans],
    }


def summed_until(grain: str, guild_id: Any) -> Any:
    """Select until when there are sums."""
    newest = aliased(A)
    return (
        select(newest.until)
        .where(newest.grain == constant(f"'{grain}'"), newest.guild_id == guild_id, is_whole())
        .order_by(newest.until.desc())
        .limit(1)
    )


def _fixed(shards: Shards | None) -> Shards | None:
    return None if shards is None else (shards[0], tuple(shards[1]))


@lru_cache(maxsize=8)
def _servers(shards: Shards | None) -> Any:
    """Select the servers with interactions in no sum: a look into the index for each, however many rows it has."""
    first = aliased(A)
    here = (is_event(), *served(first.guild_id, shards))
    begin = select(first.guild_id).where(*here).order_by(first.guild_id).limit(1).subquery()
    servers = select(begin.c.guild_id).cte("servers", recursive=True)
    another = aliased(A)
    following = (
        select(another.guild_id)
        .where(is_event(), another.guild_id > servers.c.guild_id, *served(another.guild_id, shards))
        .order_by(another.guild_id)
        .limit(1)
        .lateral("following")
    )
    servers = servers.union_all(select(following.c.guild_id).select_from(servers.join(following, true())))
    guild_id = servers.c.guild_id
    summed = summed_until(Grain.DAY, guild_id).lateral("summed")
    one = aliased(A)
    since = func.coalesce(summed.c.until, constant("timestamptz '-infinity'"))
    unsummed = (
        select(one.created_at)
        .where(is_event(), one.guild_id == guild_id, one.created_at >= since)
        .order_by(one.created_at)
        .limit(1)
        .lateral("unsummed")
    )
    zone = select(BotSetting.value).where(
        BotSetting.guild_id == guild_id,
        BotSetting.scope == general.TIMEZONE.scope,
        BotSetting.key == general.TIMEZONE.key,
    )
    return (
        select(
            guild_id,
            summed.c.until.label("summed_until"),
            unsummed.c.created_at.label("first"),
            zone.scalar_subquery().label("zone"),
        )
        .select_from(servers.outerjoin(summed, true()).join(unsummed, true()))
        .where(unsummed.c.created_at < at("over"))
        .order_by(unsummed.c.created_at)
        .limit(bindparam("most", type_=BigInteger()))
    )


def _since() -> Any:
    """Return the parameters `guilds` and `since` as a table."""
    return given_rows("given", guild_id=("guilds", BigInteger()), since=("since", MOMENT))


# Built once, when it is first needed: that takes as long as PostgreSQL takes for a small batch.
@cache
def _reach() -> Any:
    """Select how many interactions a batch would have of each server, and until when."""
    given, one = _since(), aliased(A)
    ahead = (
        select(one.created_at)
        .where(is_event(), one.guild_id == given.c.guild_id, one.created_at >= given.c.since)
        .order_by(one.created_at)
        .limit(bindparam("most", type_=BigInteger()))
        .lateral("ahead")
    )
    return (
        select(
            given.c.guild_id, func.count(ahead.c.created_at).label("many"), func.max(ahead.c.created_at).label("until")
        )
        .select_from(given.join(ahead, true()))
        .group_by(given.c.guild_id)
    )


# Built once, when it is first needed: that takes as long as PostgreSQL takes for a small batch.
@cache
def _reach_everywhere() -> Any:
    ahead = (
        select(A.created_at)
        .where(is_event(), A.created_at >= at("since"))
        .order_by(A.created_at)
        .limit(bindparam("most", type_=BigInteger()))
        .subquery()
    )
    return select(func.count(), func.max(ahead.c.created_at)).select_from(ahead)


# Built once, when it is first needed: that takes as long as PostgreSQL takes for a small batch.
@cache
def _reopen(*, everywhere: bool) -> Any:
    """Delete sums that end after a moment, back to the newest before it of which is known who was seen when."""
    days, months = (Grain.BOT_DAY, Grain.BOT_MONTH) if everywhere else (Grain.DAY, Grain.MONTH)
    given, newest = _since(), aliased(A)
    before = (
        select(newest.until)
        .where(
            newest.grain == constant(f"'{days}'"),
            newest.guild_id == given.c.guild_id,
            is_whole(),
            newest.command_type == SEEN,
            newest.until <= given.c.since,
        )
        .order_by(newest.until.desc())
        .limit(1)
        .lateral("before")
    )
    one, first = aliased(A), aliased(A)
    grains = or_(*(one.grain == constant(f"'{grain}'") for grain in (days, months)))
    # Without such a version it is possible only while every interaction is still there.
    begin = (
        select(first.created_at)
        .where(first.grain == constant(f"'{days}'"), first.guild_id == given.c.guild_id)
        .order_by(first.created_at)
        .limit(1)
        .lateral("begin")
    )
    gone = (
        select(one.id)
        .select_from(given.outerjoin(before, true()).join(begin, true()).join(one, true()))
        .where(grains, one.guild_id == given.c.guild_id)
        .where(or_(one.until > before.c.until, and_(before.c.until.is_(None), begin.c.created_at > at("oldest"))))
    )
    return delete(A).where(A.id.in_(gone))


# Built once, when it is first needed: that takes as long as PostgreSQL takes for a small batch.
@cache
def _forget_versions(*, everywhere: bool) -> Any:
    """Delete who was seen when in older versions, of some servers."""
    grain: Any = constant(f"'{Grain.BOT_DAY if everywhere else Grain.DAY}'")
    one = aliased(A)
    age = func.row_number().over(partition_by=one.guild_id, order_by=one.until.desc())
    guilds = bindparam("guilds", type_=ARRAY(BigInteger))
    versions = (
        select(one.id, age.label("age"))
        .where(one.grain == grain, one.guild_id == func.any(guilds), is_whole(), one.command_type == SEEN)
        .subquery()
    )
    old = select(versions.c.id).where(versions.c.age > bindparam("kept", type_=BigInteger()))
    return delete(A).where(A.id.in_(old))


_TAKE_TIME = select(func.set_config("statement_timeout", LONGEST, True))
TRY_TO_LOCK = select(func.pg_try_advisory_xact_lock(LOCK))
_LOCK = select(func.pg_advisory_xact_lock(LOCK))
UNTIL_EVERYWHERE = summed_until(Grain.BOT_DAY, EVERYWHERE)
_FIRST_EVERYWHERE = select(A.created_at).where(is_event(), A.created_at >= at("since")).order_by(A.created_at).limit(1)
