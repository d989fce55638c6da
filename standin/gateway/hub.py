"""Connected clients and their protocol: hello, identify or resume, heartbeats, requests."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from standin import payloads
from standin.changes import Change, ChangeKind
from standin.gateway.codes import GUILD_MEMBERS, GUILDS, KNOWN_INTENTS, PRIVILEGED, Close, Op
from standin.gateway.connection import BadMessage, Connection
from standin.gateway.dispatches import dispatches, guild_create
from standin.gateway.session import Session
from standin.registry import Registry

MAX_GUILDS_PER_SHARD = 2500
MAX_IDENTIFIES_PER_DAY = 1000
MEMBERS_PER_CHUNK = 1000
ACKNOWLEDGED_SECONDS = 0.03
"""How long Discord is away by network, there and back."""


class Gateway:
    """All sessions. `heartbeat_interval` is in seconds."""

    def __init__(self, world: Registry, token: str, heartbeat_interval: float = 41.25) -> None:
        self._world = world
        self._token = token
        self.heartbeat_interval = heartbeat_interval
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.identifies = 0
        self.resumes = 0
        self.refused_resumes = 0
        self.answers_heartbeats = True
        self.refused_connections = 0
        self._stop_listening = world.listen(self._on_change)

    @property
    def remaining_identifies(self) -> int:
        return max(MAX_IDENTIFIES_PER_DAY - self.identifies, 0)

    @property
    def is_ready(self) -> bool:
        """Whether a bot is connected with all its shards, and each has received its guilds."""
        connected = [session for session in self.sessions.values() if session.connection]
        ready = {(session.shards, session.shard) for session in connected if session.is_ready}
        return any(all((shards, number) in ready for number in range(shards)) for shards, _ in ready)

    async def serve(self, request: web.BaseRequest) -> web.WebSocketResponse:
        """Serve one client until either side disconnects."""
        if self.refused_connections:
            self.refused_connections -= 1
            raise web.HTTPServiceUnavailable
        # Libraries do not answer a close message, so 0.1 s is enough.
        socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=0.1)
        await socket.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request.transport, compressed=compressed)
        self.connections.add(connection)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        session: Session | None = None
        try:
            # Libraries may leave out the version at the resume address.
            if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
                raise BadMessage(Close.INVALID_VERSION)
            connection.operation(Op.HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
            while (message := await connection.read(self.heartbeat_interval * 1.5)) is not None:
                session = self._handle(connection, session, message)
        except BadMessage as bad:
            connection.close(bad.code)
        except TimeoutError:
            connection.close(Close.SESSION_TIMED_OUT)
        finally:
            self.connections.discard(connection)
            await connection.finish()
            self._disconnected(connection, session)
            self._tasks.discard(task)
        return socket

    async def close(self) -> None:
        self._stop_listening()
        for connection in list(self.connections):
            connection.close(Close.GOING_AWAY)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)

    # One message

    def _handle(self, connection: Connection, session: Session | None, message: dict[str, Any]) -> Session | None:
        op, data = message["op"], message.get("d")
        if op == Op.HEARTBEAT:
            if self.answers_heartbeats:
                # Not at once: py-cord notes in a thread when it sent one, and takes an earlier answer for a late one.
                asyncio.get_running_loop().call_later(ACKNOWLEDGED_SECONDS, connection.operation, Op.HEARTBEAT_ACK)
        elif op in (Op.IDENTIFY, Op.RESUME):
            if session:
                raise BadMessage(Close.ALREADY_AUTHENTICATED)
            begin = self._identify if op == Op.IDENTIFY else self._resume
            return begin(connection, _mapping(data))
        elif session is None:
            raise BadMessage(Close.NOT_AUTHENTICATED)
        elif op == Op.REQUEST_GUILD_MEMBERS:
            self._request_members(session, _mapping(data))
        elif op == Op.PRESENCE_UPDATE:
            self._world.announce(Change(ChangeKind.PRESENCE_CHANGED, user=self._world.bot, data=_mapping(data)))
        elif op != Op.VOICE_STATE_UPDATE:
            raise BadMessage(Close.UNKNOWN_OPCODE)
        return session

    def _identify(self, connection: Connection, data: Mapping[str, Any]) -> Session:
        if data.get("token") != self._token:
            raise BadMessage(Close.AUTHENTICATION_FAILED)
        shard, shards = _shard(data.get("shard", [0, 1]))
        if shards == 1 and len(self._world.guilds) > MAX_GUILDS_PER_SHARD:
            raise BadMessage(Close.SHARDING_REQUIRED)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise BadMessage(Close.INVALID_INTENTS)
        if intents & PRIVILEGED & ~self._world.application.allowed_intents:
            raise BadMessage(Close.DISALLOWED_INTENTS)
        self.identifies += 1
        session = Session(shard, shards, intents)
        session.connection = connection
        self.sessions[session.id] = session
        mine = [guild for guild in self._world.guilds.values() if self._world.has_bot(guild)]
        mine = [guild for guild in mine if (guild.id >> 22) % shards == shard]
        application = self._world.application
        session.send(
            "READY",
            {
                "v": 10,
                "user": payloads.user(self._world.bot) | {"verified": True, "mfa_enabled": False, "email": None},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": [shard, shards],
                "application": {"id": str(application.id), "flags": application.flags},
                "private_channels": [],
                "_trace": ["stand-in"],
            },
        )
        if intents & GUILDS:
            for guild in mine:
                if guild.id not in self._world.unavailable:
                    session.send("GUILD_CREATE", guild_create(self._world, guild, intents))
        session.is_ready = True
        self._connected(session, resumed=False)
        return session

    def _resume(self, connection: Connection, data: Mapping[str, Any]) -> Session | None:
        if data.get("token") != self._token:
            raise BadMessage(Close.AUTHENTICATION_FAILED)
        session = self.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if self.refused_resumes > 0:
            self.refused_resumes -= 1
            session = None
        if session is None or not isinstance(sequence, int) or not session.can_resume_from(sequence):
            connection.operation(Op.INVALID_SESSION, data=False)
            return None
        if sequence > session.sequence:
            raise BadMessage(Close.INVALID_SEQ)
        self.resumes += 1
        session.connection = connection
        session.replay(sequence)
        session.send("RESUMED", {"_trace": ["stand-in"]})
        self._connected(session, resumed=True)
        return session

    def _request_members(self, session: Session, data: Mapping[str, Any]) -> None:
        guild = self._world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None or not self._world.has_bot(guild):
            return
        wanted = data.get("user_ids")
        if wanted is not None:
            ids = [int(each) for each in (wanted if isinstance(wanted, list) else [wanted])][:100]
            found = [guild.members[each] for each in ids if each in guild.members]
            missing = [str(each) for each in ids if each not in guild.members]
        else:
            # Listing everybody needs the members intent; without it Discord does not answer.
            query, limit = str(data.get("query") or "").lower(), int(data.get("limit") or 0)
            if not query and not session.intents & GUILD_MEMBERS:
                return
            found = [each for each in guild.members.values() if each.name.lower().startswith(query)]
            found, missing = found[: limit or None], []
        pieces = [found[start : start + MEMBERS_PER_CHUNK] for start in range(0, len(found), MEMBERS_PER_CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            chunk: dict[str, Any] = {
                "guild_id": str(guild.id),
                "members": [payloads.member(each) for each in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
                "not_found": missing,
            }
            if data.get("nonce") is not None:
                chunk["nonce"] = data["nonce"]
            session.send("GUILD_MEMBERS_CHUNK", chunk)

    # Events

    def _on_change(self, change: Change) -> None:
        for dispatch in dispatches(self._world, change):
            for session in self.sessions.values():
                if session.receives(dispatch):
                    session.tell(dispatch)

    def _connected(self, session: Session, *, resumed: bool) -> None:
        data = {"shard": session.shard, "shards": session.shards, "resumed": resumed}
        self._world.announce(Change(ChangeKind.BOT_CONNECTED, user=self._world.bot, data=data))

    def _disconnected(self, connection: Connection, session: Session | None) -> None:
        if session is None or session.connection is not connection:
            return
        session.connection = None
        code = connection.close_code
        if not connection.closed_by_us and code in (1000, 1001):
            # A client that closes normally ends its session: it cannot be resumed.
            self.sessions.pop(session.id, None)
        data = {"shard": session.shard, "shards": session.shards, "code": code}
        self._world.announce(Change(ChangeKind.BOT_DISCONNECTED, user=self._world.bot, data=data))


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise BadMessage(Close.DECODE_ERROR)
    return data


def _shard(given: Any) -> tuple[int, int]:
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(each, int) for each in given):
        raise BadMessage(Close.INVALID_SHARD)
    if not 0 <= given[0] < given[1]:
        raise BadMessage(Close.INVALID_SHARD)
    return given[0], given[1]
