"""Joining and leaving, written down for many members at a time.

A join is known by guild, member and moment. The same one again, from Discord or from a list of members, only counts.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, bindparam, case, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.onboarding.grants import Grant, grants_to_json
from app.core.onboarding.settings import MODE
from app.core.records import record
from app.models import BotSetting, Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.rows import announce

R, S = Onboarding, BotSetting
Key = tuple[int, int]
"""Guild and member."""


@record
class Joined:
    """Somebody who is in a server since `joined_at`, and what follows if that is news.

    `times` is how often Discord said so; 0 for whoever was found in a list. `keeps` is whether the answers of somebody
    who was done before count still; such a one gets back what they had, and `done` besides.
    """

    guild_id: int
    user_id: int
    joined_at: datetime
    is_waiting: bool
    keeps: bool
    asked_at: datetime | None = None
    next_at: datetime | None = None
    wanted: tuple[Grant, ...] = ()
    done: tuple[Grant, ...] = ()
    times: int = 1

    @property
    def key(self) -> Key:
        """Guild and member."""
        return (self.guild_id, self.user_id)


@record
class Taken:
    """What a join led to."""

    guild_id: int
    user_id: int
    state: OnboardingState
    is_new: bool
    """Whether nothing was known of them."""


_HEARD = """
heard AS (
    SELECT * FROM jsonb_to_recordset(:heard) AS one (
        guild_id bigint, user_id bigint, joined_at timestamptz, times smallint, state text, keeps boolean,
        asked_at timestamptz, next_at timestamptz, wanted jsonb, done jsonb
    )
)
"""
_AGAIN = """
coalesce((
    SELECT jsonb_agg(one || '{"stage": "wanted", "reason": "", "at": null, "was_there": false}')
    FROM jsonb_array_elements(r.grants) AS one
    WHERE (one ->> 'give')::boolean AND one ->> 'why' <> 'join'
), '[]') || coalesce((
    SELECT jsonb_agg(one) FROM jsonb_array_elements(h.done) AS one
    WHERE NOT r.grants @> jsonb_build_array(jsonb_build_object('what', one -> 'what', 'id', one -> 'id', 'give', true))
), '[]')
"""
"""What somebody who was done gets back: what they had, and what whoever is done gets now."""

# One second apart is the same join: the moment is written with more digits in some places than in others.
# Rows of the predecessor, and of members whose joining nobody heard, have no moment. Untouched are those who have
# accepted the rules, and begun nothing, before their joining was heard: they are asked as if they were new.
_TAKING = text(
    f"""
WITH {_HEARD}, known AS (
    SELECT r.guild_id, r.user_id, r.state = 'completed' OR r.completed_at IS NOT NULL AS was_done,
    r.state = 'asked' AND r.joined_at IS NULL AND r.asked_at IS NULL AND r.next_at IS NULL AS is_untouched, CASE
        WHEN r.joined_at IS NULL AND r.state = 'left' THEN 'back'
        WHEN r.joined_at IS NULL AND r.state = 'completed' AND r.timestamp < h.joined_at THEN 'back'
        WHEN r.joined_at IS NULL THEN 'same'
        WHEN h.joined_at < r.joined_at - interval '1 second' THEN 'older'
        WHEN h.joined_at <= r.joined_at + interval '1 second' THEN 'same'
        ELSE 'back'
    END AS kind
    FROM onboarding r JOIN heard h USING (guild_id, user_id)
    ORDER BY r.guild_id, r.user_id FOR UPDATE OF r
), same AS (
    UPDATE onboarding r SET
        announced = least(r.announced + h.times, 32767),
        joined_at = coalesce(r.joined_at, h.joined_at),
        asked_at = CASE WHEN k.is_untouched THEN h.asked_at ELSE r.asked_at END,
        grants = CASE WHEN k.is_untouched THEN h.wanted ELSE r.grants END,
        state = CASE
            WHEN k.is_untouched THEN h.state
            WHEN r.state <> 'left' THEN r.state
            WHEN h.state = 'waiting' THEN h.state
            WHEN r.completed_at IS NOT NULL THEN 'completed'
            WHEN r.started_at IS NOT NULL THEN 'started'
            ELSE h.state
        END,
        next_at = CASE WHEN k.is_untouched THEN h.next_at WHEN r.state = 'left' THEN :now ELSE r.next_at END,
        left_at = NULL
    FROM heard h JOIN known k USING (guild_id, user_id)
    WHERE k.kind = 'same' AND r.guild_id = h.guild_id AND r.user_id = h.user_id
    RETURNING r.guild_id, r.user_id, r.state
), back AS (
    UPDATE onboarding r SET
        joined_at = h.joined_at,
        announced = h.times,
        state = CASE WHEN k.was_done AND h.keeps AND h.state <> 'waiting' THEN 'completed' ELSE h.state END,
        completed_at = CASE WHEN k.was_done AND h.keeps THEN coalesce(r.completed_at, r.timestamp) END,
        completed_by = CASE WHEN k.was_done AND h.keeps THEN r.completed_by END,
        started_at = CASE WHEN k.was_done AND h.keeps THEN r.started_at END,
        responses = CASE WHEN NOT k.was_done OR h.keeps THEN r.responses END,
        step = CASE WHEN NOT k.was_done THEN r.step END,
        rules_version = CASE WHEN NOT k.was_done OR h.keeps THEN r.rules_version END,
        rules_accepted_at = CASE WHEN NOT k.was_done OR h.keeps THEN r.rules_accepted_at END,
        asked_version = CASE WHEN k.was_done AND h.keeps THEN r.asked_version END,
        accept_by = CASE WHEN k.was_done AND h.keeps THEN r.accept_by END,
        grants = CASE WHEN k.was_done AND h.keeps THEN {_AGAIN} ELSE h.wanted END,
        next_at = CASE WHEN k.was_done AND h.keeps AND h.state <> 'waiting' THEN :now ELSE h.next_at END,
        asked_at = h.asked_at,
        left_at = NULL, nudged_at = NULL, warned_at = NULL, grant_tries = 0, to_tell = '[]',
        prompt_channel_id = NULL, prompt_message_id = NULL, updated_at = :now
    FROM heard h JOIN known k USING (guild_id, user_id)
    WHERE k.kind = 'back' AND r.guild_id = h.guild_id AND r.user_id = h.user_id
    RETURNING r.guild_id, r.user_id, r.state
), new AS (
    INSERT INTO onboarding AS r (
        guild_id, user_id, state, joined_at, announced, asked_at, next_at, grants, timestamp, updated_at
    )
    SELECT h.guild_id, h.user_id, h.state, h.joined_at, h.times, h.asked_at, h.next_at, h.wanted, :now, :now
    FROM heard h LEFT JOIN known k USING (guild_id, user_id)
    WHERE k.kind IS NULL
    ORDER BY h.guild_id, h.user_id
    ON CONFLICT (guild_id, user_id) DO UPDATE SET announced = least(r.announced + excluded.announced, 32767)
    RETURNING r.guild_id, r.user_id, r.state, xmax = 0 AS is_new
)
SELECT guild_id, user_id, state, is_new FROM new
UNION ALL SELECT guild_id, user_id, state, false FROM back
UNION ALL SELECT guild_id, user_id, state, false FROM same
"""  # noqa: S608 -- only constants of this module are put in
).bindparams(bindparam("heard", type_=JSONB), bindparam("now", type_=R.updated_at.type))

_LETTING_IN = text(
    f"""
WITH {_HEARD}
UPDATE onboarding r SET
    state = CASE WHEN r.completed_at IS NOT NULL THEN 'completed' WHEN r.started_at IS NOT NULL THEN 'started'
        ELSE 'asked' END,
    asked_at = h.asked_at,
    grants = CASE WHEN r.completed_at IS NOT NULL THEN {_AGAIN} ELSE h.wanted END,
    next_at = CASE WHEN r.completed_at IS NOT NULL THEN :now ELSE h.next_at END,
    updated_at = :now
FROM heard h
WHERE r.guild_id = h.guild_id AND r.user_id = h.user_id AND r.state = 'waiting'
RETURNING r.guild_id, r.user_id, r.state
"""  # noqa: S608 -- only constants of this module are put in
).bindparams(bindparam("heard", type_=JSONB), bindparam("now", type_=R.updated_at.type))

_GONE = text(
    """
UPDATE onboarding SET
    state = 'left', left_at = :now, next_at = NULL, updated_at = :now,
    completed_at = CASE WHEN state = 'completed' THEN coalesce(completed_at, timestamp) ELSE completed_at END
WHERE guild_id = :guild_id AND state <> 'left' AND user_id > :after AND user_id <= coalesce(:last, 9223372036854775807)
  AND NOT user_id = ANY (:here) AND coalesce(joined_at, updated_at) < :began
RETURNING user_id
"""
)


class JoinService:
    """Writes down who joins, is let in, and leaves. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def take(self, joins: Iterable[Joined]) -> list[Taken]:
        """Write down joins; several of one member in one call count as their last.

        Whoever is new gets a row, who comes back goes on or begins again, and a join that is known is counted.
        """
        last: dict[Key, Joined] = {}
        for one in joins:
            last[one.key] = one
        if not last:
            return []
        now = self._clock()
        found = await self._session.execute(_TAKING, {"heard": [_heard(one) for one in last.values()], "now": now})
        taken = [Taken(row.guild_id, row.user_id, OnboardingState(row.state), row.is_new) for row in found]
        await self._announce(last.values(), now)
        return taken

    async def let_in(self, joins: Collection[Joined]) -> list[Taken]:
        """Write down of members who waited that Discord has let them in; of others nothing."""
        if not joins:
            return []
        now = self._clock()
        found = await self._session.execute(_LETTING_IN, {"heard": [_heard(one) for one in joins], "now": now})
        taken = [Taken(row.guild_id, row.user_id, OnboardingState(row.state), is_new=False) for row in found]
        if taken:
            await self._announce(joins, now)
        return taken

    async def leave(self, members: Collection[Key]) -> list[Key]:
        """Write down who has left; return those of whom that is news. Their answers stay."""
        if not members:
            return []
        now = self._clock()
        done = R.state == OnboardingState.COMPLETED
        left = await self._session.execute(
            update(R)
            .where(tuple_(R.guild_id, R.user_id).in_(sorted(members)), R.state != OnboardingState.LEFT)
            .values(
                state=OnboardingState.LEFT,
                left_at=now,
                next_at=None,
                updated_at=now,
                # Rows of the predecessor do not say when they were done.
                completed_at=case((done, func.coalesce(R.completed_at, R.answered_at)), else_=R.completed_at),
            )
            .returning(R.guild_id, R.user_id),
            execution_options={"synchronize_session": False},
        )
        return [(guild_id, user_id) for guild_id, user_id in left]

    async def gone(
        self, guild_id: int, here: Sequence[int], *, after: int, last: int | None, began: datetime
    ) -> list[int]:
        """Write down who of a server has left, by a part of its list of members: those between two ids.

        `here` are the members after the id `after`, up to `last`, None for the end of the list. Whoever joined since
        the list was begun is left alone.
        """
        values = {"guild_id": guild_id, "here": list(here), "after": after, "last": last, "began": began}
        found = await self._session.scalars(_GONE, {**values, "now": self._clock()})
        return list(found)

    async def missed_since(self, guild_ids: Collection[int], margin: timedelta) -> dict[int, datetime]:
        """Return since when joins may have been missed, in those of these servers that ask something.

        That is the last join that the bot knows of, less a margin, and never before what is asked was chosen: whoever
        was a member by then has nothing to do, also where one who joined years ago went through it by themselves.
        """
        joined = func.max(R.joined_at) - literal(margin, Interval())
        last = select(joined).where(R.guild_id == S.guild_id).scalar_subquery()
        # Of who was erased it is not known any more when they joined, but when the bot last noted something of them: it
        # was there by then. Without the margin, within which they may have joined themselves.
        erased = select(func.max(R.updated_at)).where(R.guild_id == S.guild_id, R.user_id < 0).scalar_subquery()
        is_on = (S.scope == MODE.scope, S.key == MODE.key, S.value != literal("off", S.value.type))
        since = func.greatest(last, erased, S.updated_at)
        found = await self._session.execute(select(S.guild_id, since).where(*is_on, S.guild_id.in_(sorted(guild_ids))))
        return {row[0]: row[1] for row in found}

    async def waiting(self, guild_ids: Collection[int]) -> set[Key]:
        """Return who of these servers has not been let in by Discord yet, as far as the bot knows."""
        found = await self._session.execute(
            select(R.guild_id, R.user_id).where(
                R.guild_id.in_(sorted(guild_ids)), R.state == OnboardingState.WAITING, R.joined_at.is_not(None)
            )
        )
        return {(guild_id, user_id) for guild_id, user_id in found}

    async def _announce(self, joins: Iterable[Joined], now: datetime) -> None:
        moments = [one.next_at for one in joins if one.next_at is not None]
        if moments:
            await announce(self._session, max(min(moments), now))


def _heard(one: Joined) -> dict[str, Any]:
    state = OnboardingState.WAITING if one.is_waiting else OnboardingState.ASKED
    return {
        "guild_id": one.guild_id,
        "user_id": one.user_id,
        "joined_at": one.joined_at.isoformat(),
        "times": one.times,
        "state": state.value,
        "keeps": one.keeps,
        "asked_at": None if one.asked_at is None else one.asked_at.isoformat(),
        "next_at": None if one.next_at is None else one.next_at.isoformat(),
        "wanted": grants_to_json(one.wanted),
        "done": grants_to_json(one.done),
    }
