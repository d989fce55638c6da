"""How long the words of searches are kept, and who searched: for as long as the server wants it.

The rows stay as figures. What a server chose is read with the rows themselves, so that two queries serve all servers.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, bindparam, literal_column, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.clock import Clock
from app.core.faq.settings import KEEP_MEMBERS, KEEP_SEARCHES
from app.core.records import record
from app.core.settings.kinds import Setting
from app.models import BotSetting
from app.models.faq_search_log import WITH_WORDS, FaqSearchLog
from app.services.statements import MOMENT, QUIETLY, given_rows, once

L = FaqSearchLog
BATCH = 500
"""Rows of one statement: a moment, so that nobody waits for it."""
ONCE_WITHIN = timedelta(days=1)
"""For how long it is known which message was answered, also where no words are kept: so it is not answered again."""
FORGOTTEN: Mapping[Any, Any] = {
    L.query: None,
    L.query_key: None,
    L.user_id: None,
    L.channel_id: None,
    L.message_id: None,
    L.to_tell: False,
    L.votes: {},
    L.legacy: L.legacy.op("-")(literal_column("ARRAY['query', 'user_id']")),
}
"""What is left of a search whose time is over: its figures. What the predecessor's row held goes too."""
_HAS_WORDS = cast("Any", literal_column(f"({WITH_WORDS})"))


@record
class _Kept:
    """What one server has, and wants to have."""

    guild_id: int
    oldest: datetime
    """Of its searches with words or a person."""
    keep: timedelta
    keeps_members: bool


class RetentionService:
    """Forgets words and people in small steps. A job calls it; no person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def forget(self, *, limit: int = BATCH) -> int:
        """Forget what is kept no longer, of so many searches at most; return of how many."""
        now = self._clock()
        servers = [_read(*row) for row in await self._session.execute(_SERVERS)]
        due = {one.guild_id: now - one.keep for one in servers if one.oldest < now - one.keep}
        unwanted = [one.guild_id for one in servers if not one.keeps_members]
        forgotten = 0
        if due:
            facts = {"guilds": list(due), "until": list(due.values()), "most": limit, "lately": now - ONCE_WITHIN}
            forgotten = len((await self._session.scalars(_WORDS, facts, execution_options=QUIETLY)).all())
        if unwanted and forgotten < limit:
            facts = {"guilds": unwanted, "most": limit - forgotten}
            forgotten += len((await self._session.scalars(_PEOPLE, facts, execution_options=QUIETLY)).all())
        return forgotten


def _read(guild_id: int, oldest: datetime, keep: Any, keeps_members: Any) -> _Kept:
    kept = keep if keep is not None and KEEP_SEARCHES.allows(keep) else KEEP_SEARCHES.default
    members = keeps_members if isinstance(keeps_members, bool) else KEEP_MEMBERS.default
    return _Kept(guild_id, oldest, timedelta(seconds=kept), members)


def _chosen(guild_id: Any, setting: Setting[Any]) -> Any:
    here = (BotSetting.guild_id == guild_id, BotSetting.scope == setting.scope, BotSetting.key == setting.key)
    return select(BotSetting.value).where(*here).scalar_subquery()


def _servers() -> Any:
    """Select the servers that have words, with the oldest: a look into the index for each, however many rows it has."""
    words = _HAS_WORDS
    first = select(L.guild_id, L.searched_at).where(words).order_by(L.guild_id, L.searched_at).limit(1).subquery()
    servers = select(first.c.guild_id, first.c.searched_at).cte("servers", recursive=True)
    following = (
        select(L.guild_id, L.searched_at)
        .where(words, L.guild_id > servers.c.guild_id)
        .order_by(L.guild_id, L.searched_at)
        .limit(1)
        .lateral("following")
    )
    servers = servers.union_all(
        select(following.c.guild_id, following.c.searched_at).select_from(servers.join(following, true()))
    )
    guild_id = servers.c.guild_id
    return select(guild_id, servers.c.searched_at, _chosen(guild_id, KEEP_SEARCHES), _chosen(guild_id, KEEP_MEMBERS))


def _words() -> Any:
    """Forget the words and the person of what is older than its server keeps it."""
    due = given_rows("due", guild_id=("guilds", BigInteger()), until=("until", MOMENT))
    most, one = bindparam("most", type_=BigInteger()), aliased(L)
    old = (
        select(one.id)
        .where(_HAS_WORDS, one.guild_id == due.c.guild_id, one.searched_at < due.c.until)
        .where(
            or_(
                one.query.is_not(None),
                one.user_id.is_not(None),
                one.searched_at < bindparam("lately", type_=MOMENT),
            )
        )
        .order_by(one.searched_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .lateral("old")
    )
    chosen = select(old.c.id).select_from(due.join(old, true())).limit(most)
    return update(L).where(L.id.in_(once(chosen))).values(dict(FORGOTTEN)).returning(L.id)


def _people() -> Any:
    """Forget who searched in some servers."""
    one = aliased(L)
    chosen = (
        select(one.id)
        .where(one.guild_id == bindparam("guilds", type_=ARRAY(BigInteger)).any_(), one.user_id.is_not(None))
        .limit(bindparam("most", type_=BigInteger()))
        .with_for_update(skip_locked=True)
    )
    return update(L).where(L.id.in_(once(chosen))).values({L.user_id: None, L.to_tell: False}).returning(L.id)


# Built once: that takes as long as PostgreSQL takes for a batch.
_SERVERS, _WORDS, _PEOPLE = _servers(), _words(), _people()
