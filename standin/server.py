"""The stand-in itself: its port, its lifecycle, and what tests and the playground use."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from standin.backend import Backend, Request
from standin.changes import Listener
from standin.model import Channel, User
from standin.person import Person
from standin.rest import Rest

API_PATH = "/api/v10"
PATIENCE = 60.0
"""Seconds to wait for something that has to happen. Far beyond what it takes anywhere: a failure may be slow."""


class StandIn(Backend):
    """A Discord on 127.0.0.1, from `async with` until its end."""

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"
        self.world.files.base = f"http://127.0.0.1:{self.port}"
        self.world.go_live()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.interactions.close()
        # Whoever waits for an answer would keep the server up for a minute.
        self.faults.clear()
        await self.gateway.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The base of the REST API: what `DISCORD_API_URL` must be."""
        return f"http://127.0.0.1:{self.port}{API_PATH}"

    def person(self, user: User | str, channel: Channel) -> Person:
        """Somebody (an account, or its name) who acts in a channel."""
        who = self.world.user(user) if isinstance(user, str) else user
        return Person(self.world, self.interactions, who, channel)

    def subscribe(self, callback: Listener) -> Callable[[], None]:
        """Call back on every change in the world; return a function that ends it."""
        return self.world.listen(callback)

    async def ready(self, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - a deadline in seconds
        """Wait until a bot is connected with all its shards and has received its guilds. Raises TimeoutError."""
        await self.until(lambda: self.gateway.is_ready, timeout)

    async def has_command(self, name: str, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - as above
        """Wait until a command of that name is registered, globally or for a guild. Raises TimeoutError."""
        places = [None, *self.world.guilds.values()]
        await self.until(
            lambda: any(command["name"] == name for place in places for command in self.world.commands.of(place)),
            timeout,
        )

    async def until(self, condition: Callable[[], object], timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - see above
        """Wait until the condition holds; it is checked at every change. Raises TimeoutError."""
        if condition():
            return
        happened = asyncio.Event()
        stop = self.subscribe(lambda _: happened.set())
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await happened.wait()
                    happened.clear()
        finally:
            stop()

    def calls(self, route: str) -> list[Request]:
        """The requests of a route so far, e.g. `"PUT /applications/{application_id}/commands"`, or of its beginning."""
        return [request for request in self.requests if str(request).startswith(route)]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(API_PATH):
            return await Rest(self).handle(request, path[len(API_PATH) :])
        if path == "/gateway":
            return await self.gateway.serve(request)
        return Rest(self).file(path, dict(request.query))
