"""The job itself: it lets each of its parts look after what is due."""

import asyncio
from datetime import datetime

from app.bot import Bot
from app.job_part import Part
from app.jobs.privacy.people import ErasePostponed, KeepErased
from app.jobs.privacy.servers import ForgetServers


class LookAfterPrivacy:
    """Forgets people and servers when it is time, together with the other processes that do the same."""

    name = "privacy"
    channel: str | None = None

    def __init__(self, bot: Bot) -> None:
        self.servers = ForgetServers(bot)
        self.parts: list[Part] = [ErasePostponed(bot), KeepErased(bot), self.servers]

    def announced(self) -> None:
        """Do nothing: nothing that was read before is kept."""

    async def run_once(self) -> datetime | None:
        """Begin with everything that is due; return when something is due next."""
        return min((part.look() for part in self.parts), default=None)

    async def drain(self) -> None:
        """Return once everything that was begun is done."""
        for part in self.parts:
            await part.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end."""
        await asyncio.gather(*(part.stop() for part in self.parts))
