"""The files of an opening form, when whoever sent it is not answered any more: their addresses hold for a day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.errors import Unavailable
from app.effects.sending import ERRORS
from app.models import SupportTicket
from app.ui.kit.failures import AWAY
from app.ui.kit.reply import Attachment

PATIENCE = timedelta(minutes=10)
"""How long an address that does not answer is asked again before the ticket is headed without its files."""
GONE = frozenset({403, 404})


async def fetched(bot: Bot, ticket: SupportTicket) -> tuple[list[Attachment], int]:
    """Return the files of a ticket's form, and how many cannot be had any more. Raises Unavailable."""
    found, lost = list[Attachment](), 0
    for name, url in _sent(ticket):
        try:
            found.append(Attachment(name, await bot.http.get_from_cdn(url)))
        except ERRORS as error:
            is_gone = isinstance(error, discord.HTTPException) and error.status in GONE
            if not is_gone and bot.clock() < ticket.created_at + PATIENCE:
                raise Unavailable(AWAY) from error
            lost += 1
    return found, lost


def _sent(ticket: SupportTicket) -> Iterator[tuple[str, str]]:
    answers: list[Any] = ticket.answers
    for answer in answers:
        for sent in answer.get("sent", ()):
            yield sent["name"], sent["url"]
