"""One WebSocket: compression, messages sent in order, and the close code."""

import asyncio
import json
import zlib
from typing import Any

from aiohttp import WSMsgType, web

from standin.gateway.codes import Close, Op

MAX_MESSAGE_BYTES = 4096


class BadMessage(Exception):
    """The client sent something for which Discord closes the connection."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code


class Connection:
    """Writes in order from synchronous code; `zlib-stream` keeps one compression context for its whole life."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, *, compressed: bool) -> None:
        self._socket = socket
        self._transport = transport
        self._deflate = zlib.compressobj() if compressed else None
        self._outgoing: asyncio.Queue[str | int] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write_all())
        self.closed_by_us = False

    def write(self, message: str | dict[str, Any]) -> None:
        self._outgoing.put_nowait(message if isinstance(message, str) else json.dumps(message))

    def operation(self, op: Op, data: Any = None) -> None:
        self.write({"op": op, "d": data, "s": None, "t": None})

    def close(self, code: int) -> None:
        """Close once everything written so far is sent."""
        self.closed_by_us = True
        self._outgoing.put_nowait(int(code))

    def abort(self) -> None:
        """Drop the connection without closing it."""
        self.closed_by_us = True
        self._writer.cancel()
        if self._transport:
            self._transport.abort()

    async def read(self, timeout: float) -> dict[str, Any] | None:  # noqa: ASYNC109 - a deadline in seconds
        """The next message; None when the client is gone. Raises BadMessage, or TimeoutError."""
        async with asyncio.timeout(timeout):
            message = await self._socket.receive()
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return None
        if len(message.data) > MAX_MESSAGE_BYTES:
            raise BadMessage(Close.DECODE_ERROR)
        try:
            decoded = json.loads(message.data)
        except ValueError:
            raise BadMessage(Close.DECODE_ERROR) from None
        if not isinstance(decoded, dict) or not isinstance(decoded.get("op"), int):
            raise BadMessage(Close.DECODE_ERROR)
        return decoded

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code

    async def finish(self) -> None:
        """Wait until the close message, if any, is sent."""
        if not self.closed_by_us:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write_all(self) -> None:
        while True:
            message = await self._outgoing.get()
            try:
                if isinstance(message, int):
                    await self._socket.close(code=message)
                    return
                if self._deflate is None:
                    await self._socket.send_str(message)
                else:
                    packed = self._deflate.compress(message.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
            except (ConnectionError, RuntimeError):
                # The client is gone; its session remembers what it missed.
                return
