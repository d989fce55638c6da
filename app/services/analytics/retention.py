"""How long interactions and sums are kept: as long as the server wants it, and never less than until they are summed.

Of an error stays what it was and where, for as long as figures: who met it goes with the other interactions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.analytics.settings import KEEP_EVENTS, KEEP_FIGURES
from app.core.clock import Clock
from app.core.records import record
from app.core.settings.kinds import Setting
from app.models import BotSetting
from app.models.audit_log import Grain
from app.services.analytics.rows import SEEN, A, constant, is_event, is_whole
from app.services.analytics.sums import EVERYWHERE, UNTIL_EVERYWHERE, summed_until
from app.services.statements import MOMENT, QUIETLY, Shards, given_rows, served

BATCH = 1000
"""Rows of one statement: a moment, so that nobody waits for it."""
KEPT_EVERYWHERE = timedelta(seconds=KEEP_FIGURES.default)
"""How long the sums of all servers together are kept."""


@record
class Kept:
    """Until when one server keeps nothing."""

    guild_id: int
    events_until: datetime
    figures_until: datetime

    @property
    def errors(self) -> "Kept":
        """The same about errors, which stay when other interactions of their time are gone."""
        return replace(self, events_until=min(self.events_until, self.figures_until))


class AnalyticsRetentionService:
    """Deletes in small steps. A job calls it; no person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def kept(self, shards: Shards | None = None) -> Sequence[Kept]:
        """Return what the servers of these shards keep, whether they are still there or not."""
        now = self._clock()
        everywhere = await self._session.scalar(UNTIL_EVERYWHERE)
        found = list[Kept]()
        for guild_id, summed, keep_events, keep_figures in await self._session.execute(_servers(shards)):
            figures = timedelta(seconds=_chosen(KEEP_FIGURES, keep_figures))
            events = min(timedelta(seconds=_chosen(KEEP_EVENTS, keep_events)), figures)
            # Nothing is deleted that is not in every sum that it belongs to.
            until = min(now - events, summed, everywhere or summed) if everywhere and summed else None
            found.append(Kept(guild_id, until or datetime.min.replace(tzinfo=now.tzinfo), now - figures))
        return found

    async def forget_events(self, kept: Sequence[Kept], since: Mapping[int, datetime]) -> Mapping[int, datetime] | None:
        """Delete one batch of interactions, of each server from a moment on; return how far that went, None for all."""
        begin = datetime.min.replace(tzinfo=self._clock().tzinfo)
        due = [one for one in kept if since.get(one.guild_id, begin) < one.events_until]
        if not due:
            return None
        facts = {
            "guilds": [one.guild_id for one in due],
            "since": [since.get(one.guild_id, begin) for one in due],
            "until": [one.events_until for one in due],
            "most": BATCH,
        }
        rows = (await self._session.execute(_OLD, facts)).all()
        figures = {one.guild_id: one.figures_until for one in due}
        gone = [one.id for one in rows if one.fingerprint is None or one.created_at < figures[one.guild_id]]
        stays = sorted({one.id for one in rows if one.user_id} - set(gone))
        if gone:
            await self._session.execute(_DELETE, {"ids": gone}, execution_options=QUIETLY)
        if stays:
            await self._session.execute(_FORGET, {"ids": stays}, execution_options=QUIETLY)
        if len(rows) < BATCH:
            return None
        reached = dict[int, datetime]()
        for one in rows:
            reached[one.guild_id] = max(one.created_at, reached.get(one.guild_id, one.created_at))
        return reached

    async def forget_figures(self, kept: Sequence[Kept], *, everywhere: bool) -> bool:
        """Delete one batch of sums, and who was seen before; tell whether there may be more.

        Of who was seen there is still a row, as it says until when there are sums.
        """
        due = [(grain, one.guild_id, one.figures_until) for one in kept for grain in (Grain.DAY, Grain.MONTH)]
        if everywhere:
            until = self._clock() - KEPT_EVERYWHERE
            due += [(grain, EVERYWHERE, until) for grain in (Grain.BOT_DAY, Grain.BOT_MONTH)]
        if not due:
            return False
        facts = {
            "grains": [grain.value for grain, _, _ in due],
            "guilds": [guild_id for _, guild_id, _ in due],
            "until": [until for _, _, until in due],
            "most": BATCH,
        }
        ids = (await self._session.scalars(_OLD_SUMS, facts)).all()
        if ids:
            await self._session.execute(_DELETE, {"ids": list(ids)}, execution_options=QUIETLY)
        seen = (await self._session.scalars(_OLD_SEEN, facts)).all()
        if seen:
            await self._session.execute(_FORGET_SEEN, {"ids": list(seen)}, execution_options=QUIETLY)
        return BATCH in {len(ids), len(seen)}


def _chosen(setting: Setting[int], value: Any) -> int:
    return value if setting.allows(value) else setting.default


def _setting(guild_id: Any, setting: Setting[Any]) -> Any:
    here = (BotSetting.guild_id == guild_id, BotSetting.scope == setting.scope, BotSetting.key == setting.key)
    return select(BotSetting.value).where(*here).scalar_subquery()


def _following(servers: Any, one: Any, *where: Any) -> Any:
    """Add to a list of servers each that follows in an index: a look into it for each, however many rows it has."""
    following = (
        select(one.guild_id)
        .where(*where, one.guild_id > servers.c.guild_id)
        .order_by(one.guild_id)
        .limit(1)
        .lateral("following")
    )
    return servers.union_all(select(following.c.guild_id).select_from(servers.join(following, true())))


def _servers(shards: Shards | None) -> Any:
    """Select the servers that have interactions or sums, until when they are summed, and how long they keep them."""
    lists = list[Any]()
    for name, conditions in (
        ("with_events", (is_event(),)),
        ("with_sums", (is_whole(), A.grain == constant(f"'{Grain.DAY}'"))),
    ):
        first = select(A.guild_id).where(*conditions, *served(A.guild_id, shards)).order_by(A.guild_id).limit(1)
        servers = select(first.subquery().c.guild_id).cte(name, recursive=True)
        other = aliased(A)
        again = (is_event(),) if name == "with_events" else (is_whole(), other.grain == constant(f"'{Grain.DAY}'"))
        lists.append(select(_following(servers, other, *again, *served(other.guild_id, shards)).c.guild_id))
    guild_id = lists[0].union(lists[1]).subquery("servers").c.guild_id
    return select(
        guild_id,
        summed_until(Grain.DAY, guild_id).scalar_subquery(),
        _setting(guild_id, KEEP_EVENTS),
        _setting(guild_id, KEEP_FIGURES),
    )


def _old() -> Any:
    """Select the oldest interactions of some servers that are kept no longer."""
    due = given_rows("due", guild_id=("guilds", BigInteger()), since=("since", MOMENT), until=("until", MOMENT))
    most, one = bindparam("most", type_=BigInteger()), aliased(A)
    old = (
        select(one.id, one.guild_id, one.created_at, one.fingerprint, one.user_id)
        .where(is_event(), one.guild_id == due.c.guild_id)
        .where(one.created_at >= due.c.since, one.created_at < due.c.until)
        .order_by(one.created_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .lateral("old")
    )
    return select(*old.c).select_from(due.join(old, true())).limit(most)


def _old_sums(*, seen: bool) -> Any:
    """Select sums that are kept no longer: those of people by who they were, or all others."""
    due = given_rows("due", grain=("grains", Text()), guild_id=("guilds", BigInteger()), until=("until", MOMENT))
    most, one = bindparam("most", type_=BigInteger()), aliased(A)
    # Few rows are about who was seen: the newest days of a server, and empty once nobody is known any more.
    which = (is_whole(), one.command_type == SEEN, one.count > 0) if seen else (one.command_type != SEEN,)
    old = (
        select(one.id)
        .where(one.grain.is_not(None), one.grain == due.c.grain, one.guild_id == due.c.guild_id)
        .where(one.created_at < due.c.until, one.until <= due.c.until, *which)
        .order_by(one.created_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .lateral("old")
    )
    return select(old.c.id).select_from(due.join(old, true())).limit(most)


_IS_ONE = A.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
_DELETE = delete(A).where(_IS_ONE, A.command_type != "schema")
_FORGET = update(A).where(_IS_ONE).values({A.user_id: 0, A.channel_id: None, A.locale: None})
_FORGET_SEEN = update(A).where(_IS_ONE).values({A.people_ids: [], A.step_counts: [], A.count: 0})
# Built once: that takes as long as PostgreSQL takes for a batch.
_OLD, _OLD_SUMS, _OLD_SEEN = _old(), _old_sums(seen=False), _old_sums(seen=True)
