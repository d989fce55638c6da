"""Carrying a ticket that somebody asked for to where it is open, while they wait."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from app.bot import Bot
from app.commands.tickets.request import RequestContext, TicketCog
from app.core.errors import BotError, Unavailable
from app.core.faq.policy import FaqPolicy
from app.core.tickets.errors import ChangedMeanwhile
from app.effects.tickets import expecting, opening
from app.models import SupportTicket
from app.services.faq.log import Search
from app.services.tickets.access import Which
from app.ui.kit.reply import Attachment, Reply
from app.ui.tickets import replies as ui
from app.ui.tickets.expecting import expectation

log = logging.getLogger(__name__)

Answer = Callable[[Reply], Awaitable[None]]
"""Tells something to whoever asked; called again, it says more."""
ANSWER_FIRST_SECONDS = 0.03
"""For how long the channel is not written down, so that the answer is on its way first; Discord may take its time."""
LAST_SECONDS = 2.0
"""How long a stop waits for headers that are being posted."""


class CarriesTickets(TicketCog):
    """Gives tickets their channels, and finishes what may come after the answer."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._later: set[asyncio.Task[None]] = set()
        bot.before_stop.append(self.stop)

    async def _carried(
        self,
        context: RequestContext,
        ticket: SupportTicket,
        answer: Answer,
        *,
        files: Sequence[Attachment] | None = None,
        log_id: int | None = None,
        in_vain: Search | None = None,
    ) -> None:
        """Give a ticket its channel, and say where it is. Raises UserError when Discord refuses; it is taken back then.

        Without `files`, those of its form are fetched again. `log_id` is a search that it follows, `in_vain` one that
        was made for it and is not taken down yet.
        """
        try:
            ticket = await opening.without_gone_roles(self._bot, ticket)
            channel_id = await opening.make_channel(self._bot, ticket, context.snapshot)
        except Unavailable:
            # The job opens it, and takes down what it follows.
            if in_vain is not None:
                self._afterwards(self._searched(context, in_vain))
            await answer(ui.being_opened(ticket))
            return
        said, say = asyncio.Event(), partial(self._say_where, answer, context, ticket)
        writing = asyncio.create_task(self._written_down(context, ticket, channel_id, said), name=f"open {ticket.id}")
        finishing = self._afterwards(self._finish(writing, said, context, files, log_id, in_vain))
        if ticket.is_thread:
            said.set()
            # Its header is what lets them in: without it, they could not go where the answer sends them.
            await asyncio.wait({finishing})
            opened, _ = await writing
            await say(opened.channel_id)
            return
        try:
            # Nobody waits for what is certain by now: should this process end here, the job writes the same down.
            await say(channel_id)
        finally:
            said.set()
        opened, _ = await writing
        if opened.channel_id != channel_id:
            await say(opened.channel_id)

    async def _written_down(
        self, context: RequestContext, ticket: SupportTicket, channel_id: int, said: asyncio.Event
    ) -> tuple[SupportTicket, bool]:
        """Write down where a ticket is; return it as it is then, and whether this has opened it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_FIRST_SECONDS):
                await said.wait()
        try:
            return await opening.write_down(self._bot, ticket, channel_id), True
        except ChangedMeanwhile:
            # The job was faster.
            async with self._bot.uow.reading() as work:
                return await work.tickets.work.get(context.actor, Which(row_id=ticket.id)), False

    async def _say_where(
        self, answer: Answer, context: RequestContext, ticket: SupportTicket, channel_id: int | None
    ) -> None:
        wait = await expecting.usual_wait(self._bot, ticket.guild_id, ticket.type)
        expected = expectation(ticket, context.policy, wait, self._bot.clock())
        await answer(ui.opened(ticket, channel_id, opener_id=context.actor.user_id, expected=expected))

    async def _finish(
        self,
        writing: asyncio.Task[tuple[SupportTicket, bool]],
        said: asyncio.Event,
        context: RequestContext,
        files: Sequence[Attachment] | None,
        log_id: int | None,
        in_vain: Search | None,
    ) -> None:
        """Post the header, if it is ours, and take down what it followed: after the answer, which it would hold up."""
        try:
            opened, is_ours = await writing
        except BotError:
            # Whoever asked is told.
            return
        await said.wait()
        if opened.user_id == context.actor.user_id:
            self._afterwards(self._followed(context, log_id, in_vain))
        if is_ours:
            await opening.give_header(self._bot, opened, context.snapshot, files=files)

    async def _followed(self, context: RequestContext, log_id: int | None, in_vain: Search | None) -> None:
        """Take down that a ticket came after what its member searched for, which nobody has to wait for."""
        actor, policy = context.actor, FaqPolicy.of(context.snapshot)
        async with self._bot.uow() as work:
            if in_vain is not None:
                log_id = await work.faq.log.record(actor, policy, in_vain)
            await work.faq.log.ticket_followed(actor, policy, log_id=log_id)

    async def _searched(self, context: RequestContext, in_vain: Search) -> None:
        async with self._bot.uow() as work:
            await work.faq.log.record(context.actor, FaqPolicy.of(context.snapshot), in_vain)

    def _afterwards(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something for which nobody waits. Headers are posted by the job if this process ends before."""
        task = asyncio.create_task(_logging(work), name="after a ticket was opened")
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return task

    async def drain(self) -> None:
        """Return once everything that was begun is there."""
        while self._later:
            await asyncio.wait(list(self._later))

    async def stop(self) -> None:
        """Do the same, for as long as a stop can wait."""
        if self._later:
            await asyncio.wait(list(self._later), timeout=LAST_SECONDS)


async def _logging(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        # Whoever asked has been answered, and the ticket is open.
        log.exception("a ticket is open, and not everything is done that comes after")
