"""The job itself: it lets each of its parts look after what is due."""

import asyncio
from datetime import datetime
from typing import Protocol

from app.bot import Bot
from app.jobs.analytics.adding import AddUp
from app.jobs.analytics.forgetting import Forget
from app.jobs.analytics.pinned import PinnedFigures


class Part(Protocol):
    """Does its work in a task of its own. What goes wrong concerns no other part."""

    def look(self) -> datetime | None:
        """Begin with what is due; return when to come again, None for a minute from now."""
        ...

    async def drain(self) -> None:
        """Return once what was begun is done."""
        ...

    async def stop(self) -> None:
        """Let what is under way come to its end."""
        ...


class LookAfterStatistics:
    """Looks after the statistics of the servers of this process."""

    name = "analytics"
    channel: str | None = None

    def __init__(self, bot: Bot) -> None:
        self.pinned = PinnedFigures(bot)
        self.parts: list[Part] = [AddUp(bot), Forget(bot), self.pinned]

    def announced(self) -> None:
        """Do nothing: nothing that was read before is kept."""

    async def run_once(self) -> datetime | None:
        """Begin with everything that is due; return when something is due next."""
        moments = [part.look() for part in self.parts]
        return min((at for at in moments if at is not None), default=None)

    async def drain(self) -> None:
        """Return once everything that was begun is done."""
        for part in self.parts:
            await part.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end."""
        await asyncio.gather(*(part.stop() for part in self.parts))
