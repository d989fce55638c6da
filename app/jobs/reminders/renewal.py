"""Keeping the leases of what takes long."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from app.bot import Bot
from app.core.errors import BotError
from app.core.reminders.delivery import LEASE, DeliveryStep

log = logging.getLogger(__name__)

RENEW_EVERY_SECONDS = LEASE.total_seconds() / 3
RENEW_AFTER_SECONDS = LEASE.total_seconds() / 4
"""How long something has to be held before its lease is renewed."""


class Renewal:
    """Renews what is `held`, by when it was claimed on the loop's clock."""

    def __init__(self, bot: Bot, held: Mapping[DeliveryStep, float]) -> None:
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
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            old = loop.time() - RENEW_AFTER_SECONDS
            steps = [step for step, since in self._held.items() if since < old]
            if not steps:
                continue
            try:
                async with self._bot.uow() as work:
                    await work.reminders.delivery.renew(steps)
            except BotError as error:
                log.warning("leases could not be renewed", extra={"error": str(error)})
