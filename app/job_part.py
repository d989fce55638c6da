"""A part of the job: something to look after every few minutes, beside the other parts."""

import logging
from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.errors import BotError
from app.core.one_task import OneTask

log = logging.getLogger(__name__)

BUSY = timedelta(seconds=1)
RETRY = timedelta(minutes=1)


class Part(ABC):
    """Does its work in a task of its own, never twice at once. What goes wrong concerns no other part.

    The work may be broken off at any moment, and is then done again, by this process or by another.
    """

    job: str
    """The name of the job that it is a part of."""
    name: str
    every: timedelta
    """How often is looked. `wake` lets it look at once."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._again_at: datetime | None = None
        self._task = OneTask()

    @abstractmethod
    async def work(self) -> datetime | None:
        """Do some of what is due, as long as `stopping` is not set; return when to go on, None for `every`."""

    @property
    def stopping(self) -> bool:
        """Whether the process is about to end."""
        return self._task.stopping

    def look(self) -> datetime:
        """Begin with what is due, unless that was done just now; return when to come again."""
        now = self._bot.clock()
        if self._task.is_busy:
            return now + BUSY
        if self._again_at is None or now >= self._again_at:
            self._again_at = now + self.every
            self._task.begin(self._run(), f"{self.job} {self.name}")
            return now + BUSY
        return self._again_at

    def wake(self) -> None:
        """Look again as soon as possible."""
        self._again_at = None
        self._bot.jobs.wake(self.job)

    async def drain(self) -> None:
        """Return once it is done."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave the rest to the next start."""
        await self._task.stop()

    async def _run(self) -> None:
        try:
            again_at = await self.work()
        except BotError as error:
            log.warning("not looked after", extra={"job": self.job, "part": self.name, "error": str(error)})
            again_at = self._bot.clock() + RETRY
        except Exception:
            log.exception("not looked after", extra={"job": self.job, "part": self.name})
            again_at = self._bot.clock() + RETRY
        if again_at is not None:
            self._again_at = again_at
