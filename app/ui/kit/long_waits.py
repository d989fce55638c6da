"""Raising where py-cord would wait for minutes.

Discord lets the name and the topic of a channel change twice in ten minutes, and few threads be made in a while. No
header tells beforehand, and py-cord sleeps until it is over, with whoever waits for an answer.
"""

import re
from http import HTTPStatus

import aiohttp
import discord

MAX_WAIT_SECONDS = 15.0
LIMITED = {
    "PATCH": re.compile(r".*/channels/\d+"),
    "POST": re.compile(r".*/(channels/\d+(/messages/\d+)?/threads|guilds/\d+/channels)"),
}
"""Changing and making channels and threads. Other limits are over in seconds, and worth waiting for."""


class LongWait(discord.HTTPException):
    """Discord allows this again in `seconds`."""

    def __init__(self, response: aiohttp.ClientResponse, seconds: float) -> None:
        super().__init__(response, {"code": 0, "message": f"allowed again in {seconds:.0f} seconds"})
        self.seconds = seconds


async def raise_long_waits(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request. A middleware of aiohttp. Raises LongWait, and what `handler` raises."""
    response = await handler(request)
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        pattern, seconds = LIMITED.get(request.method), _seconds(response)
        if pattern and pattern.fullmatch(request.url.path) and seconds > MAX_WAIT_SECONDS:
            response.release()
            raise LongWait(response, seconds)
    return response


def _seconds(response: aiohttp.ClientResponse) -> float:
    try:
        return float(response.headers.get("Retry-After", 0))
    except ValueError:  # HTTP allows a date as well
        return 0.0
