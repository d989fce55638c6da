"""The REST API: routes in groups, and everything that happens to a request before and after its handler.

A new route is a function in one of the groups; then make the reduced description again, see
`standin/reference/README.md`.
"""

import asyncio
import json
import logging
import math
import socket
import struct
import time
from functools import cache
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from standin import errors, schema
from standin.backend import Backend, Request
from standin.errors import ApiError, Declined, InvalidBody, RateLimited
from standin.faults import Fault, Slot
from standin.rest import (
    applications,
    bodies,
    channels,
    guilds,
    interactions,
    members,
    messages,
    onboarding,
    pins,
    threads,
    webhooks,
)
from standin.rest.routing import Answer, Call, Route, Router

log = logging.getLogger(__name__)

MAX_REASON_LENGTH = 512

CLOUDFLARE = """<!DOCTYPE html>
<html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head>
<body><h1>Sorry, you have been blocked</h1><p>You are unable to access discord.com</p></body></html>
"""
"""What comes from in front of Discord, without any of its codes, when a request does not get there."""

GROUPS = (applications, interactions, webhooks, messages, pins, channels, threads, guilds, members, onboarding)


def served_routes() -> list[tuple[str, str]]:
    """Method and path of every route, as Discord's description writes them."""
    return [(route.method, route.path) for group in GROUPS for route in group.routes]


@cache
def _router() -> Router:
    return Router([route for group in GROUPS for route in group.routes])


class Rest:
    """Answers requests as Discord would: authorisation, faults on request, the body's form, then the handler."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def handle(self, request: web.BaseRequest, path: str) -> web.Response:
        found = _router().find(request.method, path)
        if found is None:
            return self._unknown(request.method, path)
        route, parameters = found
        reason = request.headers.get("X-Audit-Log-Reason")
        call = Call(self._backend, request.method, route.path, parameters, dict(request.query))
        call.reason = unquote(reason) if reason else None
        call.locale = request.headers.get("X-Discord-Locale")
        fault: Fault | None = None
        slot = self._backend.faults.take_slot(str(route), parameters.get("channel_id", ""))
        headers = _bucket_headers(slot, parameters["channel_id"]) if slot else {}
        try:
            if slot and not slot.fits:
                limited = "You are being rate limited."
                fault, answer = None, _failed(Fault(route.path, 1, 429, message=limited, seconds=slot.reset_after))
            else:
                fault, answer = await self._answer(request, route, call)
            if fault and fault.status == 429:
                headers = _rate_limit_headers(fault)
        except RateLimited as refusal:
            # The limit of the route itself is another, so its headers say nothing of this one.
            headers = _bucket_headers(Slot(True, 5, 4, 15.0), "stand-in")
            headers |= {"Via": "1.1 google", "Retry-After": str(math.ceil(refusal.seconds))}
            answer = Answer(429, refusal.body())
        except InvalidBody as refusal:
            if not isinstance(refusal, Declined):
                self._backend.violations.append(f"{route}: {refusal}")
            answer = Answer(refusal.status, refusal.body())
        except ApiError as refusal:
            answer = Answer(refusal.status, refusal.body())
        except ConnectionResetError:
            # Whoever asked is gone, before everything had arrived: there is nothing to do, and nobody to answer.
            return web.Response(status=400)
        except Exception as failure:
            log.exception("the stand-in failed")
            self._backend.violations.append(f"{route}: the stand-in itself failed: {failure!r}")
            answer = Answer(500, {"message": "500: Internal Server Error", "code": 0})
        self._backend.record(Request(call.method, call.route, path, call.body, answer.status, call.reason))
        if fault and fault.is_silent:
            await self._backend.faults.keep_silent()
        if fault and (fault.is_silent or fault.is_reset):
            _reset(request)
        if fault and fault.is_page:
            return web.Response(status=fault.status, text=CLOUDFLARE, content_type="text/html")
        return _response(answer, headers)

    def file(self, path: str, query: dict[str, str]) -> web.Response:
        """An uploaded file, from its address."""
        file = self._backend.world.files.read(path, query)
        if file is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.content, content_type=file.content_type)

    async def _answer(self, request: web.BaseRequest, route: Route, call: Call) -> tuple[Fault | None, Answer]:
        faults = self._backend.faults
        delay = faults.take_delay(str(route))
        if delay:
            await asyncio.sleep(delay)
        channel_id = call.parameters.get("channel_id", "")
        await faults.wait_for_holds(str(route), channel_id)
        fault = faults.take_failure(str(route), channel_id)
        if fault and not fault.after:
            return fault, _failed(fault)
        is_authorized = request.headers.get("Authorization") == f"Bot {self._backend.token}"
        if schema.needs_token(route.method, route.path) and not is_authorized:
            raise errors.unauthorized()
        if call.reason and len(call.reason) > MAX_REASON_LENGTH:
            raise InvalidBody(errors.bad_length(("reason",), 1, MAX_REASON_LENGTH))
        call.body, call.files = await bodies.read(request)
        errors.check(schema.problems(route.method, route.path, call.body))
        answer = route.handler(call)
        if fault:
            return fault, _failed(fault)
        if isinstance(answer, Answer):
            return None, answer
        return None, Answer(204) if answer is None else Answer(200, answer)

    def _unknown(self, method: str, path: str) -> web.Response:
        self._backend.unknown_routes.append(f"{method} {path}")
        refusal = errors.method_not_allowed() if _router().methods(path) else errors.not_found()
        return _response(Answer(refusal.status, refusal.body()), {})


def _reset(request: web.BaseRequest) -> None:
    """Reset the connection, as a server that dies does: without a farewell."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def _failed(fault: Fault) -> Answer:
    if fault.status == 429:
        return Answer(429, {"message": fault.message, "retry_after": fault.seconds, "global": fault.is_global})
    return Answer(fault.status, {"message": fault.message, "code": fault.code})


def _bucket_headers(slot: Slot, bucket: str) -> dict[str, str]:
    headers = {
        "X-RateLimit-Limit": str(slot.limit),
        "X-RateLimit-Remaining": str(slot.remaining),
        "X-RateLimit-Reset": f"{time.time() + slot.reset_after:.3f}",
        # Rounded up, so that a client that waits exactly this long does not come too early.
        "X-RateLimit-Reset-After": f"{math.ceil(slot.reset_after * 1000) / 1000:.3f}",
        "X-RateLimit-Bucket": bucket,
    }
    if not slot.fits:
        # Without it libraries take the answer for a ban by Discord's proxy.
        headers |= {"Via": "1.1 google", "Retry-After": str(max(round(slot.reset_after), 1))}
    return headers


def _rate_limit_headers(fault: Fault) -> dict[str, str]:
    headers = _bucket_headers(Slot(False, 5, 0, fault.seconds), "stand-in")
    headers["X-RateLimit-Scope"] = "global" if fault.is_global else "user"
    return headers | ({"X-RateLimit-Global": "true"} if fault.is_global else {})


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    if answer.status == 204:
        return web.Response(status=204, headers=headers)
    # Libraries compare the type with exactly this: with a charset they would not read the body.
    headers["Content-Type"] = "application/json"
    body: Any = json.dumps(answer.body, separators=(",", ":")).encode()
    return web.Response(status=answer.status, body=body, headers=headers)
