"""A pooler in front of a PostgreSQL, as small as it can be: it hands out server connections for one transaction each.

Every client brings a server connection with it (so that any kind of authentication passes through), and from then on
all of them are shared: the one that was given back last is lent first, as pgbouncer does by default.
"""

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from app.db import DatabaseUrl, normalize

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
AUTHENTICATED, LAST_OF_SASL = 0, 12


class Peer:
    """One end of a connection, read message by message."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.inbox: asyncio.Queue[bytes] = asyncio.Queue()

    async def read(self) -> None:
        """Read until the end; an empty message is the last."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await self.reader.readexactly(5)
                self.inbox.put_nowait(head + await self.reader.readexactly(struct.unpack("!i", head[1:])[0] - 4))
        self.inbox.put_nowait(b"")


class Pooler:
    """Lends server connections, for a transaction or, in session mode, for as long as the client stays."""

    def __init__(self, database: DatabaseUrl, *, session_mode: bool) -> None:
        self._database = database
        self._session_mode = session_mode
        self._idle: list[Peer] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.append(asyncio.create_task(self._serve(Peer(reader, writer))))

    async def stop(self) -> None:
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, client: Peer) -> None:
        self._writers.append(client.writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            server = await self._log_in(client)
            self._idle.append(server)
            while (message := await client.inbox.get()) and message[:1] != b"X":
                lent = server if self._session_mode else self._idle.pop()
                lent.writer.write(message)
                await self._transaction(client, lent)
                if not self._session_mode:
                    self._idle.append(lent)
        client.writer.close()

    async def _log_in(self, client: Peer) -> Peer:
        while True:
            head = await client.reader.readexactly(8)
            length, code = struct.unpack("!ii", head)
            if code not in {SSL_REQUEST, GSS_REQUEST}:
                break
            client.writer.write(b"N")
        server = Peer(*await self._connect())
        server.writer.write(head + await client.reader.readexactly(length - 8))
        self._writers.append(server.writer)
        self._tasks += [asyncio.create_task(peer.read()) for peer in (client, server)]
        while message := await server.inbox.get():
            # The key with which a client would cancel names the server's process; a pooler hands out one of its own.
            client.writer.write(message if message[:1] != b"K" else message[:5] + b"\x00\x0f\x42\x40" + message[9:])
            if message[:1] == b"Z":
                return server
            if message[:1] == b"R" and struct.unpack("!i", message[5:9])[0] not in {AUTHENTICATED, LAST_OF_SASL}:
                server.writer.write(await client.inbox.get())
        raise ConnectionResetError

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        url, directory = self._database.url, self._database.hosts
        if directory is not None:
            return await asyncio.open_unix_connection(Path(directory) / f".s.PGSQL.{self._database.ports or 5432}")
        return await asyncio.open_connection(url.host or "127.0.0.1", url.port or 5432)

    async def _transaction(self, client: Peer, server: Peer) -> None:
        """Let the two talk until the server is outside a transaction."""
        asked: asyncio.Task[bytes] | None = None
        while True:
            answered = asyncio.create_task(server.inbox.get())
            while not answered.done():
                asked = asked or asyncio.create_task(client.inbox.get())
                await asyncio.wait({answered, asked}, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    server.writer.write(asked.result())
                    asked = None
            message = answered.result()
            client.writer.write(message)
            if not message or (message[:1] == b"Z" and message[5:6] == b"I"):
                if asked is not None:
                    asked.cancel()
                return


@asynccontextmanager
async def pooled(database: DatabaseUrl, *, session_mode: bool = False) -> AsyncGenerator[DatabaseUrl]:
    """Serve a pooler on this machine and yield its address."""
    pooler = Pooler(database, session_mode=session_mode)
    serving = await asyncio.start_server(pooler.accept, "127.0.0.1", 0)
    address = database.url.set(drivername="postgresql", host="127.0.0.1", port=serving.sockets[0].getsockname()[1])
    try:
        yield normalize(address.render_as_string(hide_password=False))
    finally:
        serving.close()
        await pooler.stop()
