"""Measuring how one process is."""

import math
import resource
import time
from pathlib import Path

from app.bot import Bot
from app.core.clock import always_running
from app.core.health.figures import HealthFigures
from app.core.health.services import service_name
from app.core.release import release
from app.database_probe import NoAnswer

MEGABYTE = 2**20
PATIENCE_SECONDS = 5.0
"""Nobody waits for it, and a database that is slow is not away."""
STATM = Path("/proc/self/statm")
"""On Linux: sizes in pages; the second is what is in memory."""


class Sampler:
    """Measures what happened since it measured before."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._vitals = bot.vitals
        self._connected: set[int] = set()
        self._revision: str | None = None
        self._reconnects = 0
        self._rate_limited = 0
        self._cpu = time.process_time()
        self._running = always_running()

    def listen(self) -> None:
        """Hear of connections from now on."""
        self._bot.add_listener(self._on_shard_connect, "on_shard_connect")
        self._bot.add_listener(self._on_shard_resumed, "on_shard_resumed")

    @property
    def revision(self) -> str | None:
        """Return which revision the schema was at when that was last read."""
        return self._revision

    async def take(self) -> HealthFigures:
        """Measure. Waits for an answer of the database, but not for long, and raises nothing."""
        in_use, waiting = self._bot.database.in_use, self._bot.database.waiting
        database = await self._bot.database.look(PATIENCE_SECONDS)
        if database.seconds is not None:
            await self._learn_revision()
        lag, highest_lag = self._vitals.loop.take()
        reconnects, self._reconnects = self._vitals.reconnections - self._reconnects, self._vitals.reconnections
        requests = self._vitals.requests
        rate_limited, self._rate_limited = requests.rate_limited - self._rate_limited, requests.rate_limited
        return HealthFigures(
            at=self._bot.clock(),
            service=service_name(self._bot.served_shards),
            version=release(),
            revision=self._revision,
            started_at=self._bot.started_at,
            database_ms=database.seconds * 1000 if database.seconds is not None else None,
            pool_in_use=in_use,
            pool_waiting=waiting,
            pool_size=database.most,
            loop_lag_ms=lag * 1000,
            highest_loop_lag_ms=highest_lag * 1000,
            shards=self._shards(),
            reconnects=reconnects,
            rate_limited=rate_limited,
            invalid_requests=requests.recent,
            reminder_late_seconds=self._vitals.reminder_lateness(),
            memory_mb=_memory_mb(),
            cpu_percent=self._cpu_percent(),
            guilds=len(self._bot.guilds),
            queues=self._vitals.queues(),
            fullest_queue=self._vitals.fullest(),
        )

    async def _learn_revision(self) -> None:
        try:
            revisions = await self._bot.database.revisions()
        except NoAnswer:
            return
        self._revision = ", ".join(revisions) if revisions else None

    def _shards(self) -> dict[int, float | None]:
        """Return what each shard's last heartbeat took; one that has had none yet is left out."""
        found: dict[int, float | None] = {}
        for number, shard in sorted(self._bot.shards.items()):
            if shard.is_closed():
                found[number] = None
            elif math.isfinite(shard.latency):
                found[number] = shard.latency * 1000
        return found

    def _cpu_percent(self) -> float | None:
        cpu, running = time.process_time(), always_running()
        used, passed = cpu - self._cpu, running - self._running
        self._cpu, self._running = cpu, running
        return 100 * used / passed if passed > 0 else None

    async def _on_shard_connect(self, number: int) -> None:
        if number in self._connected:
            self._vitals.reconnections += 1
        self._connected.add(number)

    async def _on_shard_resumed(self, number: int) -> None:
        del number
        self._vitals.reconnections += 1


def _memory_mb() -> float | None:
    """Return what the process has in memory."""
    try:
        if STATM.exists():
            return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / MEGABYTE
        # Loaded where nothing else knows, as it takes a moment.
        import psutil

        return psutil.Process().memory_info().rss / MEGABYTE
    except Exception:  # noqa: BLE001 -- a figure that cannot be had is missing, and no reason to fail
        return None
