"""The page's own small web server: its files, and one WebSocket per open page.

It listens only on 127.0.0.1 and talks only to the stand-in. Every request must name this machine as its host, and a
WebSocket must come from our own page. Otherwise any website could point a name of its own at 127.0.0.1 (DNS rebinding)
or open a socket to us, and act in the playground through the visitor's browser.
"""

import asyncio
import errno
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from playground.bot import BotProcess, BotState
from playground.session import Session
from standin import Change, ChangeKind, StandIn

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
STATIC = Path(__file__).with_name("static")
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' ws: wss:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
# A file of 8 MB in base 64, and the words around it.
MAX_MESSAGE_BYTES = 12 * 1024 * 1024
KEEPALIVE = 20.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PlaygroundServer:
    """The page on `url`, from `async with` until its end.

    Falls back to any free port when `port` is taken. `notes` say more about people, by id.
    """

    def __init__(
        self, discord: StandIn, bot: BotProcess | None = None, port: int = 0, notes: Mapping[int, str] | None = None
    ) -> None:
        self._discord = discord
        self._notes = notes or {}
        self._bot = bot
        self._port = port
        self._sessions: dict[Session, web.WebSocketResponse] = {}
        self._files = {path.name: path for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES}
        self._was_online = False
        self._has_been_online = False
        self._runner: web.AppRunner | None = None
        if bot is not None:
            bot.on_change = self._bot_changed
            bot.on_line = lambda line: self._push("log", {"line": line})

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[_only_from_here])
        application.router.add_get("/socket", self._socket)
        application.router.add_get("/", self._file)
        application.router.add_get("/{name}", self._file)
        # An open page must not delay the end.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES) or self._port == 0:
                raise
            await web.TCPSite(self._runner, HOST, 0).start()
        self._unsubscribe = self._discord.subscribe(self._on_change)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._unsubscribe()
        for socket in list(self._sessions.values()):
            await socket.close(code=1001, message=b"the playground ends")
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._runner is not None
        return self._runner.addresses[0][1]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def bot_state(self) -> dict[str, Any]:
        """The bot's process, its connection and the end of its log, as the page shows them."""
        state = {"name": self._discord.world.bot.display_name, "online": self._discord.gateway.is_ready}
        if self._bot is None:
            return state | {"state": "running" if state["online"] else "starting", "exit": None, "log": []}
        words = "stopped" if self._bot.state is BotState.STOPPED else "running" if self._has_been_online else "starting"
        return state | {"state": words, "exit": self._bot.exit_status, "log": list(self._bot.log)}

    # Changes

    def _on_change(self, change: Change) -> None:
        # The bot is online once it has received its guilds, a moment after its connection is announced.
        if change.kind in (ChangeKind.BOT_CONNECTED, ChangeKind.BOT_DISCONNECTED) or not self._was_online:
            asyncio.get_running_loop().call_soon(self._check_connection)

    def _check_connection(self) -> None:
        online = self._discord.gateway.is_ready
        if online != self._was_online:
            self._was_online = online
            self._has_been_online = self._has_been_online or online
            self._push("bot", self.bot_state())

    def _bot_changed(self) -> None:
        self._has_been_online = False
        self._push("bot", self.bot_state())

    def _push(self, kind: str, data: Any) -> None:
        for session in self._sessions:
            session.push(kind, data)

    async def _start_bot(self) -> None:
        if self._bot is not None:
            await self._bot.start()

    # Requests

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self._files.get(request.match_info.get("name", "index.html"))
        if path is None:
            raise web.HTTPNotFound
        return web.Response(body=path.read_bytes(), headers={**HEADERS, "Content-Type": CONTENT_TYPES[path.suffix]})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not _is_same_origin(request):
            raise web.HTTPForbidden(text="Only the playground's own page can connect.")
        socket = web.WebSocketResponse(heartbeat=KEEPALIVE, max_msg_size=MAX_MESSAGE_BYTES)
        await socket.prepare(request)
        session = Session(self._discord, socket.send_json, self.bot_state, self._start_bot, self._notes)
        self._sessions[session] = socket
        requests: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        running = asyncio.create_task(session.run(requests), name="playground session")
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                request_body = _object(message.data)
                if request_body is None:
                    await socket.close(code=1007, message=b"not a JSON object")
                    break
                requests.put_nowait(request_body)
        finally:
            del self._sessions[session]
            requests.put_nowait(None)
            await running
        return socket


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    if _hostname(f"//{request.host}") not in LOCAL_NAMES:
        raise web.HTTPForbidden(text="Open the playground as 127.0.0.1 or localhost.")
    return await handler(request)


def _is_same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.host and _hostname(origin) in LOCAL_NAMES


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
