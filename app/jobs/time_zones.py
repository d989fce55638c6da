"""Planning reminders anew when the time zone data has changed: at start, and once a day."""

import logging
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.runner import Job
from app.core.scheduling import zone_data
from app.metrics import Metrics
from app.services.reminders.clocks import Followed

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
"""Between two looks: a process with older data may have planned something meanwhile."""


class FollowClocks:
    """Looks for reminders that were planned by other rules of their time zone."""

    name = "time_zones"
    channel: str | None = None

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def announced(self) -> None:
        """Nothing to do: nothing is announced to this job."""

    async def run_once(self) -> datetime | None:
        """Plan anew what has to be, in short transactions."""
        async with self._bot.uow() as work:
            found = [(what, await work.reminders.clocks.zones(what)) for what in Followed]
        for what, zone in [(what, zone) for what, zones in found for zone in zones]:
            last = moved = 0
            while True:
                async with self._bot.uow() as work:
                    last, more = await work.reminders.clocks.follow(what, zone, last, self._bot.clock())
                moved += more
                if not last:
                    break
            if moved:
                extra = {"what": what.value, "zone": zone, "reminders": moved, "data": zone_data.used().version}
                log.info("planned anew", extra=extra)
        return self._bot.clock() + EVERY

    async def stop(self) -> None:
        """Nothing is left to finish: each batch is a transaction of its own."""


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job."""
    del metrics
    return FollowClocks(bot)
