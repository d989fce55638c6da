"""Keeping the leases of what takes long."""

import asyncio
import logging
from contextlib import suppress

from app.bot import Bot
from app.core.clock import Stopwatch
from app.core.errors import BotError
from app.core.reminders.delivery import LEASE
from app.jobs.reminders.held import Held

log = logging.getLogger(__name__)

RENEW_EVERY_SECONDS = LEASE.total_seconds() / 3


class Renewal:
    """Renews what is held."""

    def __init__(self, bot: Bot, held: Held) -> None:
        self._bot = bot
        self._held = held
        self._task: asyncio.Task[None] | None = None

    def ensure(self) -> None:
        """Begin, if it has not begun."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="reminders renew")

    async def stop(self) -> None:
        """Renew no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            if not (steps := self._held.to_renew()):
                continue
            since = Stopwatch()
            try:
                async with self._bot.uow() as work:
                    kept = await work.reminders.delivery.renew(steps)
            except BotError as error:
                log.warning("leases could not be renewed", extra={"error": str(error)})
                continue
            for step, length in kept.items():
                self._held.keep(step, since, length)
