"""Planning reminders anew when the time zone data has changed: at start, and once a day."""

import logging
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.runner import Job
from app.core.scheduling import zone_data
from app.http_server import Metrics

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
"""Between two looks: a process with older data may have planned something meanwhile."""


class FollowClocks:
    """Looks for reminders that were planned by other rules of their time zone."""

    name = "time_zones"
    channel: str | None = None

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def run_once(self) -> datetime | None:
        """Plan anew what has to be, in short transactions."""
        async with self._bot.uow() as work:
            zones = await work.reminders.clocks.zones()
        for zone in zones:
            last = moved = 0
            while True:
                async with self._bot.uow() as work:
                    last, more = await work.reminders.clocks.follow(zone, last, self._bot.clock())
                moved += more
                if not last:
                    break
            if moved:
                log.info("planned anew", extra={"zone": zone, "reminders": moved, "data": zone_data.used().version})
        return self._bot.clock() + EVERY

    async def stop(self) -> None:
        """Nothing is left to finish: each batch is a transaction of its own."""


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job."""
    del metrics
    return FollowClocks(bot)
