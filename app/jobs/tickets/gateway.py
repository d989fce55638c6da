"""Hearing what people write in tickets. What changes nothing costs nothing; what does is written, many at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.errors import BotError
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import is_staff_of
from app.services.tickets.due import Share
from app.services.tickets.messages import Heard, changes_nothing
from app.ui.kit.context import actor_of_member

BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""Every other kind is written by Discord itself, or is the answer of an application."""
REFRESH = timedelta(minutes=1)
MAX_WAITING = 1000
MAX_BATCH = 200
LAST_SECONDS = 1.0


@dataclass
class _Conversation:
    ticket: SupportTicket
    known_at: int
    """In which round its row was read; what was changed since may be unknown."""
    opener_seen_at: datetime | None = None


class Conversations:
    """Knows in which channels tickets are, and whose turn it is there."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._by_channel: dict[int, _Conversation] = {}
        self._round = 0
        self._refreshed_at: datetime | None = None
        self._hearing: set[asyncio.Task[None]] = set()
        self._writer = BatchWriter[Heard](
            "ticket_messages", self._write, max_waiting=MAX_WAITING, max_batch=MAX_BATCH, away=(BotError,)
        )
        bot.vitals.queue("ticket_messages", lambda: self._writer.waiting, room=self._writer.room)

    def something_changed(self) -> None:
        """Trust nothing that was read before: some ticket was changed, by this process or by another."""
        self._round += 1

    async def refresh(self, share: Share) -> None:
        """Read once a minute which tickets there are."""
        now = self._bot.clock()
        if self._refreshed_at is not None and now - self._refreshed_at < REFRESH:
            return
        began = self._round
        async with self._bot.uow() as work:
            found = await work.tickets.messages.conversations(share)
        self._refreshed_at = now
        there = {ticket.channel_id for ticket in found}
        for channel_id in [channel_id for channel_id in self._by_channel if channel_id not in there]:
            self._forget(channel_id)
        for ticket in found:
            self._keep(ticket, began)

    def keep(self, ticket: SupportTicket) -> None:
        """Hear a ticket as it is now, or no more if it is over."""
        self._keep(ticket, self._round)

    def _keep(self, ticket: SupportTicket, known_at: int) -> None:
        if ticket.channel_id is None:
            return
        if ticket.status.is_final or ticket.status is TicketStatus.OPENING:
            self._forget(ticket.channel_id)
            return
        known = self._by_channel.get(ticket.channel_id)
        seen = known.opener_seen_at if known is not None and known.ticket.id == ticket.id else None
        self._by_channel[ticket.channel_id] = _Conversation(ticket, known_at, seen)
        self._bot.heard_channels.add(ticket.channel_id)

    def _forget(self, channel_id: int) -> None:
        if self._by_channel.pop(channel_id, None) is not None:
            self._bot.heard_channels.discard(channel_id)

    async def on_ticket_opened(self, ticket: SupportTicket) -> None:
        """Hear a ticket that this process has just opened."""
        self.keep(ticket)

    async def on_message(self, message: discord.Message) -> None:
        """Take down that a person wrote, unless that changes nothing."""
        conversation = self._by_channel.get(message.channel.id)
        if conversation is None or not is_by_person(message):
            return
        task = asyncio.create_task(self._hear(message, conversation), name=f"message {message.id}")
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)
        await task

    async def _hear(self, message: discord.Message, conversation: _Conversation) -> None:
        ticket, now = conversation.ticket, self._bot.clock()
        snapshot = await self._bot.settings.get(ticket.guild_id)
        is_opener = message.author.id == ticket.user_id
        # Nobody is staff of their own ticket.
        is_staff = not is_opener and is_staff_of(actor_of_member(message.author, ticket.guild_id, snapshot), ticket)
        heard = Heard(
            ticket.id, ticket.guild_id, message.author.id, is_staff, is_opener, now, conversation.opener_seen_at
        )
        if is_opener:
            conversation.opener_seen_at = now
        listener = self._bot.listener
        is_known = conversation.known_at == self._round and listener is not None and listener.is_connected
        if not (is_known and changes_nothing(ticket, heard)):
            await self._writer.put(heard)

    async def drain(self) -> None:
        """Return once everything that was heard is written."""
        while self._hearing:
            await asyncio.wait(list(self._hearing))
        await self._writer.drain()

    async def stop(self) -> None:
        """Write what is left."""
        await self._writer.stop(LAST_SECONDS)

    async def _write(self, heard: Sequence[Heard]) -> None:
        guilds = {one.guild_id for one in heard}
        snapshots = await asyncio.gather(*(self._bot.settings.get(guild_id) for guild_id in guilds))
        policies = {snapshot.guild_id: TicketPolicy.of(snapshot) for snapshot in snapshots}
        began = self._round
        async with self._bot.uow() as work:
            tickets = await work.tickets.messages.hear(heard, policies)
        for ticket in tickets:
            self._keep(ticket, began)


def is_by_person(message: discord.Message) -> bool:
    """Tell whether a person wrote it: no bot, no webhook, not Discord itself."""
    return not message.author.bot and message.webhook_id is None and message.type in BY_PEOPLE
