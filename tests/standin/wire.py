"""Clients of the stand-in without a library: HTTP requests and gateway sockets."""

import asyncio
import io
import json
import zlib
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partialmethod
from typing import Any

import aiohttp

from standin import Change, ChangeKind, Reply, StandIn, schema


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the REST API."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int:
        return self.body["code"]

    @property
    def refusal(self) -> tuple[int, int]:
        """The status and Discord's code."""
        return self.status, self.code

    def wrong(self, path: str) -> list[str]:
        """Discord's error codes at a path of the body, e.g. `embeds.0.title`."""
        node = self.body.get("errors", {})
        for part in filter(None, path.split(".")):
            node = node.get(part, {})
        return [each["code"] for each in node.get("_errors", [])]


class Api:
    """The bot's requests. Every successful answer must match Discord's description."""

    def __init__(self, discord: StandIn, session: aiohttp.ClientSession) -> None:
        self._discord = discord
        self._session = session

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, tuple[str, bytes]] | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        sent = {"Authorization": f"Bot {token or self._discord.token}"} | (headers or {})
        data: Any = raw
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body))
            for name, (file_name, content) in files.items():
                data.add_field(name, io.BytesIO(content), filename=file_name, content_type="application/octet-stream")
        elif body is not None:
            data = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        async with self._session.request(method, self._discord.api_url + path, data=data, headers=sent) as response:
            content = await response.read()
            answered = Response(response.status, json.loads(content) if content else None, dict(response.headers))
        if answered.status < 300:
            route = self._discord.requests[-1].route
            wrong = [str(each) for each in schema.answer_problems(method, route, answered.status, answered.body)]
            assert not wrong, "; ".join(wrong[:5])
        return answered

    get = partialmethod(__call__, "GET")
    post = partialmethod(__call__, "POST")
    put = partialmethod(__call__, "PUT")
    patch = partialmethod(__call__, "PATCH")
    delete = partialmethod(__call__, "DELETE")


class Socket:
    """A gateway connection without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, compressed: bool) -> None:
        self._socket = socket
        self._inflate = zlib.decompressobj() if compressed else None
        self.seq = 0

    async def send(self, op: int, data: Any) -> None:
        await self.send_raw(json.dumps({"op": op, "d": data}))

    async def send_raw(self, text: str) -> None:
        await self._socket.send_str(text)

    async def receive(self) -> dict[str, Any]:
        """The next message; a close is `{"close": code}`."""
        message = await self._socket.receive(timeout=60)
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
            return {"close": self._socket.close_code}
        if self._inflate is not None:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            decoded = json.loads(self._inflate.decompress(message.data))
        else:
            decoded = json.loads(message.data)
        self.seq = decoded.get("s") or self.seq
        return decoded

    async def until(self, event: str) -> dict[str, Any]:
        """The data of the next event of that name; others are skipped."""
        while True:
            message = await self.receive()
            assert "close" not in message, message
            if message["t"] == event:
                return message["d"]

    async def closed_with(self) -> int:
        """The close code; messages before it are skipped."""
        while True:
            message = await self.receive()
            if "close" in message:
                return message["close"]

    async def close(self, code: int = 1000) -> None:
        await self._socket.close(code=code)


class BareBot:
    """A bot without a library: it receives interactions and answers them over REST, one at a time."""

    def __init__(self, discord: StandIn, api: Api) -> None:
        self._api = api
        self._seen: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.application = discord.world.application.id
        self._stop = discord.subscribe(self._notice)

    def _notice(self, change: Change) -> None:
        if change.kind is ChangeKind.INTERACTION_STARTED:
            self._seen.put_nowait(dict(change.data["payload"]))

    async def seen(self) -> dict[str, Any]:
        """The next interaction, as the gateway describes it."""
        async with asyncio.timeout(60):
            return await self._seen.get()

    async def start(self, action: Coroutine[Any, Any, Any]) -> tuple[asyncio.Task[Any], dict[str, Any]]:
        """Let a person begin something: their task, and the interaction it causes."""
        return asyncio.create_task(action), await self.seen()

    async def finish(self, action: Coroutine[Any, Any, Reply], kind: int, data: dict[str, Any] | None = None) -> Reply:
        """Let a person begin something, and answer it."""
        task, interaction = await self.start(action)
        await self.answer(interaction, kind, data)
        return await task

    async def answer(
        self, interaction: dict[str, Any], kind: int, data: dict[str, Any] | None = None, *, receipt: bool = False
    ) -> Response:
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback"
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        return await self._api.post(path + ("?with_response=true" if receipt else ""), body)

    def webhook(self, interaction: dict[str, Any], rest: str = "") -> str:
        """The path of later answers."""
        return f"/webhooks/{self.application}/{interaction['token']}{rest}"

    async def commands(self, *commands: dict[str, Any]) -> list[dict[str, Any]]:
        return (await self._api.put(f"/applications/{self.application}/commands", list(commands))).body


class GatewayClient:
    """Opens gateway connections."""

    def __init__(self, discord: StandIn, session: aiohttp.ClientSession) -> None:
        self._discord = discord
        self._session = session

    async def connect(self, query: str = "?v=10&encoding=json") -> Socket:
        socket = await self._session.ws_connect(self._discord.gateway.url + query)
        return Socket(socket, compressed="zlib-stream" in query)

    async def identified(self, intents: int, shard: tuple[int, int] = (0, 1), query: str = "?v=10") -> Socket:
        """A connection that said hello and identified."""
        socket = await self.connect(query)
        assert (await socket.receive())["op"] == 10
        await socket.send(2, {"token": self._discord.token, "intents": intents, "shard": shard, "properties": {}})
        return socket
