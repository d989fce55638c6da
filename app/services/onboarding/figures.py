"""The funnel of onboarding, counted from an index alone. What it means is in `app.core.onboarding.funnel`."""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, and_, bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.onboarding.funnel import MAX_TIMED, Funnel, Group, funnel
from app.models import Onboarding, OnboardingQuestion
from app.models.onboarding import OnboardingState
from app.services.onboarding.rows import question_of
from app.services.onboarding.staff import require_staff

_COHORT = and_(
    Onboarding.guild_id == bindparam("guild_id", type_=BigInteger()),
    Onboarding.joined_at >= bindparam("since", type_=DateTime(timezone=True)),
    Onboarding.joined_at <= bindparam("until", type_=DateTime(timezone=True)),
)


def _counting() -> Any:
    """Count those who joined, alike in what the funnel tells apart."""
    keys = (
        case((Onboarding.completed_at.is_(None), Onboarding.step)).label("step"),
        Onboarding.completed_at.is_not(None).label("is_done"),
        (Onboarding.state == OnboardingState.LEFT).label("has_left"),
        Onboarding.started_at.is_not(None).label("has_started"),
        Onboarding.asked_at.is_not(None).label("could_begin"),
    )
    return select(*keys, func.count()).where(_COHORT).group_by(*keys)


def _timing() -> Any:
    """Take the medians of the latest who are done. Who came back and was done before has no time of this joining."""
    done = (
        select(Onboarding.joined_at, Onboarding.started_at, Onboarding.completed_at)
        .where(
            _COHORT,
            Onboarding.completed_at >= Onboarding.joined_at,
            or_(Onboarding.started_at.is_(None), Onboarding.started_at >= Onboarding.joined_at),
        )
        .order_by(Onboarding.joined_at.desc())
        .limit(MAX_TIMED)
        .cte("done")
    )

    def median(since: Any) -> Any:
        return func.percentile_cont(0.5).within_group(func.date_part("epoch", done.c.completed_at - since))

    return select(median(done.c.joined_at), median(done.c.started_at), func.count()).select_from(done)


# Built once: that takes as long as PostgreSQL takes for a month.
_COUNTING, _TIMING = _counting(), _timing()
_QUESTIONS = (
    select(OnboardingQuestion)
    .where(OnboardingQuestion.guild_id == bindparam("guild_id", type_=BigInteger()))
    .order_by(OnboardingQuestion.step_order)
)


class FiguresService:
    """Counts members on their way, in three queries however many there are."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(self, actor: Actor, *, days: int) -> Funnel:
        """Return what became of those who joined in the last days. Raises StaffOnly."""
        require_staff(actor)
        now = self._clock()
        asked = {"guild_id": actor.guild_id, "since": now - timedelta(days=days), "until": now}
        groups = [Group(*row) for row in await self._session.execute(_COUNTING, asked)]
        times = (await self._session.execute(_TIMING, asked)).one() if groups else (None, None, 0)
        questions = await self._session.scalars(_QUESTIONS, {"guild_id": actor.guild_id}) if groups else ()
        return funnel(days, groups, [question_of(row) for row in questions], (times[0], times[1], times[2]))
