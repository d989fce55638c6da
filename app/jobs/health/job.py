"""The job itself: a sample a minute, written at once or when the database is back."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from app.bot import Bot
from app.core.errors import BotError
from app.core.health.figures import HealthFigures
from app.core.health.records import Run, Waiting
from app.core.health.services import service_name
from app.core.health.state import StateChange, StateWatch
from app.core.health_kinds import HealthKind, HealthState
from app.core.release import release
from app.jobs.health.sampler import Sampler
from app.jobs.health.thinning import Thin

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
BATCH = 200
"""So many rows are written in one transaction."""
LEARNING = timedelta(minutes=3)
"""After the database, or this process, was away, for so long nobody else is taken for crashed: they were away too."""
LAST_SECONDS = 2.0
"""Of the five seconds in which the process stops, what the last rows get."""


class Watcher(Protocol):
    """Looks at every sample, as those do who tell operators."""

    async def sampled(self, figures: HealthFigures, change: StateChange | None) -> None:
        """Take in a sample, and how the state changed with it."""
        ...


class WatchHealth:
    """Writes how this process is, and what happens to it and to others that can say nothing any more."""

    name = "health"
    channel: str | None = None

    def __init__(self, bot: Bot, sampler: Sampler) -> None:
        self.watchers: list[Watcher] = []
        """Told of each sample, one after the other."""
        self._bot = bot
        self._vitals = bot.vitals
        self._sampler = sampler
        self._waiting: Waiting | None = None
        self._forgotten: list[Run] = []
        """Those that began in the future, as the clock has been set back since: nobody would ever write their end."""
        self._watch = StateWatch(bot.clock())
        self._sampled_at: datetime | None = None
        self._has_begun = False
        """Whether the database has been told."""
        self._judges_from = bot.clock()
        self._fails = False
        self.thinning = Thin(bot)

    def announced(self) -> None:
        """Nothing to do: nothing is announced to this job."""

    async def run_once(self) -> datetime | None:
        """Take a sample if it is time, and write what is not written yet."""
        now = self._bot.clock()
        waiting = self._waiting or self._begin(now)
        if now < waiting.run.began:
            log.warning("the clock was set back to before the start", extra={"was": waiting.run.began.isoformat()})
            self._forgotten.append(waiting.run)
            waiting = self._begin(now)
        standstill = self._vitals.loop.take_standstill()
        if standstill is not None:
            log.warning("the process stood still", extra={"seconds": round(standstill.seconds)})
            until = now - timedelta(seconds=standstill.ago)
            waiting.gap(until - timedelta(seconds=standstill.seconds), until, self._sampler.revision)
            self._judges_from = now + LEARNING
        # The clock may have been set, in either direction.
        if self._sampled_at is None or abs(now - self._sampled_at) >= EVERY:
            self._sampled_at = now
            await self._sample(waiting)
        if self._vitals.latest is not None and self._vitals.latest.database_ms is not None:
            await self._write(waiting)
            self.thinning.look()
        else:
            self._judges_from = now + LEARNING
        return self._sampled_at + EVERY

    async def stop(self) -> None:
        """Write the last rows, and how it ended."""
        await self._vitals.loop.stop()
        await self.thinning.stop()
        if self._waiting is None:
            return
        kind = HealthKind.STOP if not self._bot.ended_by_itself else HealthKind.CRASH
        self._waiting.end(kind, self._bot.clock(), self._sampler.revision)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._write(self._waiting)

    def _begin(self, now: datetime) -> Waiting:
        # At once: until then, others take a process for gone that is there.
        self._vitals.loop.start(lambda: self._bot.jobs.wake(self.name))
        self._watch = StateWatch(now)
        self._waiting = Waiting(Run(service_name(self._bot.served_shards), now, release()))
        return self._waiting

    async def _sample(self, waiting: Waiting) -> None:
        figures = await self._sampler.take()
        change = self._watch.look(figures)
        self._vitals.latest = figures = self._watch.stamp(figures)
        waiting.sample(figures)
        self._vitals.lost_samples = waiting.lost
        if change is not None:
            level = logging.INFO if change.state is HealthState.OK else logging.WARNING
            facts = {"state": change.state.value, "was": change.was.value, "reasons": list(change.reasons)}
            log.log(level, "the state of this process changed", extra=facts)
            waiting.change(change, figures.revision)
        for watcher in self.watchers:
            try:
                await watcher.sampled(figures, change)
            except Exception:
                log.exception("not told of a sample", extra={"watcher": type(watcher).__name__})

    async def _write(self, waiting: Waiting) -> None:
        try:
            while True:
                records = waiting.records[:BATCH]
                forgotten = self._forgotten[:]
                async with self._bot.uow() as work:
                    for run in forgotten:
                        await work.health.recording.forget(run)
                    is_new = await work.health.recording.write(waiting.run, records)
                    if is_new and self._has_begun and not forgotten:
                        log.warning("the database has lost what was written: it was restored")
                        await work.health.recording.assume_stopped(waiting.run)
                        self._judges_from = self._bot.clock() + LEARNING
                    if self._bot.clock() >= self._judges_from:
                        for service in await work.health.recording.find_crashed(waiting.run):
                            log.warning("a process ended without saying so", extra={"service": service})
                self._forgotten = self._forgotten[len(forgotten) :]
                self._has_begun = True
                self._fails = False
                waiting.written(records)
                if not waiting.records:
                    return
        except Exception as error:
            self._judges_from = self._bot.clock() + LEARNING
            if not self._fails:
                log.warning("not written yet", extra={"what": "health"}, exc_info=not isinstance(error, BotError))
            self._fails = True
