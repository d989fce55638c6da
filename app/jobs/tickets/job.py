"""The job itself: it claims the tickets that have to be looked at, and hands each to the handler of its state."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.errors import BotError
from app.core.messages import speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.events import TICKETS_CHANNEL
from app.core.tickets.policy import TicketPolicy
from app.http_server import Metrics
from app.jobs.tickets import closing, opening, timer
from app.jobs.tickets.board import Boards
from app.jobs.tickets.gateway import Conversations
from app.jobs.tickets.journal import Journal
from app.jobs.tickets.metrics import measure
from app.jobs.tickets.places import Places
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.due import LEASE, Share
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)

Handler = Callable[[Bot, SupportTicket, TicketPolicy, SettingsSnapshot], Awaitable[datetime | None]]
"""Does what is due about one ticket, and returns when to look at it next; None for never by itself.

It runs in the language of the server, beside others, and never twice at once for one ticket. It may be broken off at
any moment and is then called again, by this process or by another: what it sends carries a nonce and is marked after.
If it raises, it is called again, later each time.
"""

HANDLERS: Mapping[TicketStatus, Handler] = {
    TicketStatus.OPENING: opening.handle,
    TicketStatus.OPEN: timer.handle,
    TicketStatus.CLAIMED: timer.handle,
    TicketStatus.WAITING: timer.handle,
    TicketStatus.ESCALATED: timer.handle,
    TicketStatus.SNOOZED: timer.handle,
    TicketStatus.CLOSING: closing.handle,
    TicketStatus.CLOSED: timer.handle_closed,
}
"""Tickets in other states are not claimed."""

MAX_AT_ONCE = 20
"""How many one process looks after at the same time."""
CONTESTED = timedelta(seconds=0.1)
"""When to look again after another process was just claiming whatever is due."""
RENEW_EVERY_SECONDS = LEASE.total_seconds() / 3
LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what handlers under way get to finish."""
GIVE_BACK_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between the tries of a handler that raises; each pause is twice as long as the one before."""


class LookAfterTickets:
    """Looks after every ticket that is due, together with the other processes that do the same."""

    name = "tickets"
    channel: str | None = TICKETS_CHANNEL

    def __init__(self, bot: Bot, metrics: Metrics, handlers: Mapping[TicketStatus, Handler] = HANDLERS) -> None:
        self._bot = bot
        self.conversations = Conversations(bot)
        self.journal = Journal(bot)
        self.places = Places(bot)
        self.boards = Boards(bot)
        self._handlers = handlers
        self._leases: dict[int, datetime] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, int] = {}
        self._renewal: asyncio.Task[None] | None = None
        self._stopping = False
        measure(metrics, lambda: self.under_way)

    @property
    def under_way(self) -> int:
        """Return how many are being looked after."""
        return len(self._tasks)

    def announced(self) -> None:
        """Trust nothing that was read of tickets before."""
        self.conversations.something_changed()

    async def run_once(self) -> datetime | None:
        """Claim everything that is due and begin with it; return when something is due next."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(), name="tickets renew")
        share = self._share()
        self.conversations.something_changed()
        await self.conversations.refresh(share)
        moments = [await self.places.look(share), await self._begin_due(share), self.boards.look()]
        return min((at for at in moments if at is not None), default=None)

    async def _begin_due(self, share: Share) -> datetime | None:
        # With as many as there may be, whichever comes to its end wakes the job.
        while not self._stopping and len(self._tasks) < MAX_AT_ONCE:
            busy = set(self._tasks)
            async with self._bot.uow() as work:
                due = await work.tickets.due.find_next(share, but=busy)
                if due is None or due > self._bot.clock():
                    return due
                claimed = await work.tickets.due.claim(share, limit=MAX_AT_ONCE - len(busy), but=busy)
            for ticket in claimed:
                self._begin(ticket)
            if not claimed:
                return self._bot.clock() + CONTESTED
        return None

    async def drain(self) -> None:
        """Return once everything that was heard is written, and everything that was claimed is settled."""
        await self.conversations.drain()
        await self.journal.drain()
        await self.places.drain()
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        await self.boards.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end, and give back what does not in time."""
        self._stopping = True
        await self.conversations.stop()
        await self.journal.stop()
        await self.places.stop()
        await self.boards.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.drain()
        rest = [*self._tasks.values(), *([self._renewal] if self._renewal is not None else [])]
        unfinished = dict(self._leases)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        if unfinished:
            with suppress(BotError, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS), self._bot.uow() as work:
                    await work.tickets.due.give_back(unfinished)

    def _share(self) -> Share:
        shards = self._bot.shard_ids
        count = self._bot.shard_count
        return Share(tuple(self._handlers), (count, shards) if shards is not None and count is not None else None)

    def _begin(self, ticket: SupportTicket) -> None:
        assert ticket.next_at is not None
        self.conversations.keep(ticket)
        self._leases[ticket.id] = ticket.next_at
        self._tasks[ticket.id] = asyncio.create_task(self._look_after(ticket), name=f"ticket {ticket.id}")

    async def _look_after(self, ticket: SupportTicket) -> None:
        """Do what is due about one ticket. Whatever goes wrong concerns no other one."""
        try:
            next_at = await self._handle(ticket)
            async with self._bot.uow() as work:
                settled = await work.tickets.due.settle(ticket, self._leases[ticket.id], next_at)
        except Exception:
            # The lease runs out, and it is looked at again.
            log.exception("ticket not settled", extra={"ticket": ticket.id})
            return
        finally:
            self._leases.pop(ticket.id, None)
            self._tasks.pop(ticket.id, None)
        if not settled or len(self._tasks) == MAX_AT_ONCE - 1:
            self._bot.jobs.wake(self.name)
        elif next_at is not None:
            self._bot.jobs.wake(self.name, next_at)

    async def _handle(self, ticket: SupportTicket) -> datetime | None:
        handler = self._handlers[ticket.status]
        try:
            if ticket.status is TicketStatus.CLOSING:
                # What was edited and deleted until now belongs to its transcript.
                await self.journal.drain()
            snapshot = await self._bot.settings.get(ticket.guild_id)
            with speaking(language_of_server(self._bot, ticket.guild_id)):
                next_at = await handler(self._bot, ticket, TicketPolicy.of(snapshot), snapshot)
        except Exception:
            failures = self._failures[ticket.id] = self._failures.get(ticket.id, 0) + 1
            log.exception("ticket not looked after", extra={"ticket": ticket.id, "failures": failures})
            return self._bot.clock() + min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        self._failures.pop(ticket.id, None)
        return next_at

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            if not self._leases:
                continue
            held = dict(self._leases)
            try:
                async with self._bot.uow() as work:
                    kept = await work.tickets.due.renew(held)
            except BotError as error:
                log.warning("leases of tickets could not be renewed", extra={"error": str(error)})
                continue
            self._leases.update({row_id: until for row_id, until in kept.items() if row_id in self._leases})
