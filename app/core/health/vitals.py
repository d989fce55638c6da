"""What one process counts and measures of itself while it runs, without asking anybody.

The parts of the bot leave here what they know; the health job makes figures of it once a minute, and metrics read it at
any moment.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping

from app.core.clock import always_running
from app.core.health.budget import RequestBudget
from app.core.health.figures import HealthFigures
from app.core.records import record

TICK_SECONDS = 0.5
STOOD_STILL_SECONDS = 60.0
"""A process that was away for longer than this has stood still: Discord has closed its connections by then."""


@record
class Queue:
    """Something that waits to be done."""

    read: Callable[[], float]
    room: float | None
    """How much has room in it; None if that is unlimited."""


@record
class Standstill:
    """A time in which the process stood still."""

    seconds: float
    """How long it was."""
    ago: float
    """How many seconds ago it ended."""


class LoopLag:
    """By how much the event loop is late: how long after its time a pause of half a second ends."""

    def __init__(self, running: Callable[[], float] = always_running) -> None:
        self._running = running
        self._lags: deque[float] = deque(maxlen=int(3600 / TICK_SECONDS))
        self._task: asyncio.Task[None] | None = None
        self._stood_still: tuple[float, float] | None = None
        """From when to when, by that clock."""
        self._noticed: Callable[[], None] = lambda: None

    def start(self, noticed: Callable[[], None]) -> None:
        """Begin to measure, unless that has begun. `noticed` is called when the process has stood still."""
        self._noticed = noticed
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="loop lag")

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def take(self) -> tuple[float, float]:
        """Return how late it was since it was last asked, in seconds: on average, and at most."""
        lags = list(self._lags)
        self._lags.clear()
        return (sum(lags) / len(lags), max(lags)) if lags else (0.0, 0.0)

    def take_standstill(self) -> Standstill | None:
        """Return how long the process stood still since this was last asked; None if it did not."""
        stood_still, self._stood_still = self._stood_still, None
        if stood_still is None:
            return None
        began, ended = stood_still
        return Standstill(ended - began, self._running() - ended)

    async def _run(self) -> None:
        while True:
            began, running = time.perf_counter(), self._running()
            await asyncio.sleep(TICK_SECONDS)
            ended = self._running()
            if ended - running > STOOD_STILL_SECONDS:
                # Two of them in between are one: there was no time to do anything.
                self._stood_still = (running if self._stood_still is None else self._stood_still[0], ended)
                self._noticed()
            else:
                self._lags.append(max(time.perf_counter() - began - TICK_SECONDS, 0.0))


class Vitals:
    """One for each process."""

    def __init__(self) -> None:
        self.requests = RequestBudget()
        """What Discord refuses."""
        self.loop = LoopLag()
        self.reconnections = 0
        """How often a shard had to connect again, since the process began."""
        self.reminder_lateness: Callable[[], float] = lambda: 0.0
        """By how many seconds the oldest reminder that is due is late; set by those who send them."""
        self.latest: HealthFigures | None = None
        """The newest figures; None until the first, seconds after the bot is ready."""
        self.lost_samples = 0
        """How many samples could not be kept until the database was back."""
        self._queues: dict[str, Queue] = {}

    def queue(self, name: str, read: Callable[[], float], *, room: float | None = None) -> None:
        """Offer how much waits somewhere; with `room`, too much is a reason for alarm."""
        self._queues[name] = Queue(read, room)

    def queues(self) -> Mapping[str, float]:
        """Return how much waits, by name."""
        return {name: float(queue.read()) for name, queue in sorted(self._queues.items())}

    def fullest(self) -> float:
        """Return how full the fullest queue is, from 0 to 1."""
        return max((queue.read() / queue.room for queue in self._queues.values() if queue.room), default=0.0)
