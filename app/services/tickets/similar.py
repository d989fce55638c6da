"""Finding earlier tickets that were about the same, for the staff of a ticket."""

import math
from collections.abc import Iterator, Sequence

from sqlalchemy import ARRAY, cast, column, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.tickets.errors import StaffOfTicketOnly
from app.core.tickets.searching import words_of
from app.models.support_ticket import SupportTicket
from app.services.tickets.access import Which, is_staff_of, worked_by
from app.services.tickets.finding import Found
from app.services.tickets.newest import newest
from app.services.tickets.rows import load

T = SupportTicket
AMONG = 500
"""How many of the newest tickets are looked at."""
MAX_WORDS = 24
MAX_FOUND = 5
LEAST = 0.25
"""Which part of what there is to know in the words two tickets have to share."""


class TicketSimilarService:
    """Compares what tickets are about."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def similar(self, actor: Actor, which: Which) -> tuple[SupportTicket, Sequence[Found]]:
        """Return a ticket, and those among the newest that share the most telling words with it, the likest first.

        A word tells the more the fewer tickets it is in. Staff of the ticket only, who are shown what they work on.
        """
        ticket = await load(self._session, actor, which)
        if not is_staff_of(actor, ticket):
            raise StaffOfTicketOnly
        words = words_of("\n".join(_said(ticket)), MAX_WORDS)
        if not words:
            return ticket, ()
        of = newest(actor, AMONG)
        asked = cast([f"'{word}'" for word in words], ARRAY(TSQUERY))
        word = func.unnest(asked).table_valued(column("query", TSQUERY), with_ordinality="place").render_derived()
        shared = (
            select(T.id, func.array_agg(word.c.place))
            .join(of, of.c.id == T.id)
            .join(word, T.search.op("@@", return_type=None)(word.c.query))
            .where(T.id != ticket.id)
            .group_by(T.id)
        )
        found: dict[int, list[int]] = {row[0]: row[1] for row in await self._session.execute(shared)}
        often = [sum(place in places for places in found.values()) for place in range(1, len(words) + 1)]
        telling = [math.log((AMONG + 1) / (count + 1)) for count in often]
        scores = {row_id: sum(telling[place - 1] for place in places) for row_id, places in found.items()}
        enough = LEAST * sum(telling)
        best = sorted((row_id for row_id in scores if scores[row_id] >= enough), key=lambda one: (-scores[one], -one))
        rows = await self._session.scalars(select(T).where(worked_by(actor), T.id.in_(best[:MAX_FOUND])))
        likest = sorted(rows, key=lambda one: best.index(one.id))
        return ticket, [Found(one, one.description) for one in likest]


def _said(ticket: SupportTicket) -> Iterator[str]:
    yield ticket.description
    for answer in ticket.answers:
        if "value" in answer and answer.get("kind") != "message":
            yield str(answer["value"])
