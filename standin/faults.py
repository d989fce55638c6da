"""Failures of Discord, on request.

Routes are written as in Discord's API description, `"POST /channels/{channel_id}/messages"`; a prefix is
enough (`"POST /channels"`, `"POST"`), and `"*"` is every route.
"""

import asyncio
import time
from dataclasses import dataclass, field

from standin.gateway import Gateway
from standin.gateway.codes import Close, Op


@dataclass(slots=True)
class Fault:
    """What happens to the next requests of a route; `times` counts down."""

    route: str
    times: int
    status: int = 0
    code: int = 0
    message: str = ""
    seconds: float = 0.0
    is_global: bool = False
    after: bool = False
    is_page: bool = False
    is_silent: bool = False
    is_reset: bool = False
    channel_id: int | None = None


@dataclass(slots=True)
class Bucket:
    """A rate limit: `limit` requests within `seconds` of the first."""

    limit: int
    seconds: float
    used: int = 0
    began: float = 0.0

    def take(self) -> "Slot":
        now = time.monotonic()
        if now - self.began >= self.seconds:
            self.began, self.used = now, 0
        fits = self.used < self.limit
        self.used += fits
        return Slot(fits, self.limit, self.limit - self.used, self.began + self.seconds - now)


@dataclass(frozen=True, slots=True)
class Slot:
    """A request's slot in a bucket: whether it fits, and the values for the headers of its answer."""

    fits: bool
    limit: int
    remaining: int
    reset_after: float


@dataclass(slots=True)
class Hold:
    """Keeps requests of a route, or of one channel, waiting until released; `waiting` is how many wait."""

    route: str
    channel_id: int | None = None
    waiting: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let all waiting and later requests pass."""
        self._released.set()

    async def wait(self) -> None:
        self.waiting += 1
        self._arrived.set()
        try:
            await self._released.wait()
        finally:
            self.waiting -= 1

    async def reached(self, number: int = 1, within: float = 60.0) -> None:
        """Wait until `number` requests wait here at once. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while self.waiting < number:
                self._arrived.clear()
                await self._arrived.wait()


class Faults:
    """What goes wrong from now on: nothing until asked."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._failures: list[Fault] = []
        self._delays: list[Fault] = []
        self._holds: list[Hold] = []
        self._silence = asyncio.Event()
        self._limits: dict[int, Bucket] = {}

    # Requests

    def limit_messages(self, channel_id: int, messages: int = 5, seconds: float = 5.0) -> None:
        """Limit the bot's messages in a channel, as Discord does, with the rate limit headers in every answer."""
        self._limits[channel_id] = Bucket(messages, seconds)

    def rate_limit(self, route: str, times: int = 1, retry_after: float = 0.1, *, is_global: bool = False) -> None:
        """Answer the next requests with 429 and how many seconds to wait."""
        self._failures.append(Fault(route, times, 429, 0, "You are being rate limited.", retry_after, is_global))

    def fail(
        self,
        route: str,
        status: int,
        times: int = 1,
        *,
        code: int = 0,
        message: str = "",
        after: bool = False,
        channel_id: int | None = None,
    ) -> None:
        """Answer the next requests, or those of one channel, with an error.

        With `after` they are carried out and only the answer is lost.
        """
        said = message or f"{status}: on request"
        self._failures.append(Fault(route, times, status, code, said, after=after, channel_id=channel_id))

    def show_page(self, route: str, status: int = 403, times: int = 1) -> None:
        """Answer the next requests as Cloudflare does when it blocks them: with a page of HTML."""
        self._failures.append(Fault(route, times, status, is_page=True))

    def swallow(self, route: str, times: int = 1, *, after: bool = True) -> None:
        """Never answer the next requests; with `after` they are carried out all the same."""
        self._failures.append(Fault(route, times, is_silent=True, after=after))

    def reset(self, route: str, times: int = 1, *, after: bool = True) -> None:
        """Reset the connection (ECONNRESET) of the next requests; with `after` they are carried out before that."""
        self._failures.append(Fault(route, times, is_reset=True, after=after))

    def slow(self, route: str, seconds: float, times: int = 1_000_000) -> None:
        """Delay requests before they are read."""
        self._delays.append(Fault(route, times, seconds=seconds))

    def hold(self, route: str, channel_id: int | None = None) -> Hold:
        """Keep requests, or those of one channel, waiting before they are read, until the hold is released."""
        self._holds.append(Hold(route, channel_id))
        return self._holds[-1]

    def clear(self) -> None:
        for hold in self._holds:
            hold.release()
        for faults in (self._holds, self._failures, self._delays, self._limits):
            faults.clear()
        self._silence.set()
        self._silence = asyncio.Event()
        self._gateway.refused_resumes = 0
        self._gateway.answers_heartbeats = True

    def take_failure(self, route: str, channel_id: str) -> Fault | None:
        """The fault of the route's next request, which uses it up."""
        return _take(self._failures, route, channel_id)

    def take_delay(self, route: str) -> float:
        """How many seconds the route's next request waits."""
        fault = _take(self._delays, route, "")
        return fault.seconds if fault else 0.0

    async def wait_for_holds(self, route: str, channel_id: str) -> None:
        """Wait while requests of this route, in this channel, are held."""
        for hold in list(self._holds):
            if _hits(hold, route, channel_id):
                await hold.wait()

    async def keep_silent(self) -> None:
        """Wait until the faults are cleared."""
        await self._silence.wait()

    def take_slot(self, route: str, channel_id: str) -> Slot | None:
        """The slot of a new message in its channel's bucket; None if the channel has no limit."""
        if route != "POST /channels/{channel_id}/messages" or not channel_id.isdecimal():
            return None
        bucket = self._limits.get(int(channel_id))
        return bucket.take() if bucket else None

    # Gateway

    def drop_gateway(self, *, resumable: bool = True) -> None:
        """Cut all gateway connections without closing them; without `resumable` their sessions are lost too."""
        if not resumable:
            self._gateway.sessions.clear()
        for connection in list(self._gateway.connections):
            connection.abort()

    def refuse_gateway(self, times: int = 1) -> None:
        """Answer the next attempts to connect to the gateway with 503."""
        self._gateway.refused_connections += times

    def close_gateway(self, code: int = Close.UNKNOWN_ERROR) -> None:
        """Close all gateway connections with a code; 4004 for a token that was revoked."""
        for connection in list(self._gateway.connections):
            connection.close(code)

    def ask_reconnect(self) -> None:
        """Ask all clients to reconnect and resume, as Discord does before it restarts a gateway (operation 7)."""
        for connection in list(self._gateway.connections):
            connection.operation(Op.RECONNECT)

    def invalid_session(self, *, resumable: bool = False) -> None:
        """Tell all clients that their session is invalid (operation 9)."""
        for session in self._gateway.sessions.values():
            if session.connection:
                session.connection.operation(Op.INVALID_SESSION, resumable)
        if not resumable:
            self._gateway.sessions.clear()

    def refuse_resume(self, times: int = 1) -> None:
        """Answer the next attempts to resume with an invalid session."""
        self._gateway.refused_resumes += times

    def ignore_heartbeats(self) -> None:
        """Stop acknowledging heartbeats, so that a dead connection looks alive."""
        self._gateway.answers_heartbeats = False


def _hits(fault: Fault | Hold, route: str, channel_id: str) -> bool:
    if fault.channel_id is not None and str(fault.channel_id) != channel_id:
        return False
    return fault.route == "*" or route.startswith(fault.route)


def _take(faults: list[Fault], route: str, channel_id: str) -> Fault | None:
    for fault in faults:
        if fault.times > 0 and _hits(fault, route, channel_id):
            fault.times -= 1
            if fault.times == 0:
                faults.remove(fault)
            return fault
    return None
