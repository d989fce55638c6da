"""Requests to Discord for a message that must come once: when one may go out, and what its answer means."""

import aiohttp

from app.core.clock import Clock, Stopwatch
from app.core.reminders.delivery import LEAST_AHEAD, NONCE_TRUST, REQUEST_LIMIT, StepKind
from app.jobs.reminders.held import Held
from app.services.reminders.due import Delivery
from app.ui.kit.resets import repeat_resets_of_nonce

TIMEOUT = aiohttp.ClientTimeout(total=REQUEST_LIMIT.total_seconds())

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
CLOSED = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown guild
        10013,  # unknown user
        20009,  # explicit content
        40005,  # too large
        40007,  # banned from the guild
        40058,  # a forum
        50001,  # missing access
        50003,  # not in a direct message
        50006,  # an empty message
        50007,  # no messages to this user
        50008,  # no text channel
        50009,  # the channel's verification level
        50013,  # missing permissions
        50024,  # not in a channel of this type
        50033,  # invalid recipient
        50035,  # a message that Discord never takes
        50083,  # an archived thread
        50095,  # a guild that is not available here
        50278,  # no guild in common
        60003,  # a guild that asks for two factors
        160005,  # a locked thread
        200000,  # blocked by automatic moderation
        240000,  # blocked by the filter of harmful links
    }
)
"""What Discord itself says of a place that is closed to us, or of a message that it never takes there.

Everything else may be over in a while, above all what has no code: it does not come from Discord, but from what stands
in front of it.
"""

NO_REPLY = frozenset({10008, 50001, 50013, 50035, 160002})
"""What Discord may say when a message cannot be answered, though it could be sent without being an answer."""


class NotOurs(Exception):
    """The lease is over, or an early warning comes too late: nothing was sent, and whoever has the row sees to it."""


class Unsure(Exception):
    """A request may have arrived so long ago that its nonce may be forgotten: nothing more was sent."""


class Guard:
    """Looks, immediately before each request of one attempt, whether it may still go out.

    A middleware of aiohttp, because py-cord waits inside a request and repeats it: after rate limits, and when Discord
    is away for a moment. `then` is the one that follows.
    """

    def __init__(self, delivery: Delivery, held: Held, clock: Clock, then: aiohttp.ClientMiddlewareType) -> None:
        self._delivery = delivery
        self._held = held
        self._clock = clock
        self._then = then
        self._unsure: Stopwatch | None = None

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send the request, again after a reset. Raises NotOurs and Unsure."""

        async def guarded(request: aiohttp.ClientRequest) -> aiohttp.ClientResponse:
            return await self._send(request, handler)

        return await repeat_resets_of_nonce(request, guarded)

    async def _send(self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        step = self._delivery.step
        if not self._held.is_ours(step):
            raise NotOurs("the lease ran out")
        if step.kind is StepKind.WARNING and self._clock() > step.at - LEAST_AHEAD:
            raise NotOurs("its reminder is due")
        if self._unsure is not None and self._unsure.elapsed > NONCE_TRUST:
            raise Unsure("Discord may have forgotten the nonce")
        began, unsure = Stopwatch(), True
        try:
            response = await self._then(request, handler)
            unsure = response.status >= 500
        finally:
            if unsure and request.method != "GET" and self._unsure is None:
                self._unsure = began
        return response
