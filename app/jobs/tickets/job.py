"""The job itself: it claims the tickets that have to be looked at, and hands each to the handler of its state."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from app.bot import Bot
from app.core.leased_work import LeasedWork
from app.core.messages import speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.events import TICKETS_CHANNEL
from app.core.tickets.policy import TicketPolicy
from app.jobs.tickets import closing, opening, timer
from app.jobs.tickets.board import Boards
from app.jobs.tickets.gateway import Conversations
from app.jobs.tickets.journal import Journal
from app.jobs.tickets.metrics import measure
from app.jobs.tickets.places import Places
from app.leased_rows import LeasedRows
from app.metrics import Metrics
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.due import LEASE, Share
from app.ui.kit.language import language_of_server

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

LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what handlers under way get to finish."""


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
        self.work = LeasedWork[int, SupportTicket](
            self.name,
            LeasedRows[int, SupportTicket, Share](bot, lambda work: work.tickets.due, self._share, lambda row: row.id),
            self._handle,
            lambda at: bot.jobs.wake(self.name, at),
            bot.clock,
            lease=LEASE,
        )
        measure(metrics, lambda: self.work.under_way)
        bot.vitals.queue("tickets_under_way", lambda: self.work.under_way)

    def announced(self) -> None:
        """Trust nothing that was read of tickets before."""
        self.conversations.something_changed()

    async def run_once(self) -> datetime | None:
        """Claim everything that is due and begin with it; return when something is due next."""
        share = self._share()
        self.conversations.something_changed()
        await self.conversations.refresh(share)
        moments = [await self.places.look(share), await self.work.begin_due(), self.boards.look()]
        return min((at for at in moments if at is not None), default=None)

    async def drain(self) -> None:
        """Return once everything that was heard is written, and everything that was claimed is settled."""
        await self.conversations.drain()
        await self.journal.drain()
        await self.places.drain()
        await self.work.drain()
        await self.boards.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end, and give back what does not in time."""
        await self.conversations.stop()
        await self.journal.stop()
        await self.places.stop()
        await self.boards.stop()
        await self.work.stop(LAST_WORDS_SECONDS)

    def _share(self) -> Share:
        return Share(tuple(self._handlers), self._bot.served_shards)

    async def _handle(self, ticket: SupportTicket) -> datetime | None:
        self.conversations.keep(ticket)
        if ticket.status is TicketStatus.CLOSING:
            # What was edited and deleted until now belongs to its transcript.
            await self.journal.drain()
        snapshot = await self._bot.settings.get(ticket.guild_id)
        with speaking(language_of_server(self._bot, ticket.guild_id)):
            return await self._handlers[ticket.status](self._bot, ticket, TicketPolicy.of(snapshot), snapshot)
