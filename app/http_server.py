"""Health and metrics over HTTP: `/livez`, `/readyz` and `/metrics`."""

import asyncio
import errno
import logging
import math
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.core.errors import BotError

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Returns None if all is well, else the reason in a few words."""

TAKEN_SECONDS = 6.0
"""How long a taken port is waited for: a moment longer than an earlier process takes to stop."""
PAUSE_SECONDS = 0.25


class AddressUnusable(BotError):
    """Nothing can be served at this address; the text says why, and what would work."""

    def __init__(self, sentence: str, *, is_port: bool) -> None:
        super().__init__(sentence)
        self.is_port = is_port
        """Whether another port would do, or another address is needed."""


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
    """Serve inside the block. Yields the address. Waits a moment for a taken port, then raises AddressUnusable."""

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
        await _bind(runner, host, port)
        address = "http://{}:{}".format(*runner.addresses[0][:2])
        log.info("health endpoints are up", extra={"address": address})
        yield address
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, host: str, port: int) -> None:
    deadline = asyncio.get_running_loop().time() + TAKEN_SECONDS
    is_told = False
    while True:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except (OSError, UnicodeError) as error:
            await site.stop()
            unusable = _unusable(host, port, error)
            is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
            if not is_taken or asyncio.get_running_loop().time() > deadline:
                raise unusable from error
            if not is_told:
                log.warning("waiting for the port of the health endpoints", extra={"reason": str(unusable)})
                is_told = True
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


def _unusable(host: str, port: int, error: OSError | UnicodeError) -> AddressUnusable:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        told = f"port {port} of {host} is taken by another program. Choose another one, or 0 for any that is free."
        return AddressUnusable(told, is_port=True)
    if number in {errno.EACCES, errno.EPERM}:
        told = f"this user may not serve on port {port}. Choose one above 1023, or 0 for any that is free."
        return AddressUnusable(told, is_port=True)
    if isinstance(error, (socket.gaierror, UnicodeError)) or number == errno.EADDRNOTAVAIL:
        told = f"{host!r} is no address of this machine. Take 127.0.0.1, or 0.0.0.0 for all of them."
        return AddressUnusable(told, is_port=False)
    return AddressUnusable(f"nothing can be served there: {error.strerror or error}", is_port=False)
