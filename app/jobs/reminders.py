"""Delivering reminders: take what is due, send it, write down what became of it."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import aiohttp
import discord

from app.bot import Bot
from app.core.errors import BotError
from app.core.reminder_delivery import CHANNEL, LEASE, Outcome, Result, StepKind
from app.core.reminder_policy import ReminderPolicy
from app.core.runner import Job
from app.models import Reminder, TargetKind
from app.services.reminder_delivery import TOO_LATE, Delivery
from app.ui import reminder_message as ui
from app.ui.reminder_message import Outgoing

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Reminders that one process has leased at the same time. Bounds memory, and what a crash leaves to its lease."""

ENOUGH_ROOM = 50
ROOM_SECONDS = 0.25
"""How long to wait until so many more can be taken in one go."""

GATHER_SECONDS = 0.02
"""Outcomes that come within this time are written down together."""

LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what messages under way get to arrive."""

SETTLE_AGAIN_SECONDS = 1.0

TIDY_EVERY = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=30)
"""How long the buttons of a reminder that is over still lead somewhere."""


class Unreachable(Exception):
    """Discord says that this place is closed to us; trying again would not help. Its text says why."""


class DeliverReminders:
    """Sends every reminder that is due, together with the other processes that do the same."""

    name = "reminders"
    channel: str | None = CHANNEL

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._sending: dict[asyncio.Task[None], Delivery] = {}
        self._outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self._settler: asyncio.Task[None] | None = None
        self._renewer: asyncio.Task[None] | None = None
        self._stopping = False
        self._tidied_at: datetime | None = None

    async def run_once(self) -> datetime | None:
        """Take everything that is due and begin to send it; return when something is due next."""
        self._ensure_helpers()
        await self._tidy()
        while not self._stopping:
            room = await self._room()
            async with self._bot.uow() as work:
                due = await work.reminder_delivery.find_next_wake()
                if due is None or due > self._bot.clock():
                    return due
                deliveries, more = await work.reminder_delivery.claim(limit=room)
            for delivery in deliveries:
                task = asyncio.create_task(self._deliver(delivery), name=f"reminder {delivery.step.reminder_id}")
                self._sending[task] = delivery
                task.add_done_callback(self._sent)
            if not deliveries and not more:
                # Whatever is due is being taken by another process at this moment.
                return self._bot.clock() + timedelta(seconds=1)
        return None

    async def drain(self) -> None:
        """Return once everything that was taken is sent and written down."""
        while self._sending:
            await asyncio.wait(self._sending)
        await self._outcomes.join()

    async def stop(self) -> None:
        """Let what is under way arrive and be written down; the rest is left to its lease."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.drain()
        for task in [*self._sending, self._settler, self._renewer]:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _room(self) -> int:
        """Return how many more may be taken; wait for some, so that they are not asked for one by one."""
        patience = asyncio.get_running_loop().time() + ROOM_SECONDS
        while True:
            room = MOST_AT_ONCE - len(self._sending) - self._outcomes.qsize()
            rest = patience - asyncio.get_running_loop().time()
            if room >= ENOUGH_ROOM or (room > 0 and rest <= 0):
                return room
            if self._sending:
                # A few that take long, as in a channel that Discord slows down, hold up nobody else.
                timeout = max(rest, 0.01) if room > 0 else None
                await asyncio.wait(self._sending, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            else:
                await self._outcomes.join()

    async def _tidy(self) -> None:
        """Once an hour, delete what has been over for long."""
        now = self._bot.clock()
        if self._tidied_at is not None and now - self._tidied_at < TIDY_EVERY:
            return
        self._tidied_at = now
        async with self._bot.uow() as work:
            await work.reminder_delivery.forget_finished(before=now - KEEP_FINISHED)

    def _ensure_helpers(self) -> None:
        if self._settler is None or self._settler.done():
            self._settler = asyncio.create_task(self._settle(), name="reminders settle")
        if self._renewer is None or self._renewer.done():
            self._renewer = asyncio.create_task(self._renew(), name="reminders renew")

    def _sent(self, task: asyncio.Task[None]) -> None:
        delivery = self._sending.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # A mistake of ours; the lease runs out, and the row is tried again.
            log.error("reminder not delivered", exc_info=error, extra={"reminder": delivery.step.reminder_id})

    async def _deliver(self, delivery: Delivery) -> None:
        outcome = await self._attempt(delivery)
        self._outcomes.put_nowait(outcome)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        reminder = delivery.reminder
        try:
            policy = ReminderPolicy.of(await self._bot.settings.get(reminder.guild_id))
            if not policy.enabled:
                return delivery.became(Result.OFF)
            if delivery.late > policy.catch_up:
                if delivery.is_last and delivery.step.kind is StepKind.OCCURRENCE:
                    await self._tell_author(reminder, TOO_LATE, delivery.step.nonce)
                return delivery.became(Result.SKIPPED)
            return await self._send_or_fall_back(delivery, policy)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError, BotError) as error:
            log.warning(
                "reminder to be tried again",
                extra={"reminder": reminder.id, "attempt": reminder.attempts, "error": str(error)[:200]},
            )
            return delivery.became(Result.RETRY, problem="Discord does not answer; it is tried again and again.")

    async def _send_or_fall_back(self, delivery: Delivery, policy: ReminderPolicy) -> Outcome:
        reminder, nonce = delivery.reminder, delivery.step.nonce
        recipient = ui.recipient_of(reminder)
        try:
            channel_id = reminder.channel_id if recipient is None else await self._direct(recipient)
            message = await self._send(channel_id, ui.due(delivery, policy, in_direct=recipient is not None), nonce)
            return delivery.became(Result.SENT, message_id=message, channel_id=channel_id)
        except Unreachable as error:
            problem = ui.problem(reminder, str(error))
        author = reminder.created_by
        if author is None or recipient == author:
            return delivery.became(Result.FAILED, problem=problem)
        try:
            channel_id = await self._direct(author)
            if recipient is not None and reminder.target_kind is TargetKind.MEMBER:
                await self._send(channel_id, Outgoing(ui.told(reminder, problem)), nonce)
                return delivery.became(Result.FAILED, problem=problem)
            instead = ui.due(delivery, policy, in_direct=True, because=problem)
            message = await self._send(channel_id, instead, nonce)
        except Unreachable:
            return delivery.became(Result.FAILED, problem=problem)
        return delivery.became(Result.TO_AUTHOR, message_id=message, channel_id=channel_id, problem=problem)

    async def _tell_author(self, reminder: Reminder, sentence: str, nonce: str) -> None:
        if reminder.created_by is not None:
            with suppress(Unreachable):
                channel_id = await self._direct(reminder.created_by)
                await self._send(channel_id, Outgoing(ui.told(reminder, sentence)), nonce)

    async def _direct(self, user_id: int) -> int:
        try:
            return (await self._bot.create_dm(discord.Object(user_id))).id
        except (discord.Forbidden, discord.NotFound) as error:
            raise Unreachable(error.text or "their messages are closed") from error

    async def _send(self, channel_id: int, outgoing: Outgoing, nonce: str) -> int:
        """Send a message and return its id. Raises Unreachable, and whatever else may be over in a while.

        Not under a time limit: py-cord waits out rate limits in here, and a wait for the global one that is cut short
        would keep every later request waiting for good. The lease is renewed meanwhile.
        """
        channel = self._bot.get_partial_messageable(channel_id)
        try:
            message = await channel.send(
                outgoing.content,
                allowed_mentions=outgoing.mentions,
                nonce=nonce,
                enforce_nonce=True,
                **outgoing.parts(),
            )
        except discord.HTTPException as error:
            if error.status in {400, 403, 404}:
                raise Unreachable(error.text or "Discord refuses it") from error
            raise
        return message.id

    async def _settle(self) -> None:
        """Write down outcomes, many in one transaction, until cancelled."""
        while True:
            outcomes = [await self._outcomes.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while not self._outcomes.empty() and len(outcomes) < MOST_AT_ONCE:
                outcomes.append(self._outcomes.get_nowait())
            while not await self._settled(outcomes):  # noqa: ASYNC110 -- nothing tells when a database is back
                await asyncio.sleep(SETTLE_AGAIN_SECONDS)
            for _ in outcomes:
                self._outcomes.task_done()

    async def _settled(self, outcomes: Sequence[Outcome]) -> bool:
        try:
            async with self._bot.uow() as work:
                settled = await work.reminder_delivery.settle(outcomes)
        except BotError:
            # The database is away. Nobody else can take these rows either until it is back.
            log.warning("deliveries could not be written down yet", extra={"outcomes": len(outcomes)})
            return False
        except Exception:
            # A mistake of ours, which must not keep all later outcomes waiting; the leases of these run out.
            log.exception("deliveries could not be written down", extra={"outcomes": len(outcomes)})
            return True
        if settled.aside:
            log.warning("reminders need attention", extra={"reminders": list(settled.aside)})
        if settled.next_wake is not None:
            self._bot.jobs.wake(self.name, settled.next_wake)
        return True

    async def _renew(self) -> None:
        """Keep the leases of what takes long, until cancelled."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            old = self._bot.clock() - LEASE / 4
            steps = [delivery.step for delivery in self._sending.values() if delivery.now < old]
            if not steps:
                continue
            try:
                async with self._bot.uow() as work:
                    await work.reminder_delivery.renew(steps)
            except BotError as error:
                log.warning("leases could not be renewed", extra={"error": str(error)})


def make(bot: Bot) -> Job:
    """Make the duty."""
    return DeliverReminders(bot)
