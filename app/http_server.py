"""Health and metrics over HTTP: `/livez`, `/readyz` and `/metrics`."""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Returns None if all is well, else the reason in a few words."""


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def gauge(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """Add a value that is read on each request."""
        Gauge(name, help_text, registry=self.registry).set_function(lambda: _number(read))

    def facts(self, name: str, help_text: str, **labels: str) -> None:
        """Add what does not change while the process runs, as labels; `_info` is appended to the name."""
        Info(name, help_text, registry=self.registry).info(labels)

    def counter(self, name: str, help_text: str, label: str, values: Sequence[str]) -> Counter:
        """Add a counter with a series per value of the label, each starting at 0; `_total` is appended to the name."""
        counter = Counter(name, help_text, [label], registry=self.registry)
        for value in values:
            counter.labels(value)
        return counter

    def histogram(self, name: str, help_text: str, buckets: Sequence[float]) -> Histogram:
        """Add a histogram with these bounds."""
        return Histogram(name, help_text, buckets=buckets, registry=self.registry)


def _number(read: Callable[[], float]) -> float:
    try:
        return float(read())
    except (ArithmeticError, ValueError, LookupError, AttributeError):
        return math.nan


@asynccontextmanager
async def serving(host: str, port: int, *, ready: Check, metrics: Metrics) -> AsyncGenerator[str]:
    """Serve inside the block. Yields the address. Raises OSError if it is taken."""

    async def livez(_: web.Request) -> web.Response:
        # If this coroutine runs, so does the event loop.
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(3):
                reason = await ready()
        except TimeoutError:
            reason = "the check took longer than 3 seconds"
        return web.Response(text="ready\n") if reason is None else web.Response(text=f"{reason}\n", status=503)

    async def prometheus(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes([web.get("/livez", livez), web.get("/readyz", readyz), web.get("/metrics", prometheus)])
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        address = "http://{}:{}".format(*runner.addresses[0][:2])
        log.info("health endpoints are up", extra={"address": address})
        yield address
    finally:
        await runner.cleanup()
