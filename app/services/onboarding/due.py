"""Which members have to be looked at, and by whom: any number of processes share one table.

`next_at` is when a row has to be looked at, and the lease of the process that does: claiming moves it a lease ahead.
Should that process die, the lease runs out and another one looks. Whoever changes a row so that something is due moves
`next_at` to that moment, so that it is looked at again, and whoever had it leaves it alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.records import record
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.rows import announce
from app.services.statements import FRESHLY, QUIETLY, Shards, served

R = Onboarding
Key = tuple[int, int]
"""Guild and member."""
KEY = tuple_(R.guild_id, R.user_id)
LEASE = timedelta(seconds=60)
"""For how long a process has a row to itself; it renews that for what takes longer."""


@record
class Share:
    """Which rows a process looks at: in these states, and those of the servers that it serves."""

    states: tuple[OnboardingState, ...]
    shards: Shards | None = None
    """None for all."""

    def holds(self, but: Collection[Key]) -> list[ColumnElement[bool]]:
        """Return the conditions; rows with the keys `but` are left out."""
        conditions: list[ColumnElement[bool]] = [R.next_at.is_not(None), R.state.in_(self.states)]
        if but:
            conditions.append(KEY.not_in(list(but)))
        return [*conditions, *served(R.guild_id, self.shards)]


class OnboardingDueService:
    """The steps of the job that looks after members on their way. No person stands behind them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def find_next(self, share: Share, *, but: Collection[Key] = ()) -> datetime | None:
        """Return when the next row has to be looked at; None when nothing is waiting."""
        return await self._session.scalar(select(R.next_at).where(*share.holds(but)).order_by(R.next_at).limit(1))

    async def claim(self, share: Share, *, limit: int, but: Collection[Key] = ()) -> Sequence[Onboarding]:
        """Lease what is due, the longest due first. What another process is claiming at this moment is passed over."""
        now = self._clock()
        due = (
            select(R.guild_id, R.user_id)
            .where(*share.holds(but), R.next_at <= now)
            .order_by(R.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claimed = await self._session.scalars(
            update(R)
            .where(R.guild_id == due.c.guild_id, R.user_id == due.c.user_id)
            .values(next_at=now + LEASE)
            .returning(R),
            execution_options=FRESHLY,
        )
        return claimed.all()

    async def renew(self, leases: Mapping[Key, datetime]) -> dict[Key, datetime]:
        """Keep rows for another lease; return the leases of those that are still ours."""
        if not leases:
            return {}
        until = self._clock() + LEASE
        kept = await self._session.execute(
            update(R).where(_held(leases)).values(next_at=until).returning(R.guild_id, R.user_id),
            execution_options=QUIETLY,
        )
        return dict.fromkeys(((guild_id, user_id) for guild_id, user_id in kept), until)

    async def settle(self, row: Onboarding, lease: datetime, next_at: datetime | None) -> bool:
        """Say when a row has to be looked at next; tell whether nobody changed that meanwhile.

        Who did has said so already. What was done about it may be from before that, so it is looked at again.
        """
        mine = (R.guild_id == row.guild_id, R.user_id == row.user_id)
        settled = update(R).where(*mine, R.next_at == lease).values(next_at=next_at).returning(R.user_id)
        if await self._session.scalar(settled, execution_options=QUIETLY) is not None:
            return True
        now = self._clock()
        newer = update(R).where(*mine, R.updated_at > row.updated_at, R.next_at > now).values(next_at=now)
        if await self._session.scalar(newer.returning(R.user_id), execution_options=QUIETLY) is not None:
            await announce(self._session, now)
        return False

    async def give_back(self, leases: Mapping[Key, datetime]) -> None:
        """Let others take at once what was not finished."""
        if not leases:
            return
        now = self._clock()
        await self._session.execute(update(R).where(_held(leases)).values(next_at=now), execution_options=QUIETLY)
        await announce(self._session, now)


def _held(leases: Mapping[Key, datetime]) -> ColumnElement[bool]:
    return tuple_(R.guild_id, R.user_id, R.next_at).in_([(*key, until) for key, until in leases.items()])
