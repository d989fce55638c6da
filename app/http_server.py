"""Health and metrics over HTTP: `/livez`, `/readyz` and `/metrics`."""

import asyncio
import errno
import ipaddress
import logging
import re
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from app.core.errors import BotError
from app.metrics import CONTENT_TYPE, Metrics

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Returns None if all is well, else the reason in a few words."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = re.compile(r"(?i:localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?")
"""What a request for this machine says that it is for, with a port or without one."""
HEADERS = {"Server": "concierge", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

TAKEN_SECONDS = 6.0
"""How long a taken port is waited for: a moment longer than an earlier process takes to stop."""
PAUSE_SECONDS = 0.25


class AddressUnusable(BotError):
    """Nothing can be served at this address; the text says why, and what would work."""

    def __init__(self, sentence: str, *, is_port: bool) -> None:
        super().__init__(sentence)
        self.is_port = is_port
        """Whether another port would do, or another address is needed."""


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
        return web.Response(body=await metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Otherwise a page in a browser on this machine could read it all, under a name of its own for this address.
        if only_here and not all(map(LOOPBACK.fullmatch, request.headers.getall("Host", ()))):
            raise web.HTTPForbidden(text="this is served to this machine only, as localhost or 127.0.0.1\n")
        return await handler(request)

    async def plainly(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)

    only_here = True
    application = web.Application(middlewares=[guard])
    application.on_response_prepare.append(plainly)
    application.add_routes([web.get("/livez", livez), web.get("/readyz", readyz), web.get("/metrics", prometheus)])
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        only_here = all(ipaddress.ip_address(address[0]).is_loopback for address in runner.addresses)
        address = f"http://{_shown(*runner.addresses[0][:2])}"
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


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


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
