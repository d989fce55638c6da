"""What happens to members who are not done, written down: each step only if it is still due once the row is locked."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.onboarding.deadlines import Facts, Plan, Step, Times, plan
from app.core.onboarding.policy import OnboardingPolicy
from app.models import Onboarding
from app.models.onboarding import OnboardingState

R = Onboarding
ON_THEIR_WAY = (OnboardingState.ASKED, OnboardingState.STARTED)
"""Who may begin or has begun."""
HOUR = timedelta(hours=1)
DIRECT_LOCK = 0x64697265
"""The first half of the key of PostgreSQL's lock on how many were written to; the second is the server's id."""
LOOK_AGAIN = timedelta(days=1)
"""What a server chose may have changed since somebody was looked at."""


class OnboardingTimingService:
    """Takes the steps that are due, and writes down who was asked how. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def take(self, row: Onboarding, step: Step, policy: OnboardingPolicy) -> Onboarding | None:
        """Write down that a step was taken, and return the row as it is now; None if it was no longer due.

        Of a removal it is only told whether it is due: who is gone has left, and that is noticed.
        """
        found = await self._locked(row)
        now = self._clock()
        if found is None or plan_of(found, policy, now).due is not step:
            return None
        if step is Step.NUDGE:
            found.nudged_at = now
        elif step is Step.WARN:
            found.warned_at = now
        await self._session.flush()
        return found

    async def asked(
        self, row: Onboarding, *, channel_id: int | None = None, message_id: int | None = None
    ) -> Onboarding | None:
        """Write down that a member can see how to begin, from now on, and by which message if they have one.

        Returns the row as it is now; None if it is no longer about that.
        """
        found = await self._locked(row)
        if found is None:
            return None
        found.asked_at = found.asked_at or self._clock()
        if message_id is not None:
            found.prompt_channel_id, found.prompt_message_id = channel_id, message_id
        await self._session.flush()
        return found

    async def may_write(self, guild_id: int, user_id: int, *, per_hour: int) -> bool:
        """Tell whether a member may be written to directly, and count it as done.

        A server writes to no more than `per_hour` members within an hour. One who was counted within it may be written
        to again: whoever is killed before sending tries once more.
        """
        now = self._clock()
        # One after the other in a server, so that they count each other.
        await self._session.execute(select(func.pg_advisory_xact_lock(DIRECT_LOCK, func.hashint8(guild_id))))
        recent = (R.guild_id == guild_id, R.user_id != user_id, R.direct_at > now - HOUR)
        many = await self._session.scalar(select(func.count()).where(*recent))
        if (many or 0) >= per_hour:
            return False
        mine = update(R).where(R.guild_id == guild_id, R.user_id == user_id).values(direct_at=now)
        await self._session.execute(mine, execution_options={"synchronize_session": False})
        return True

    async def _locked(self, row: Onboarding) -> Onboarding | None:
        mine = (R.guild_id == row.guild_id, R.user_id == row.user_id, R.joined_at.is_not_distinct_from(row.joined_at))
        return await self._session.scalar(
            select(R)
            .where(*mine, R.state.in_(ON_THEIR_WAY))
            .with_for_update()
            .execution_options(populate_existing=True)
        )


def times_of(policy: OnboardingPolicy) -> Times:
    """Return what a server chose about reminding, warning and removing."""
    return Times(policy.nudge_after, policy.warn_after, policy.kick_after)


def facts_of(row: Onboarding) -> Facts:
    """Return what is written down about somebody."""
    return Facts(row.asked_at, row.nudged_at, row.warned_at)


def plan_of(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> Plan:
    """Return what is due about somebody who is not done, and when the next thing is."""
    return plan(facts_of(row), times_of(policy), now)


def next_look(asked_at: datetime, policy: OnboardingPolicy, now: datetime) -> datetime:
    """Return when to look first at somebody who can begin since `asked_at`, and to whom nothing has happened yet."""
    planned = plan(Facts(asked_at), times_of(policy), now)
    soonest = now if planned.due is not None else planned.next_at
    return min(soonest or now + LOOK_AGAIN, now + LOOK_AGAIN)
