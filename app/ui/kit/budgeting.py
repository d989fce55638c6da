"""Noting what Discord refuses, and sending nothing but answers, and what they need, while it has refused too much."""

import re

import aiohttp

from app.core.errors import Unavailable
from app.core.health.budget import RequestBudget

ANSWERS = re.compile(r".*/(interactions/\d+/[^/]+/callback|webhooks/\d+/.+)")
"""What people wait for: they asked, and Discord does not count on the bot to stop then."""
GATEWAY = re.compile(r".*/gateway(/bot)?")
"""Where the gateway is: without it nobody could ask anything."""


class HeldBack(Unavailable, aiohttp.ClientError):
    """A request that was not sent, since Discord has refused too many.

    To whoever made it this is a Discord that cannot be reached: jobs try again later, and people are told so.
    """

    def __init__(self) -> None:
        super().__init__("Discord has refused too many of my requests, so I ask it for less. Please try again later.")


def budgeting(budget: RequestBudget) -> aiohttp.ClientMiddlewareType:
    """Make a middleware of aiohttp that counts answers. It raises HeldBack, and what its handler raises."""

    async def note_refusals(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if "Upgrade" in request.headers:
            # The connection to the gateway: no request to the API, which is what a ban is about.
            return await handler(request)
        path = request.url.path
        if not ANSWERS.fullmatch(path) and not GATEWAY.fullmatch(path) and not budget.allow():
            raise HeldBack
        response = await handler(request)
        budget.note(response.status, is_shared=response.headers.get("X-RateLimit-Scope") == "shared")
        return response

    return note_refusals
