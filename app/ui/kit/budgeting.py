"""Noting what Discord refuses, and sending nothing but answers while it has refused too much."""

import re

import aiohttp

from app.core.health.budget import RequestBudget

ANSWERS = re.compile(r".*/(interactions/\d+/[^/]+/callback|webhooks/\d+/.+)")
"""What people wait for: they asked, and Discord does not count on the bot to stop then."""


def budgeting(budget: RequestBudget) -> aiohttp.ClientMiddlewareType:
    """Make a middleware of aiohttp that counts answers. It raises HeldBack, and what its handler raises."""

    async def note_refusals(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if not ANSWERS.fullmatch(request.url.path):
            budget.require()
        response = await handler(request)
        budget.note(response.status, is_shared=response.headers.get("X-RateLimit-Scope") == "shared")
        return response

    return note_refusals
