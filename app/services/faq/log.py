"""What was searched for in the FAQ, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.folding import fold
from app.core.faq.limits import FIRST_AFTER, MAX_QUERY
from app.core.faq.policy import FaqPolicy
from app.core.records import record
from app.core.settings.members import NO_GUILD, SCOPE, privacy_key
from app.models import BotSetting, FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource

L = FaqSearchLog
MAX_KEY = 400
"""Of what was searched for as it is compared: longer ones have nothing in common with others."""
MAX_VOTES = 1000
"""On the answers of one search; a shared answer that more people vote on has been judged."""
READ = frozenset({SearchSource.SEARCH, SearchSource.TICKET})
"""Where whoever searched reads the answers; elsewhere an answer is given to somebody, and stays what it is."""


@record
class Search:
    """One search as it is taken down."""

    text: str
    results: int
    """How many entries were found."""
    source: SearchSource = SearchSource.SEARCH
    language: str | None = None
    channel_id: int | None = None
    message_id: int | None = None
    """The message that it is about."""
    opened_id: int | None = None
    """The entry that was shown at once."""
    author_id: int | None = None
    """Who wrote the words, if not whoever searches: they have a say in whether these are kept."""


class SearchLogService:
    """Takes down searches, and what came of each. Only whoever searched can add to theirs."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def record(self, actor: Actor, policy: FaqPolicy, search: Search) -> int | None:
        """Take down a search and return its number.

        Its words and whoever searched are left out where the server or they themselves want that; its figures never
        are. Returns None if the same was answered about the same message before, and then takes down nothing.
        """
        now, keeps_words = self._clock(), bool(policy.keep_searches)
        words = _storable(search.text)[:MAX_QUERY].strip() if keeps_words else ""
        facts: dict[str, Any] = {
            "new_guild_id": actor.guild_id,
            "new_source": search.source,
            "new_results_count": search.results,
            "new_searched_at": now,
            "new_language": search.language,
            "new_channel_id": search.channel_id,
            "new_message_id": search.message_id,
            "new_opened_id": search.opened_id,
            "new_opened_at": now if search.opened_id is not None else None,
            "new_query": words or None,
            "new_query_key": fold(words)[:MAX_KEY] or None,
            "new_user_id": actor.user_id if keeps_words and policy.keeps_members else None,
            "since": now - FIRST_AFTER,
            "wish": privacy_key(actor.user_id),
            "wish_of_author": privacy_key(search.author_id or actor.user_id),
        }
        log_id = await self._session.scalar(_RECORDING, facts)
        if log_id is not None and search.opened_id is not None:
            await self._session.execute(_COUNTING, {"guild": actor.guild_id, "entry": search.opened_id})
        return log_id

    async def opened(self, actor: Actor, log_id: int, entry_id: int) -> bool:
        """Take down that one of the results was opened; tell whether there is such a search of this person's."""
        was = await self._locked(actor, log_id)
        if was is None or not was.is_theirs or was.source not in READ:
            return False
        facts = {"guild": actor.guild_id, "log": log_id, "entry": entry_id, "now": self._clock()}
        await self._session.execute(_OPENING, facts)
        if was.opened_id != entry_id:
            await self._session.execute(_COUNTING, {"guild": actor.guild_id, "entry": entry_id})
        return True

    async def rated(self, actor: Actor, log_id: int, entry_id: int, *, helpful: bool) -> bool:
        """Take down whether an answer helped somebody who saw it; saying it again changes it. Tells whether it counts.

        Everybody has one vote on each answer of a search. What came of the search is for whoever searched to say.
        """
        was = await self._locked(actor, log_id)
        if was is None:
            return False
        key = f"{entry_id}:{voter(log_id, actor.user_id)}"
        before = was.votes.get(key)
        if before is helpful:
            return True
        if before is None and len(was.votes) >= MAX_VOTES:
            return False
        decides = was.is_theirs and was.opened_id in {None, entry_id}
        await self._session.execute(
            _RATING,
            {
                "guild": actor.guild_id,
                "log": log_id,
                "vote": {key: helpful},
                "outcome": helpful if decides else was.is_helpful,
            },
        )
        change = {"more": int(helpful) - int(before is True), "less": int(not helpful) - int(before is False)}
        await self._session.execute(_VOTING, {"guild": actor.guild_id, "entry": entry_id, **change})
        return True

    async def words(self, actor: Actor, log_id: int) -> str | None:
        """Return what this person searched for; None if that is not kept, or nobody can tell that it was theirs.

        Whoever votes under an answer that somebody shared is not to learn what that person had searched for.
        """
        return await self._session.scalar(_WORDS, _whose(actor, log_id))

    async def want_told(self, actor: Actor, log_id: int) -> bool:
        """Take down that this person wants to hear of an answer; tell whether enough is kept for that."""
        return await self._session.scalar(_WANTING, _whose(actor, log_id)) is not None

    async def ticket_followed(
        self, actor: Actor, policy: FaqPolicy, *, at: datetime | None = None, log_id: int | None = None
    ) -> None:
        """Take down that this person opened a ticket after what they searched for lately, or after this very search.

        `at` is when, if not now.
        """
        now = self._clock()
        since = (at or now) - policy.ticket_within
        facts = {"guild": actor.guild_id, "user": actor.user_id, "since": since, "now": now}
        await self._session.execute(_FOLLOWING, facts)
        if log_id is not None:
            await self._session.execute(_FOLLOWING_ONE, {"guild": actor.guild_id, "log": log_id, "now": now})

    async def _locked(self, actor: Actor, log_id: int) -> "_Found | None":
        """Return a search of this server, which nobody else changes until the transaction ends."""
        row = (await self._session.execute(_LOCKING, {"guild": actor.guild_id, "log": log_id})).first()
        if row is None:
            return None
        *facts, user_id = row
        # Whose person is not kept has its buttons where nobody else sees them, or does not mind.
        return _Found(*facts, is_theirs=user_id is None or user_id == actor.user_id)


class _Found(NamedTuple):
    """A search as it was before a change."""

    source: SearchSource
    opened_id: int | None
    is_helpful: bool | None
    votes: Mapping[str, bool]
    is_theirs: bool


def voter(log_id: int, user_id: int) -> str:
    """Return what tells voters of one search apart; those of two searches cannot be compared."""
    return sha256(f"{log_id}:{user_id}".encode()).hexdigest()[:10]


def _storable(text: str) -> str:
    """Leave out what PostgreSQL cannot hold."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _whose(actor: Actor, log_id: int) -> dict[str, Any]:
    return {"guild": actor.guild_id, "user": actor.user_id, "log": log_id}


_LOG, _USER = bindparam("log", type_=BigInteger()), bindparam("user", type_=BigInteger())
_GUILD, _ENTRY = bindparam("guild", type_=BigInteger()), bindparam("entry", type_=Integer())
_NOW = bindparam("now", type_=L.searched_at.type)
_IT = and_(L.id == _LOG, L.guild_id == _GUILD)
_LOCKING = select(L.source, L.opened_id, L.is_helpful, L.votes, L.user_id).where(_IT).with_for_update()
_WORDS = select(L.query).where(_IT, or_(L.user_id == _USER, L.source == SearchSource.AUTOMATIC))
_OPENING = (
    update(L).where(_IT).values({L.opened_id: _ENTRY, L.opened_at: _NOW}).execution_options(synchronize_session=False)
)
_COUNTING = (
    update(FaqEntry)
    .where(FaqEntry.id == _ENTRY, FaqEntry.guild_id == _GUILD)
    .values({FaqEntry.opened_count: FaqEntry.opened_count + 1})
    .execution_options(synchronize_session=False)
)
_RATING = (
    update(L)
    .where(_IT)
    .values(
        {
            L.votes: L.votes.op("||")(bindparam("vote", type_=L.votes.type)),
            L.is_helpful: bindparam("outcome", type_=Boolean()),
        }
    )
    .execution_options(synchronize_session=False)
)
_MORE, _LESS = bindparam("more", type_=Integer()), bindparam("less", type_=Integer())
_VOTING = (
    update(FaqEntry)
    .where(FaqEntry.id == _ENTRY, FaqEntry.guild_id == _GUILD)
    .values(
        {
            FaqEntry.helpful_count: func.greatest(FaqEntry.helpful_count + _MORE, 0),
            FaqEntry.unhelpful_count: func.greatest(FaqEntry.unhelpful_count + _LESS, 0),
        }
    )
    .execution_options(synchronize_session=False)
)
_WANTING = (
    update(L)
    .where(L.id == _LOG, L.guild_id == _GUILD, L.user_id == _USER, L.query_key.is_not(None))
    .values({L.to_tell: True})
    .returning(L.id)
    .execution_options(synchronize_session=False)
)
_TICKET = {L.ticket_at: _NOW}
_FOLLOWING = (
    update(L)
    .where(
        L.guild_id == _GUILD,
        L.user_id == _USER,
        L.searched_at > bindparam("since", type_=L.searched_at.type),
        L.ticket_at.is_(None),
    )
    .values(_TICKET)
    .execution_options(synchronize_session=False)
)
_FOLLOWING_ONE = (
    update(L)
    .where(_IT, L.user_id.is_(None), L.ticket_at.is_(None))
    .values(_TICKET)
    .execution_options(synchronize_session=False)
)
"""Where nobody knows whose search it was, the button says which."""
_FACTS = (
    "guild_id", "source", "results_count", "searched_at", "language", "channel_id", "message_id", "opened_id",
    "opened_at",
)  # fmt: skip
"""The columns of a search that are the same whoever searched."""


def _recording() -> Any:
    """Build the statement that takes a search down: one round trip, and nobody can forget whom to leave out."""
    new = {name: bindparam(f"new_{name}", type_=getattr(L, name).type) for name in _FACTS}
    of_person = {
        name: bindparam(f"new_{name}", type_=getattr(L, name).type) for name in ("user_id", "query", "query_key")
    }
    wish, of_author = bindparam("wish", type_=Text()), bindparam("wish_of_author", type_=Text())
    is_private = (
        select(BotSetting.key)
        .where(
            BotSetting.guild_id == NO_GUILD,
            BotSetting.scope == SCOPE,
            or_(BotSetting.key == wish, BotSetting.key == of_author),
        )
        .exists()
    )
    in_vain = or_(L.opened_id.is_(None), L.is_helpful.is_(False))
    before = (
        select(L.id)
        .where(
            L.guild_id == new["guild_id"],
            L.user_id == of_person["user_id"],
            L.searched_at > bindparam("since", type_=L.searched_at.type),
            L.source != SearchSource.AUTOMATIC,
            in_vain,
        )
        .order_by(L.searched_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    kept = {name: case((is_private, null()), else_=value) for name, value in of_person.items()}
    row: dict[str, Any] = {**new, **kept, "after_id": case((is_private, null()), else_=before)}
    # As a part of the query, because SQLAlchemy keeps no compiled INSERT that has a conflict clause of its own.
    one = select(*row.values()).suffix_with("ON CONFLICT DO NOTHING")
    made = insert(L).from_select(list(row), one, include_defaults=False).returning(L.id)
    # Its parameters are no rows.
    return made.execution_options(dml_strategy="orm")


_RECORDING = _recording()
