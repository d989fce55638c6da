"""The job that looks after tickets: many at once, and one that fails holds up no other."""

from datetime import datetime, timedelta
from typing import Any

from app.bot import Bot
from app.core.actor import Actor
from app.core.leased_work import FIRST_PAUSE
from app.jobs.tickets.job import LookAfterTickets
from app.metrics import Metrics
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from tests.fixtures.clock import ManualClock
from tests.fixtures.tickets.services import STAFF, Tickets, kind


async def test_a_handler_that_raises_is_called_again_later_and_stops_no_other(
    bot: Bot, clock: ManualClock, own_tickets: Tickets
) -> None:
    await bot.jobs.stop()
    broken, *others = [await own_tickets.open(actor=Actor(1, 11 + number), per_server=100) for number in range(22)]
    seen: list[int] = []
    tomorrow = clock.now + timedelta(days=1)

    async def handle(_: Bot, ticket: SupportTicket, *__: Any) -> datetime | None:
        seen.append(ticket.id)
        if ticket.id == broken.id and seen.count(broken.id) < 3:
            raise RuntimeError("Discord is upside down")
        if ticket.id == others[0].id and ticket.claimed_by is None:
            # Somebody changes it while it is being looked after.
            await own_tickets.work.claim(STAFF, Which(row_id=ticket.id))
        return tomorrow

    job = LookAfterTickets(bot, Metrics(), {TicketStatus.OPEN: handle, TicketStatus.CLAIMED: handle})

    async def run() -> datetime | None:
        """Look until nothing is due; return when the broken one is looked at next."""
        while True:
            before = len(seen)
            await job.run_once()
            await job.drain()
            if before == len(seen):
                return (await own_tickets.row(broken)).next_at

    assert await run() == clock.now + FIRST_PAUSE
    assert sorted(seen) == sorted([broken.id, others[0].id, *(one.id for one in others)])
    clock.move(seconds=5)
    assert await run() == clock.now + 2 * FIRST_PAUSE
    clock.move(seconds=10)
    assert await run() == tomorrow
    assert seen[-2:] == [broken.id, broken.id]
    await job.stop()


async def test_the_bot_looks_at_what_was_changed(bot: Bot, clock: ManualClock, own_tickets: Tickets) -> None:
    ticket = await own_tickets.open(kind(), actor=Actor(1, 11))
    job = await bot.jobs.run_now("tickets")
    assert isinstance(job, LookAfterTickets)
    await job.drain()
    assert (await own_tickets.row(ticket)).next_at != clock.now
