"""Noting when Discord has the first answer to an interaction: a message, a form, suggestions, or that one will come.

All of them are the same request, whoever sends it, so one place sees them all.
"""

import aiohttp

from app.core.interactions import interaction_note
from app.ui.kit.resets import ALREADY_ACKNOWLEDGED, BAD_REQUEST, is_first_answer


async def note_first_responses(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request, and note in `interaction_note` what Discord said to an answer. A middleware of aiohttp.

    To be outside of `repeat_resets`, which knows that an answer had arrived although Discord says so only the second
    time. Raises what `handler` raises.
    """
    response = await handler(request)
    if not is_first_answer(request) or (note := interaction_note.get()) is None:
        return response
    if response.ok:
        note.note_response()
    elif response.status == BAD_REQUEST and note.responded is None:
        answer = await response.json(content_type=None)
        if isinstance(answer, dict) and answer.get("code") == ALREADY_ACKNOWLEDGED:
            note.is_answered_elsewhere = True
    return response
