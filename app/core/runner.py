"""Background duties: one object each, all run by one supervisor that sleeps until something is due."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from app.core.clock import Clock

log = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 60.0
"""A bound on what a lost wake-up, or a clock that was set, can cost. An idle duty runs once in this time."""

DEAF_SLEEP_SECONDS = 5.0
"""The same while no announcements arrive."""

SHORTEST_SLEEP_SECONDS = 0.05
"""What is due and held by another process must not keep this one spinning."""

LONGEST_PAUSE_SECONDS = 60.0
"""Between two attempts of a duty that fails."""


class Job(Protocol):
    """One duty. `name` is the feature it belongs to."""

    name: str

    channel: str | None
    """Where a change that this duty has to look at is announced between processes; None if nowhere."""

    async def run_once(self) -> datetime | None:
        """Do all that is due now, and return when something is due next; None when nothing is known to be."""
        ...

    async def stop(self) -> None:
        """Finish what is under way, within a few seconds; `run_once` is not called any more."""
        ...


class JobRunner:
    """Runs each duty again whenever it is due or woken, never twice at the same time, until stopped.

    A duty that raises is logged and tried again after a pause that doubles; the others do not notice.
    """

    def __init__(self, jobs: Iterable[Job], clock: Clock) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        self._wakes = {name: asyncio.Event() for name in self._jobs}
        self._turns = {name: asyncio.Lock() for name in self._jobs}
        self._due: dict[str, datetime | None] = dict.fromkeys(self._jobs)
        self._hears = True
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; every duty runs at once."""
        self._tasks = [asyncio.create_task(self._run(job), name=f"job {job.name}") for job in self._jobs.values()]

    def wake(self, name: str, at: datetime | None = None) -> None:
        """Let a duty look again now; with `at`, only if it would otherwise look later than that.

        Never fails: a duty that is not there needs no waking.
        """
        wake = self._wakes.get(name)
        due = self._due.get(name)
        if wake is not None and (at is None or due is None or at < due):
            wake.set()

    def trust(self, *, connected: bool) -> None:
        """Look again now, since announcements may have been missed; and often, for as long as none arrive."""
        self._hears = connected
        self.wake_all()

    def channels(self) -> dict[str, Callable[[str], None]]:
        """Return what to do with announcements, by channel. The text of one is the due time, in seconds since 1970."""
        return {
            job.channel: partial(self._announced, job.name) for job in self._jobs.values() if job.channel is not None
        }

    def _announced(self, name: str, payload: str) -> None:
        self.wake(name, datetime.fromtimestamp(float(payload), UTC) if payload else None)

    def wake_all(self) -> None:
        """Let every duty look again now."""
        for wake in self._wakes.values():
            wake.set()

    async def run_now(self, name: str) -> Job:
        """Run a duty once and return it; what it raises is raised. Raises KeyError when there is none of that name."""
        async with self._turns[name]:
            await self._jobs[name].run_once()
        return self._jobs[name]

    async def stop(self) -> None:
        """Stop every duty; what is under way may finish."""
        tasks, self._tasks = self._tasks, []
        await asyncio.gather(*(job.stop() for job in self._jobs.values()), return_exceptions=True)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self, job: Job) -> None:
        wake = self._wakes[job.name]
        failures = 0
        while True:
            # Cleared before the look, so that what happens during it is looked at again.
            wake.clear()
            self._due[job.name] = None
            try:
                async with self._turns[job.name]:
                    due = await job.run_once()
            except Exception:
                failures += 1
                log.exception("job failed", extra={"job": job.name, "failures": failures})
                pause = min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)
            else:
                failures = 0
                self._due[job.name] = due
                pause = self._until(due)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await wake.wait()

    def _until(self, due: datetime | None) -> float:
        longest = LONGEST_SLEEP_SECONDS if self._hears else DEAF_SLEEP_SECONDS
        if due is None:
            return longest
        return min(max((due - self._clock()).total_seconds(), SHORTEST_SLEEP_SECONDS), longest)
