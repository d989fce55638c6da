"""Which tickets have to be looked at, and by whom: any number of processes share one table.

`next_at` is when a row has to be looked at, and the lease of the process that does: claiming moves it a lease ahead.
Should that process die, the lease runs out and another one looks. People change rows meanwhile as they like; that moves
`next_at` to that moment, so that the row is looked at again, and whoever had it leaves it alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.records import record
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.statements import FRESHLY, QUIETLY, Shards, served
from app.services.tickets.rows import announce

T = SupportTicket
LEASE = timedelta(seconds=60)
"""For how long a process has a row to itself; it renews that for what takes longer."""


@record
class Share:
    """Which rows a process looks at: in these states, and those of the servers that it serves."""

    statuses: tuple[TicketStatus, ...]
    shards: Shards | None = None
    """None for all."""

    def holds(self, but: Iterable[int]) -> list[ColumnElement[bool]]:
        """Return the conditions; rows with the ids `but` are left out."""
        return [T.next_at.is_not(None), T.status.in_(self.statuses), T.id.not_in(list(but)), *self.serves()]

    def serves(self) -> list[ColumnElement[bool]]:
        """Return the condition that it is one of these servers."""
        return served(T.guild_id, self.shards)


class TicketDueService:
    """The steps of the job that looks after tickets. No person stands behind them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def find_next(self, share: Share, *, but: Collection[int] = ()) -> datetime | None:
        """Return when the next ticket has to be looked at; None when nothing is waiting."""
        query = select(T.next_at).where(*share.holds(but)).order_by(T.next_at).limit(1)
        return await self._session.scalar(query)

    async def claim(self, share: Share, *, limit: int, but: Collection[int] = ()) -> Sequence[SupportTicket]:
        """Lease what is due, the longest due first. What another process is claiming at this moment is passed over."""
        now = self._clock()
        due = (
            select(T.id)
            .where(*share.holds(but), T.next_at <= now)
            .order_by(T.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claimed = await self._session.scalars(
            update(T).where(T.id == due.c.id).values(next_at=now + LEASE).returning(T),
            execution_options=FRESHLY,
        )
        return claimed.all()

    async def renew(self, leases: Mapping[int, datetime]) -> dict[int, datetime]:
        """Keep rows for another lease; return the leases of those that are still ours."""
        if not leases:
            return {}
        until = self._clock() + LEASE
        kept = await self._session.scalars(
            update(T).where(tuple_(T.id, T.next_at).in_(list(leases.items()))).values(next_at=until).returning(T.id),
            execution_options=QUIETLY,
        )
        return dict.fromkeys(kept, until)

    async def settle(self, ticket: SupportTicket, lease: datetime, next_at: datetime | None) -> bool:
        """Say when it has to be looked at next; tell whether nobody changed it meanwhile.

        Who did has said so already. What was shown of it in Discord may be from before that, so it is looked at again.
        """
        untouched = (T.id == ticket.id, T.next_at == lease)
        settled = update(T).where(*untouched).values(next_at=next_at).returning(T.id)
        if await self._session.scalar(settled, execution_options=QUIETLY) is not None:
            return True
        now = self._clock()
        newer = (T.id == ticket.id, T.updated_at > ticket.updated_at, T.next_at > now)
        again = update(T).where(*newer).values(next_at=now).returning(T.id)
        if await self._session.scalar(again, execution_options=QUIETLY) is not None:
            await announce(self._session, now)
        return False

    async def give_back(self, leases: Mapping[int, datetime]) -> None:
        """Let others take at once what was not finished."""
        if not leases:
            return
        now = self._clock()
        await self._session.execute(
            update(T).where(tuple_(T.id, T.next_at).in_(list(leases.items()))).values(next_at=now),
            execution_options=QUIETLY,
        )
        await announce(self._session, now)
