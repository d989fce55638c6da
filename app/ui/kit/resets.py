"""Repeating requests whose connection Discord has reset.

py-cord repeats them by the error numbers of macOS and Windows; under Linux nothing did. A reset says nothing about
whether the request arrived, so only what counts once however often it arrives is repeated.
"""

import asyncio
import errno
import json
import logging

import aiohttp

log = logging.getLogger(__name__)

PAUSES = (0.1, 0.4, 1.0)
"""Seconds before each repetition. Together less than what is left of Discord's three for an answer."""

RESETS = {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE}
ONCE_ANYWAY = frozenset({"GET", "PUT", "PATCH", "DELETE"})
BAD_REQUEST, OK = 400, 200
ALREADY_ACKNOWLEDGED = 40060
"""Discord's code for an interaction that has its answer. https://discord.com/developers/docs/topics/opcodes-and-status-codes"""


async def repeat_resets(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request, again if it was reset and counts once. A middleware of aiohttp. Raises what `handler` raises."""
    return await (_repeat(request, handler) if _counts_once(request) else handler(request))


async def repeat_resets_of_nonce(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Do the same with a message that has an enforced nonce, which counts once as well."""
    return await _repeat(request, handler)


async def _repeat(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    is_repeated = False
    for pause in PAUSES:
        try:
            return await _sent(request, handler, is_repeated=is_repeated)
        except (OSError, aiohttp.ServerDisconnectedError) as error:
            if not was_reset(error) or getattr(request.body, "consumed", False):
                raise
        log.info("sent again after a reset", extra={"method": request.method, "path": _shown(request)})
        is_repeated = True
        await asyncio.sleep(pause)
    return await _sent(request, handler, is_repeated=True)


async def _sent(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType, *, is_repeated: bool
) -> aiohttp.ClientResponse:
    response = await handler(request)
    if is_repeated and response.status == BAD_REQUEST and is_first_answer(request):
        answer = await response.json(content_type=None)
        if isinstance(answer, dict) and answer.get("code") == ALREADY_ACKNOWLEDGED:
            # The first time it had arrived after all. What Discord then said of it can only be that.
            response.status = OK
            known = {"interaction": {"id": request.url.path.split("/")[-3], "type": answer.get("type", 0)}}
            response._body = json.dumps(known).encode()  # noqa: SLF001 -- it has been read, and py-cord reads it again
    return response


def was_reset(error: Exception) -> bool:
    """Tell whether a connection was cut before an answer came; the request may have arrived or not."""
    return isinstance(error, aiohttp.ServerDisconnectedError) or getattr(error, "errno", None) in RESETS


def _counts_once(request: aiohttp.ClientRequest) -> bool:
    opens_direct_messages = request.url.path.endswith("/users/@me/channels")
    return request.method in ONCE_ANYWAY or is_first_answer(request) or opens_direct_messages


def is_first_answer(request: aiohttp.ClientRequest) -> bool:
    """Tell whether a request is the first answer to an interaction."""
    return request.method == "POST" and request.url.path.endswith("/callback")


def _shown(request: aiohttp.ClientRequest) -> str:
    """Return the path without what follows an interaction's id, which is a secret."""
    return "/".join(request.url.path.split("/")[:5])
