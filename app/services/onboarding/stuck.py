"""Members who are not done, for staff: who they are, and letting them in without answers."""

from collections.abc import Sequence

from sqlalchemy import false, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.onboarding import outcome
from app.core.onboarding.deadlines import Times
from app.core.onboarding.errors import NotStuck
from app.core.onboarding.grants import grants_to_json, read_grants
from app.core.onboarding.limits import PER_PAGE
from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.models import Onboarding
from app.models.onboarding import UNFINISHED, OnboardingState
from app.services.onboarding.rows import announce
from app.services.onboarding.staff import require_staff

R = Onboarding
ON_THEIR_WAY = or_(R.joined_at.is_not(None), R.asked_at.is_not(None))
"""Who only accepted the rules where that is no step of the way is not among those who have something left to do."""


@record
class StuckPage:
    """Some of those who are not done, who joined first before the others. `page` counts from 0."""

    rows: Sequence[Onboarding]
    page: int
    pages: int
    total: int


@record
class Trial:
    """What would happen with other times than the server's: to how many at once, if they were so from now on."""

    times: Times
    warned: int
    removed: int


class StuckService:
    """Shows staff who is not done, and lets them decide about one. Raises StaffOnly."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def page(self, actor: Actor, page: int) -> StuckPage:
        """Return a page, or the last one if there are fewer."""
        require_staff(actor)
        here = (R.guild_id == actor.guild_id, text(UNFINISHED), ON_THEIR_WAY)
        total = await self._session.scalar(select(func.count()).select_from(R).where(*here)) or 0
        pages = max(-(-total // PER_PAGE), 1)
        page = min(max(page, 0), pages - 1)
        query = select(R).where(*here).order_by(R.joined_at, R.user_id).offset(page * PER_PAGE).limit(PER_PAGE)
        return StuckPage((await self._session.scalars(query)).all(), page, pages, total)

    async def trial(self, actor: Actor, times: Times) -> Trial:
        """Count whom other times would hit at once. Nothing happens by it."""
        require_staff(actor)
        now = self._clock()
        is_warned = (R.asked_at.is_not(None), R.warned_at.is_(None), R.asked_at <= now - times.warn_after)
        is_removed = (R.asked_at.is_not(None), R.warned_at <= now - times.kick_after)
        counts = select(
            func.count().filter(*is_warned if times.warn_after else (false(),)),
            func.count().filter(*is_removed if times.kick_after else (false(),)),
        ).where(R.guild_id == actor.guild_id, text(UNFINISHED))
        warned, removed = (await self._session.execute(counts)).one()
        return Trial(times, warned, removed)

    async def one(self, actor: Actor, user_id: int, *, lock: bool = False) -> Onboarding:
        """Return somebody who is not done. Raises NotStuck."""
        require_staff(actor)
        query = select(R).where(R.guild_id == actor.guild_id, R.user_id == user_id, text(UNFINISHED))
        row = await self._session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotStuck
        return row

    async def let_in(self, actor: Actor, policy: OnboardingPolicy, user_id: int) -> Onboarding:
        """Let somebody be done without answers, and note by whom; what they get is carried out at once."""
        row, now = await self.one(actor, user_id, lock=True), self._clock()
        row.state, row.step, row.completed_at, row.completed_by = OnboardingState.COMPLETED, None, now, actor.user_id
        row.grants = grants_to_json(outcome.on_completion(read_grants(row.grants), policy, (), {}))
        row.grant_tries, row.next_at, row.updated_at = 0, now, now
        await self._session.flush()
        await announce(self._session, now)
        return row

    async def reminded(self, actor: Actor, user_id: int) -> None:
        """Write down that somebody was reminded by hand, so that it does not happen again by itself."""
        row = await self.one(actor, user_id, lock=True)
        row.nudged_at = self._clock()
        await self._session.flush()
