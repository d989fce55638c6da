"""Thinning the health trend by a timer, in small batches with pauses."""

import asyncio
import logging
from datetime import timedelta

from app.bot import Bot
from app.core.errors import BotError
from app.core.one_task import OneTask

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=20)
PAUSE_SECONDS = 0.5
"""Between two batches, so that nobody waits for them."""


class Thin:
    """Thins in a task of its own; whatever it is broken off in is done by the next run, of this process or another."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._task = OneTask()
        # Not right after the start, when there is enough to do.
        self._looked_at = bot.clock()

    def look(self) -> None:
        """Begin if it is time, in whichever direction the clock was set."""
        now = self._bot.clock()
        if not self._task.is_busy and abs(now - self._looked_at) >= EVERY:
            self._looked_at = now
            self._task.begin(self._run(), "health:thinning")

    async def drain(self) -> None:
        """Return once it is done."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave the rest to the next start."""
        await self._task.stop()

    async def _run(self) -> None:
        try:
            while not self._task.stopping:
                async with self._bot.uow() as work:
                    thinned = await work.health.thinning.thin()
                if not thinned:
                    return
                await asyncio.sleep(PAUSE_SECONDS)
        except BotError as error:
            log.warning("not thinned", extra={"what": "health", "error": str(error)})
        except Exception:
            log.exception("not thinned", extra={"what": "health"})
