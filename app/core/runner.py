"""Background jobs, run by one supervisor that sleeps until something is due."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from app.core.clock import Clock

log = logging.getLogger(__name__)

MAX_SLEEP_SECONDS = 60.0
"""The most that a lost wake-up or a changed system clock can delay a job. An idle job runs this often."""

MAX_DISCONNECTED_SLEEP_SECONDS = 5.0
"""The same while no announcements arrive."""

MIN_SLEEP_SECONDS = 0.05
"""How long after a run that left something due the next one begins: what another process holds must not keep this one
busy."""

ANSWERS_FIRST_SECONDS = 0.03
"""How long after an announcement its job runs: whoever caused it waits for an answer, which goes first."""

MAX_RETRY_SECONDS = 60.0
"""The longest wait before a failed job is tried again."""


LAST_SECONDS = 1.0
"""How long a job that runs while the process stops may go on."""


class Job(Protocol):
    """One background job. `name` is the feature it belongs to."""

    name: str

    channel: str | None
    """The channel on which changes for this job are announced between processes, if there is one."""

    def announced(self) -> None:
        """Hear at once that something has changed. `run_once` follows a moment later."""
        ...

    async def run_once(self) -> datetime | None:
        """Do everything that is due, and return when something is due next; None when nothing is."""
        ...

    async def stop(self) -> None:
        """Finish running work within a few seconds; `run_once` is not called afterwards."""
        ...


class JobRunner:
    """Runs each job whenever it is due or woken, never twice at the same time, until stopped.

    A job that raises is logged and retried with exponential backoff; the others are not affected.
    """

    def __init__(self, jobs: Iterable[Job], clock: Clock) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        self._wake_events = {name: asyncio.Event() for name in self._jobs}
        self._locks = {name: asyncio.Lock() for name in self._jobs}
        self._due: dict[str, datetime | None] = dict.fromkeys(self._jobs)
        self._connected = True
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self) -> None:
        """Start; every job runs right away."""
        self._stopping = False
        self._tasks = [asyncio.create_task(self._run(job), name=f"job {job.name}") for job in self._jobs.values()]

    def wake(self, name: str, at: datetime | None = None) -> None:
        """Run a job now; with `at`, only if it would otherwise run later than that.

        Unknown names are ignored.
        """
        wake = self._wake_events.get(name)
        due = self._due.get(name)
        if wake is not None and (at is None or due is None or at < due):
            wake.set()

    def trust(self, *, connected: bool) -> None:
        """Run everything now, as announcements may have been missed, and often for as long as none arrive."""
        self._connected = connected
        self.wake_all()

    def channels(self) -> dict[str, Callable[[str], None]]:
        """Return the handlers of announcements by channel; a payload is a due time in Unix seconds, or empty."""
        return {
            job.channel: partial(self._announced, job.name) for job in self._jobs.values() if job.channel is not None
        }

    def _announced(self, name: str, payload: str) -> None:
        self._jobs[name].announced()
        at = datetime.fromtimestamp(float(payload), UTC) if payload else None
        asyncio.get_running_loop().call_later(ANSWERS_FIRST_SECONDS, self.wake, name, at)

    def wake_all(self) -> None:
        """Run every job now."""
        for wake in self._wake_events.values():
            wake.set()

    async def run_now(self, name: str) -> Job:
        """Run a job once and return it; its exceptions are passed on. Raises KeyError for an unknown name."""
        async with self._locks[name]:
            await self._jobs[name].run_once()
        return self._jobs[name]

    async def stop(self) -> None:
        """Stop every job; running work may finish."""
        self._stopping = True
        tasks, self._tasks = self._tasks, []
        # Each ends by itself once it has run: broken off in a query, it would take a connection with it. What it begins
        # until then is ended after it.
        self.wake_all()
        await asyncio.gather(*(let_end(task, LAST_SECONDS) for task in tasks))
        await asyncio.gather(*(job.stop() for job in self._jobs.values()), return_exceptions=True)

    async def _run(self, job: Job) -> None:
        wake = self._wake_events[job.name]
        failures = 0
        while not self._stopping:
            # Cleared before the run, so that a wake-up during it causes another one.
            wake.clear()
            self._due[job.name] = None
            try:
                async with self._locks[job.name]:
                    due = await job.run_once()
            except Exception:
                failures += 1
                log.exception("job failed", extra={"job": job.name, "failures": failures})
                pause = min(2.0 ** (failures - 1), MAX_RETRY_SECONDS)
            else:
                failures = 0
                self._due[job.name] = due
                pause = self._until(due)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await wake.wait()

    def _until(self, due: datetime | None) -> float:
        longest = MAX_SLEEP_SECONDS if self._connected else MAX_DISCONNECTED_SLEEP_SECONDS
        if due is None:
            return longest
        seconds = (due - self._clock()).total_seconds()
        return min(seconds if seconds > 0 else MIN_SLEEP_SECONDS, longest)


async def let_end(task: asyncio.Task[None] | None, seconds: float) -> None:
    """Wait for a task that is about to end by itself, and break it off only if it does not.

    Broken off in the middle of a query, it would take a connection with it, and log that as an error.
    """
    if task is None:
        return
    await asyncio.wait([task], timeout=seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
