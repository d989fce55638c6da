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
from app.core.tickets.errors import TicketNotFound
from app.effects.tickets import expecting, opening
from app.models import SupportTicket
from app.services.faq.log import Search
from app.ui.kit.reply import Attachment, Reply
from app.ui.tickets import replies as ui
from app.ui.tickets.expecting import expectation

log = logging.getLogger(__name__)

Answer = Callable[[Reply], Awaitable[None]]
"""Tells something to whoever asked; called again, it says more."""
ANSWER_FIRST_SECONDS = 0.03
"""For how long the channel is not written down, so that the answer is on its way first."""
HEADER_AFTER_SECONDS = 1.0
"""For how long the header is not posted, so that the answer is there first; Discord may be long about that."""
LAST_SECONDS = 2.0
"""How long a stop waits for headers that are being posted."""


class CarriesTickets(TicketCog):
    """Gives tickets their channels, and finishes what may come after the answer."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._later: set[asyncio.Task[None]] = set()
        bot.before_stop.append(self.stop)
        # What was searched for is taken down with who did.
        bot.before_erasing.append(self.drain)

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
            await self._left_to_the_job(context, ticket, answer, in_vain)
            return
        say = partial(self._say_where, answer, context, ticket)
        header = partial(opening.give_header, self._bot, snapshot=context.snapshot, files=files)
        followed = partial(self._followed, context, log_id, in_vain)
        if not ticket.is_thread:
            said = asyncio.Event()
            self._afterwards(self._finish(ticket, channel_id, said, say, header, followed))
            try:
                # Where it is is certain by now: should this process end here, the job writes the same down.
                await say(channel_id)
            finally:
                said.set()
            return
        try:
            opened, is_ours = await opening.write_down(self._bot, ticket, channel_id)
        except Unavailable:
            await self._left_to_the_job(context, ticket, answer, in_vain)
            return
        if opened.channel_id is None:
            raise TicketNotFound
        self._afterwards(followed(opened))
        if is_ours:
            # Its header is what lets them in: without it, they could not go where the answer sends them.
            await asyncio.wait({self._afterwards(header(opened))})
        await say(opened.channel_id)

    async def _left_to_the_job(
        self, context: RequestContext, ticket: SupportTicket, answer: Answer, in_vain: Search | None
    ) -> None:
        """Say that it will be opened by the job, which takes down what it follows."""
        if in_vain is not None:
            self._afterwards(self._searched(context, in_vain))
        await answer(ui.being_opened(ticket))

    async def _finish(
        self,
        ticket: SupportTicket,
        channel_id: int,
        said: asyncio.Event,
        say: Callable[[int | None], Awaitable[None]],
        header: Callable[[SupportTicket], Coroutine[Any, Any, None]],
        followed: Callable[[SupportTicket], Coroutine[Any, Any, None]],
    ) -> None:
        """Write down where a ticket is, and do what comes after that: after the answer, unless that takes long."""
        await _waited(said, ANSWER_FIRST_SECONDS)
        try:
            opened, is_ours = await opening.write_down(self._bot, ticket, channel_id)
        except BotError as error:
            log.warning("the channel of a ticket is not written down", extra={"ticket": ticket.id, "error": str(error)})
            opened, is_ours = ticket, False
        await _waited(said, HEADER_AFTER_SECONDS)
        self._afterwards(followed(opened))
        if is_ours:
            await header(opened)
        elif opened.channel_id not in {None, channel_id}:
            # Another process was faster, which takes a minute.
            await say(opened.channel_id)

    async def _say_where(
        self, answer: Answer, context: RequestContext, ticket: SupportTicket, channel_id: int | None
    ) -> None:
        wait = await expecting.usual_wait(self._bot, ticket.guild_id, ticket.type)
        expected = expectation(ticket, context.policy, wait, self._bot.clock())
        await answer(ui.opened(ticket, channel_id, opener_id=context.actor.user_id, expected=expected))

    async def _followed(
        self, context: RequestContext, log_id: int | None, in_vain: Search | None, ticket: SupportTicket
    ) -> None:
        """Take down that a ticket came after what its member searched for; not of one that staff opened for them."""
        if ticket.user_id != context.actor.user_id:
            return
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
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self.drain()


async def _waited(said: asyncio.Event, most: float) -> None:
    """Wait for something to be said, so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(most):
            await said.wait()


async def _logging(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        # Whoever asked has been answered, and the ticket is open.
        log.exception("a ticket is open, and not everything is done that comes after")
