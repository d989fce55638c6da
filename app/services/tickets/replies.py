"""What staff choose from while they type: labels in use, and answers that are ready."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.tickets.errors import StaffOfTicketOnly, TicketIsClosed
from app.core.tickets.events import EventKind
from app.core.tickets.policy import TicketPolicy
from app.models import FaqEntry, SupportTicket
from app.services.tickets.access import Which, is_staff_of, worked_by
from app.services.tickets.messages import Heard, hear, note
from app.services.tickets.rows import WORKABLE, announce, load

T = SupportTicket


class AnswerNotFound(NotFound):
    """There is no such answer in this server."""

    def __init__(self) -> None:
        super().__init__("There is no such answer in the FAQ of this server. Choose one of those that are suggested.")


class TicketRepliesService:
    """Suggests, and answers in somebody's name."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def labels(self, actor: Actor, *, limit: int) -> Sequence[str]:
        """Return the labels of the open tickets that this person works on, the most frequent first."""
        word = func.unnest(T.labels).label("word")
        used = select(word).where(worked_by(actor), T.status.in_(sorted(WORKABLE))).subquery()
        query = select(used.c.word).group_by(used.c.word).order_by(func.count().desc(), used.c.word).limit(limit)
        return (await self._session.scalars(query)).all()

    async def may_answer(self, actor: Actor, which: Which) -> bool:
        """Tell whether this person may answer in this ticket."""
        return bool(await self._session.scalar(select(exists().where(worked_by(actor), which.matches()))))

    async def answer(
        self, actor: Actor, policy: TicketPolicy, which: Which, entry_id: int
    ) -> tuple[SupportTicket, FaqEntry]:
        """Take down that a person of the staff answers with one of them: it counts as if they had written it.

        Raises AnswerNotFound, StaffOfTicketOnly, TicketIsClosed.
        """
        entry = await self._session.scalar(
            select(FaqEntry).where(
                FaqEntry.guild_id == actor.guild_id,
                FaqEntry.id == entry_id,
                FaqEntry.enabled,
                FaqEntry.deleted_at.is_(None),
            )
        )
        if entry is None:
            raise AnswerNotFound
        found = await load(self._session, actor, which)
        if not is_staff_of(actor, found):
            raise StaffOfTicketOnly
        ticket = await self._session.scalar(
            select(T)
            .where(T.id == found.id, T.status.in_(sorted(WORKABLE)))
            .with_for_update()
            .options(undefer(T.events))
            .execution_options(populate_existing=True)
        )
        if ticket is None:
            raise TicketIsClosed
        now, is_opener = self._clock(), actor.user_id == found.user_id
        heard = Heard(ticket.id, actor.guild_id, actor.user_id, not is_opener, is_opener, now)
        hear(ticket, heard, policy)
        note(ticket, EventKind.REPLIED, now, by=actor.user_id, entry=entry.id)
        ticket.updated_at = ticket.next_at = now
        await self._session.flush()
        await announce(self._session, now)
        return ticket, entry
